#pragma once
// A number that changes when what the shop's feeds say of a product changes.

#include "features/catalog/product.h"
#include "features/catalog/shelves.h"

namespace marque::catalog {

/// Of everything but sales and reviews, in all languages. Servers of one build agree on it.
[[nodiscard]] std::uint64_t digest_of(const Product& product, const Vocabulary& vocabulary);
/// Of what stands around the products: names and places of categories, sizes and colours.
[[nodiscard]] std::uint64_t digest_of(const Shelves& shelves);

/// Appends a number's bytes.
inline void append_digest(std::string& out, std::uint64_t digest) {
    for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(digest >> shift);
}

}  // namespace marque::catalog
