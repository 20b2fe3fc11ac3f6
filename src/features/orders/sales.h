#pragma once
// How much of each product was sold, added up from orders beside the orders' own transactions.

#include "core/task.h"
#include "db/handle.h"

namespace marque::orders {

/// Adds to product_stats.sales_count what was ordered since the last call in this market and is committed, and takes
/// off what was cancelled. Several servers may call it at once: one counts.
Task<void> count_sales(db::Handle db);

}  // namespace marque::orders
