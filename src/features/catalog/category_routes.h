#pragma once
// /categories and /attributes: what products are sorted into.

#include "features/catalog/snapshot.h"
#include "features/catalog/views.h"
#include "http/route.h"

namespace marque::catalog {

inline constexpr Refusal category_not_found{404, "catalog.category_not_found",
                                            "There is no such category in this market"};

/// With all below it where `tree`. Its texts are the snapshot's.
[[nodiscard]] CategoryView category_view(const Snapshot& snapshot, std::int32_t number, std::size_t language,
                                         bool tree);

[[nodiscard]] http::Routes category_routes();

}  // namespace marque::catalog
