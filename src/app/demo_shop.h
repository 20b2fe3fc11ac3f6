#pragma once
// Puts the demo shop (features/catalog/demo) into a database: products, reviews, banners, managers, orders.

#include <string>
#include <vector>

#include "core/market.h"
#include "db/admin.h"

namespace marque::app {

/// How much of the demo shop a seed brings.
enum class Demo { none, shop, shop_with_sales };

/// Inserts what is missing for the markets this database holds; safe to repeat, quick when all is there. A new shop has
/// sold already (demo_sales.h) where `buyers` names phones of customers.
void seed_demo_shop(db::AdminConnection& connection, const std::vector<MarketInfo>& here,
                    const std::vector<std::string>& buyers);

}  // namespace marque::app
