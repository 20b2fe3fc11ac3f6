#pragma once
// Rows carried from one database into another of the same migrations, table by table, in the role that owns them.

#include <string>
#include <string_view>
#include <vector>

#include "db/admin.h"

namespace marque::app {

/// Whether a database holds nothing yet: no table, no view, nothing that migrations or anybody made.
[[nodiscard]] bool is_empty(db::AdminConnection& connection);

struct CarriedTable {
    std::string name;
    std::vector<std::string> columns;  // quoted; those PostgreSQL computes are left out
    bool has_sequence = false;         // of a column `id`
};

/// Every table whose rows belong to a market, parents first. They come from PostgreSQL's own catalogue, so that one
/// added tomorrow is carried, too; the log of changes is not, which is each database's own.
[[nodiscard]] std::vector<CarriedTable> carried_tables(db::AdminConnection& connection);
/// A number of a table, such as "max(id)", of the rows the connection's role sees; 0 where there is none.
[[nodiscard]] std::int64_t number_of(db::AdminConnection& connection, const std::string& what,
                                     const std::string& table);
/// `markets`, which have no market above them.
[[nodiscard]] CarriedTable markets_table(db::AdminConnection& connection);

struct Carry {
    std::string_view role;             // whose rows they are over there: "kg", "shared"; "": the owner's
    std::string filter;                // which rows, as a condition; empty: all that `from`, in its role, sees
    std::vector<std::string> changes;  // statements about the table `carried`, before the rows go where they belong
};

/// Copies rows and returns how many. Call inside a transaction of `to`; `from` has taken on the role that sees them.
/// Identities are kept.
std::int64_t carry_table(db::AdminConnection& from, db::AdminConnection& to, const CarriedTable& table,
                         const Carry& carry);

}  // namespace marque::app
