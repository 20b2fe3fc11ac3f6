// The rehearsal itself. Tables are compared by the number of their rows and the sum of the rows' hashes, by columns'
// names, since a column that comes again stands last.
#include "db/rehearsal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "core/text.h"

namespace marque::db {
namespace {

struct Content {
    std::int64_t rows = 0;
    std::string sum;
    bool operator==(const Content&) const = default;
};

using Contents = std::map<std::string, Content>;

constexpr Statement<std::string()> table_names{
    "rehearsal.tables",
    "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
    "AND c.relname <> 'marque_migrations' ORDER BY c.relname"};

// Row-level security binds the owner, too, who would see nothing.
constexpr std::string_view open_tables = R"(
    SET CONSTRAINTS ALL IMMEDIATE;
    DO $$
    DECLARE
        closed record;
    BEGIN
        FOR closed IN SELECT c.oid::regclass AS name FROM pg_class c
                      WHERE c.relnamespace = 'public'::regnamespace AND c.relforcerowsecurity
        LOOP
            EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', closed.name);
        END LOOP;
    END $$)";

Contents contents_of(AdminConnection& connection) {
    Contents contents;
    connection.run("SAVEPOINT before_looking");
    connection.run(std::string{open_tables});
    for (const auto& name : connection.rows(table_names)) {
        const std::string sql = fmt::format(
            "SELECT count(*) AS rows, coalesce(sum(hashtextextended(to_jsonb(t)::text, 0)), 0)::text AS sum "
            "FROM public.\"{}\" t",
            name);
        const ResultPtr result = connection.query({"rehearsal.content", sql}, {});
        contents[name] = {parse_integer(result->cell(0, 0).value_or("")).value_or(0),
                          std::string{result->cell(0, 1).value_or("")}};
    }
    connection.run("ROLLBACK TO SAVEPOINT before_looking");
    return contents;
}

std::string differences(const Contents& before, const Contents& after) {
    std::vector<std::string> told;
    for (const auto& [name, content] : before) {
        const auto found = after.find(name);
        if (found != after.end() && found->second == content) continue;
        told.push_back(fmt::format("{} ({} rows)", name, content.rows));
    }
    return fmt::format("{}", fmt::join(told, ", "));
}

std::string rehearse(AdminConnection& connection, const Migration& migration) {
    const Contents before = contents_of(connection);
    try {
        connection.run(std::string{migration.down});
    } catch (const Error& error) {
        if (error.is_lock_timeout()) throw;
        return "";  // it cannot be undone at all, and says why when it is tried in earnest
    }
    try {
        connection.run(std::string{migration.up});
        return differences(before, contents_of(connection));
    } catch (const Error& error) {
        if (error.is_lock_timeout()) throw;
        return fmt::format("it could not be applied again ({})", error.what());
    }
}

}  // namespace

std::string loss_of_undoing(AdminConnection& connection, const Migration& migration) {
    connection.run("BEGIN; SET LOCAL lock_timeout = '800ms'");
    try {
        std::string loss = rehearse(connection, migration);
        connection.run("ROLLBACK");
        return loss;
    } catch (const Error&) {
        connection.run("ROLLBACK");
        throw;
    }
}

}  // namespace marque::db
