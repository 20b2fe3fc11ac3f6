#pragma once
// Products as the API shows them: cards for lists, and the page of one product.

#include <string>

#include "features/catalog/product.h"
#include "features/catalog/shelves.h"
#include "features/catalog/views.h"

namespace marque::catalog {

/// The views of what these return look into the product and the words; `language` is an index of the market's.
[[nodiscard]] ProductCard card_of(const Product& product, const Shelves& shelves, const Vocabulary& vocabulary,
                                  std::size_t language);
[[nodiscard]] std::vector<SkuView> skus_of(const Product& product, const Shelves& shelves,
                                           const Vocabulary& vocabulary);
[[nodiscard]] std::vector<std::string_view> images_of(const Product& product);
[[nodiscard]] std::vector<std::string_view> features_of(const Product& product, std::size_t language);
/// Without sizes, colours and related products, which are the snapshot's to add.
[[nodiscard]] ProductDetail detail_of(const Product& product, const Shelves& shelves, const Vocabulary& vocabulary,
                                      std::size_t language);

}  // namespace marque::catalog
