// A new market's database is filled with what all markets show, and its sequences go on behind it.
#include "app/shared_rows.h"

#include "app/carry.h"

namespace marque::app {
namespace {

struct Sql {
    db::Statement<void(std::string, std::int64_t)> move_sequence{"shared_rows.move_sequence", R"(
        SELECT setval(pg_get_serial_sequence($1, 'id'), $2::bigint))"};
};
constexpr Sql sql;

}  // namespace

std::int64_t copy_shared_rows(db::AdminConnection& from, db::AdminConnection& to) {
    const auto tables = carried_tables(to);
    to.become("shared");
    for (const auto& table : tables) {
        if (number_of(to, "count(*)", table.name) > 0) return 0;
    }
    from.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    from.become("shared");
    std::int64_t copied = 0;
    for (const auto& table : tables) {
        const std::int64_t rows = carry_table(from, to, table, {.role = "shared"});
        copied += rows;
        if (rows == 0 || !table.has_sequence) continue;
        to.become("shared");
        const std::int64_t highest = number_of(to, "max(id)", table.name);
        to.become("");
        to.query(sql.move_sequence, db::encode_parameters("public.\"" + table.name + "\"", highest));
    }
    from.become("");
    from.run("COMMIT");
    to.become("");
    return copied;
}

}  // namespace marque::app
