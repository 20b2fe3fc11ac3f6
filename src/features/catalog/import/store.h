#pragma once
// Imported products into a database: categories made where missing, explicit prices by rule, repeatable.

#include <string>
#include <vector>

#include "core/market.h"
#include "db/admin.h"
#include "features/catalog/import/price_rule.h"
#include "features/catalog/import/product.h"

namespace marque::catalog::import {

struct StoreCounts {
    int added = 0;
    int updated = 0;
};

/// Writes the products for those of `markets` that this database holds, in one transaction. Products go to market ALL
/// when more than one market is imported into, else to that market. Rows that cannot be stored are appended to
/// `refused` with line and reason; the others are stored.
StoreCounts store(db::AdminConnection& connection, const std::vector<MarketCode>& here,
                  const std::vector<MarketCode>& markets, const std::vector<PriceRule>& rules,
                  const std::vector<ImportedProduct>& products, const std::string& source,
                  std::vector<RefusedRow>& refused);

}  // namespace marque::catalog::import
