#pragma once
// Which products belong to another one: those the shop has related to it, then the best sold ones of its category.

#include <vector>

#include "features/catalog/snapshot.h"

namespace marque::catalog {

/// At most `limit` other products in stock that are like this one: related ones in the shop's order, then those of its
/// own place and of its top category by sales.
[[nodiscard]] std::vector<const Product*> alike(const Snapshot& snapshot, const Product& product, std::size_t limit);

/// At most `limit` products in stock that the shop says go with this one.
[[nodiscard]] std::vector<const Product*> going_with(const Snapshot& snapshot, const Product& product,
                                                     std::size_t limit);

}  // namespace marque::catalog
