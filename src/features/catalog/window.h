#pragma once
// The catalogue for whoever makes pages of it: what a list or one product shows, as records instead of JSON.

#include <string>
#include <string_view>
#include <vector>

#include "features/catalog/feeds/pages.h"
#include "features/catalog/snapshot.h"
#include "features/catalog/views.h"
#include "http/context.h"

namespace marque::catalog {

/// A page of products. Views look into the snapshot and live as long as it.
struct Window {
    std::vector<ProductCard> cards;
    /// By card: the colour of it that was asked for, whose picture the card then shows; empty where none was.
    std::vector<std::string_view> colors;
    std::int64_t total = 0;
    Sort sort = Sort::popular;         // as it was understood
    std::string facets;                // JSON of Facets
    std::string corrected_query;       // empty where nothing was put right
    std::vector<ProductCard> offered;  // popular products, where nothing fits
};

/// What fits the words of a page's address, which people shorten, mistype and send around: the parameters of /products
/// count, what is no value of theirs counts as absent, and others are not looked at. `category` is a number of the
/// snapshot's, or -1 for all.
[[nodiscard]] Window look_through(const Snapshot& snapshot, std::int32_t category, const http::Pairs& words,
                                  std::size_t limit, std::size_t offset, std::size_t language);

/// Cards of the best in stock in an order: all, or those of a set.
[[nodiscard]] std::vector<ProductCard> best_of(const Snapshot& snapshot, Sort sort, const Bits* among,
                                               std::size_t count, std::size_t language);
/// Cards of products that belong to one, as `goes_with` says: the shop's own advice, or what is like it.
[[nodiscard]] std::vector<ProductCard> beside(const Snapshot& snapshot, const Product& product, bool goes_with,
                                              std::size_t count, std::size_t language);
/// A category with the number of its products and, where `tree`, all below it.
[[nodiscard]] CategoryView category_view(const Snapshot& snapshot, std::int32_t number, std::size_t language,
                                         bool tree);

}  // namespace marque::catalog
