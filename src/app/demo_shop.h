#pragma once
// Puts the demo shop (features/catalog/demo) into a database: products, reviews, banners, managers.

#include <vector>

#include "core/market.h"
#include "db/admin.h"

namespace marque::app {

/// Inserts what is missing for the markets this database holds; safe to repeat, quick when all is there.
void seed_demo_shop(db::AdminConnection& connection, const std::vector<MarketInfo>& here);

}  // namespace marque::app
