#pragma once
// From rows to products: texts in every language of the market, prices as they are now, the JSON of lists written once.

#include <memory>
#include <utility>
#include <vector>

#include "db/admin.h"
#include "features/catalog/product.h"
#include "features/catalog/shelves.h"

namespace marque::catalog {

/// What the database says of some products, or of all.
struct ProductRows {
    db::BinaryRows<ProductRow> products;
    db::BinaryRows<ProductTextRow> texts;
    db::BinaryRows<FeatureRow> features;
    db::BinaryRows<ImageRow> images;
    db::BinaryRows<RelationRow> relations;
    db::BinaryRows<SkuRow> skus;
    db::BinaryRows<LowestRow> lowest;
};
/// The connection must have taken on the market's role and be in a transaction that sees one moment.
[[nodiscard]] ProductRows read_products(db::AdminConnection& connection, const MarketInfo& market, const Ids& ids);
[[nodiscard]] Shelves read_shelves(db::AdminConnection& connection, const MarketInfo& market);

using MadeProducts = std::vector<std::pair<std::int64_t, std::shared_ptr<const Product>>>;

/// The products that are sold here, in order of their ids: those with a priced SKU and a category that is shown.
[[nodiscard]] MadeProducts make_products(const ProductRows& rows, const Shelves& shelves, Vocabulary& vocabulary);

}  // namespace marque::catalog
