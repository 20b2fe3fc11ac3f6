// COPY does not write to tables under row-level security, so rows come into a table of the transaction only, and from
// there by one INSERT; a table that refers to itself is looked at when that one ends.
#include "app/carry.h"

#include <fmt/format.h>

#include "db/binary_rows.h"

namespace marque::app {
namespace {

struct TableRow {
    std::string name;
    std::vector<std::string> columns;
    bool has_sequence = false;
};
RECORD(TableRow, name, columns, has_sequence);

struct Sql {
    db::Statement<TableRow()> tables{"carry.tables", R"(
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
    db::Statement<TableRow()> markets{"carry.markets", R"(
        SELECT 'markets' AS name,
               array(SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = 'public.markets'::regclass
                     AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns,
               false AS has_sequence)"};
    db::Statement<std::int64_t()> objects{"carry.objects", R"(
        SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace)"};
};
constexpr Sql sql;

CarriedTable of_row(TableRow row) {
    return {.name = std::move(row.name), .columns = std::move(row.columns), .has_sequence = row.has_sequence};
}

}  // namespace

bool is_empty(db::AdminConnection& connection) { return connection.rows(sql.objects).front() == 0; }

std::vector<CarriedTable> carried_tables(db::AdminConnection& connection) {
    std::vector<CarriedTable> tables;
    for (auto& row : connection.rows(sql.tables)) tables.push_back(of_row(std::move(row)));
    return tables;
}

std::int64_t number_of(db::AdminConnection& connection, const std::string& what, const std::string& table) {
    const auto result =
        connection.query({"carry.number", fmt::format("SELECT coalesce({}, 0) FROM public.\"{}\"", what, table)}, {});
    std::int64_t number = 0;
    db::decode_cell({"carry.number", ""}, result->cell(0, 0), number);
    return number;
}

CarriedTable markets_table(db::AdminConnection& connection) {
    return of_row(std::move(connection.rows(sql.markets).front()));
}

std::int64_t carry_table(db::AdminConnection& from, db::AdminConnection& to, const CarriedTable& table,
                         const Carry& carry) {
    const std::string columns = fmt::format("{}", fmt::join(table.columns, ", "));
    to.become("");
    to.run(fmt::format("CREATE TEMP TABLE carried ON COMMIT DROP AS SELECT {} FROM public.\"{}\" LIMIT 0", columns,
                       table.name));
    const std::string where = carry.filter.empty() ? std::string{} : " WHERE " + carry.filter;
    const auto copied =
        from.copy(fmt::format("SELECT {} FROM public.\"{}\"{}", columns, table.name, where), to, "carried");
    if (copied > 0) {
        for (const auto& change : carry.changes) to.run(change);
        if (!carry.role.empty()) to.run(fmt::format("GRANT SELECT ON carried TO \"marque_{}\"", carry.role));
        to.become(carry.role);
        to.run(fmt::format("INSERT INTO public.\"{0}\" ({1}) OVERRIDING SYSTEM VALUE SELECT {1} FROM carried",
                           table.name, columns));
        to.become("");
    }
    to.run("DROP TABLE carried");
    return copied;
}

}  // namespace marque::app
