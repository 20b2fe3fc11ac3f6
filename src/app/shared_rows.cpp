// The tables come from PostgreSQL's own catalogue, parents first, so that one added tomorrow is carried, too.
#include "app/shared_rows.h"

#include <fmt/format.h>

namespace marque::app {
namespace {

struct TableRow {
    std::string name;
    std::vector<std::string> columns;
    bool has_sequence = false;
};
RECORD(TableRow, name, columns, has_sequence);

struct Sql {
    // Not the log of changes, which is the other database's own: the rows carried are noted in this one's.
    db::Statement<TableRow()> tables{"shared_rows.tables", R"(
        WITH RECURSIVE owned AS (
            SELECT c.oid, c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
              AND a.attname = 'market' AND NOT a.attisdropped
              AND c.relname <> 'catalog_changes'
        ), links AS (
            SELECT DISTINCT conrelid AS child, confrelid AS parent FROM pg_constraint
            WHERE contype = 'f' AND conrelid <> confrelid AND confrelid IN (SELECT oid FROM owned)
        ), places AS (
            SELECT oid, 0 AS place FROM owned
            UNION SELECT l.child, p.place + 1 FROM places p JOIN links l ON l.parent = p.oid WHERE p.place < 50
        )
        SELECT o.relname::text AS name,
               array(SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = o.oid AND a.attnum > 0
                     AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns,
               EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = o.oid AND a.attname = 'id'
                       AND a.attidentity <> '') AS has_sequence
        FROM owned o ORDER BY (SELECT max(place) FROM places p WHERE p.oid = o.oid), o.relname)"};

    db::Statement<void(std::string, std::int64_t)> move_sequence{"shared_rows.move_sequence", R"(
        SELECT setval(pg_get_serial_sequence($1, 'id'), $2::bigint))"};
};
constexpr Sql sql;

/// COPY does not write to tables under row-level security, so the rows come into a table of this transaction only, and
/// from there by one INSERT as the shared role; a table that refers to itself is looked at when that one ends.
std::int64_t copy_table(db::AdminConnection& from, db::AdminConnection& to, const TableRow& table) {
    const std::string columns = fmt::format("{}", fmt::join(table.columns, ", "));
    to.become("");
    to.run(
        fmt::format("CREATE TEMP TABLE carried ON COMMIT DROP AS SELECT {} FROM public.\"{}\" LIMIT 0;"
                    "GRANT SELECT ON carried TO marque_shared",
                    columns, table.name));
    const auto copied = from.copy(fmt::format("SELECT {} FROM public.\"{}\"", columns, table.name), to, "carried");
    if (copied > 0) {
        to.become("shared");
        to.run(fmt::format("INSERT INTO public.\"{0}\" ({1}) OVERRIDING SYSTEM VALUE SELECT {1} FROM carried",
                           table.name, columns));
        to.become("");
    }
    to.run("DROP TABLE carried");
    return copied;
}

std::int64_t number_of(db::AdminConnection& connection, const std::string& what, const std::string& table) {
    const auto result = connection.query(
        {"shared_rows.number", fmt::format("SELECT coalesce({}, 0) FROM public.\"{}\"", what, table)}, {});
    std::int64_t number = 0;
    db::decode_cell({"shared_rows.number", ""}, result->cell(0, 0), number);
    return number;
}

}  // namespace

std::int64_t copy_shared_rows(db::AdminConnection& from, db::AdminConnection& to) {
    const auto tables = to.rows(sql.tables);
    to.become("shared");
    for (const auto& table : tables) {
        if (number_of(to, "count(*)", table.name) > 0) return 0;
    }
    from.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    from.become("shared");
    std::int64_t copied = 0;
    for (const auto& table : tables) {
        const std::int64_t rows = copy_table(from, to, table);
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
