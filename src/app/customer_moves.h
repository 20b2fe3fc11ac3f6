#pragma once
// Commands that change customers: moving, blocking, the backfill of an import; and revenue snapshots.

#include "app/customer_commands.h"
#include "app/with_shop.h"

namespace marque::app {

Task<int> move_user(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
Task<int> block_user(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
Task<int> unblock_user(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
Task<int> backfill_markets(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
Task<int> set_report_rate(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
Task<int> snapshot_revenue(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);

}  // namespace marque::app
