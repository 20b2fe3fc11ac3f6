#pragma once
// Customers and orders of the demo shop, so that a newcomer finds a shop that sells: the same on every machine, told
// back from the moment of seeding.

#include <string>
#include <vector>

#include "core/market.h"
#include "db/admin.h"

namespace marque::app {

/// Of markets that have the demo shop and no orders yet. `customers`: phones that log in without an SMS; one of each
/// market finds four of the orders. Takes about a tenth of a second. Within the caller's transaction.
void put_demo_sales(db::AdminConnection& connection, const MarketSet& markets,
                    const std::vector<std::string>& customers);

}  // namespace marque::app
