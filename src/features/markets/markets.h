#pragma once
// The markets of the shop as data: loading them at start, seeding the launch markets, telling front ends about them.

#include <vector>

#include "core/market.h"
#include "db/admin.h"
#include "http/route.h"

namespace marque::markets {

/// The markets found in one database (all of them in the one-database layout). Leaves the connection the owner's.
/// `with_regions` only where every market's role exists already.
[[nodiscard]] std::vector<MarketInfo> load(db::AdminConnection& connection, bool with_regions = true);

/// Whether the database has been migrated far enough to hold markets.
[[nodiscard]] bool is_prepared(db::AdminConnection& connection);
/// Markets that were added by command in any database of the layout.
[[nodiscard]] std::vector<MarketCode> directory(db::AdminConnection& connection);

/// Writes a market's row; false when there is one already.
bool insert(db::AdminConnection& connection, const MarketInfo& market);

/// Inserts the launch markets KG and US with their regions where missing (R118). `only` limits it to the market a
/// database of the split layout holds, empty seeds both; `except` leaves some out. Returns how many markets were added.
int seed(db::AdminConnection& connection, const std::vector<MarketCode>& only, const std::vector<MarketCode>& except);

/// GET /api/v1/markets: what a front end needs to know.
[[nodiscard]] http::Routes routes();
/// /manager/market/settings.
[[nodiscard]] http::Routes manager_routes();

}  // namespace marque::markets
