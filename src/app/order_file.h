#pragma once
// A file of orders: the lines of a manager's list as CSV or JSON lines, written as they come out of PostgreSQL.

#include "features/catalog/exporting/export.h"
#include "features/orders/orders.h"

namespace marque::app {

struct OrderFileOptions {
    std::optional<orders::OrderFields> fields;  // none: all
    bool csv = true;
    bool naked_formulas = false;  // a negative control
};

/// Returns how many orders the file has. The connection is in the market's role.
std::int64_t write_orders(db::AdminConnection& connection, const MarketInfo& market, const orders::OrderFilter& filter,
                          const OrderFileOptions& options, const catalog::exporting::Sink& sink);

}  // namespace marque::app
