#pragma once
// The former shop's database as it may look: which of its tables and columns are there, and how each is read.

#include <string>
#include <vector>

#include "db/admin.h"

namespace marque::app {

/// A column in our words, and what the former shop may have called it.
struct OldColumn {
    std::string name;
    std::string type;  // PostgreSQL's, of ours
    std::vector<std::string> called;
    bool required = false;
};

struct OldTable {
    std::string name;  // ours: the temporary table "old_<name>"
    std::vector<std::string> called;
    std::vector<OldColumn> columns;
};

/// All that is taken over, in an order in which nothing names what comes later.
[[nodiscard]] const std::vector<OldTable>& old_tables();

/// Reads a former database, as it was at one moment.
class OldShop {
public:
    /// `market`: whose database it was; empty where it held every market's rows.
    OldShop(std::string market, const std::string& url);
    [[nodiscard]] const std::string& market() const { return market_; }
    /// Fills the temporary tables of `to`, which create_old_tables() has made.
    void copy_into(db::AdminConnection& to);
    /// Tables that are there and are not read: the former shop's own affairs, or something forgotten.
    [[nodiscard]] std::vector<std::string> unread() const;

private:
    [[nodiscard]] std::string select_of(const OldTable& table) const;

    std::string market_;
    std::string url_;
    db::AdminConnection connection_;
    std::vector<std::pair<std::string, std::string>> columns_;  // table, column
};

/// Temporary tables of the shape of old_tables(), each with the market of its database as `source`; readable for all.
void create_old_tables(db::AdminConnection& to);

}  // namespace marque::app
