#pragma once
// /categories and /attributes: what products are sorted into.

#include "http/route.h"

namespace marque::catalog {

inline constexpr Refusal category_not_found{404, "catalog.category_not_found",
                                            "There is no such category in this market"};

[[nodiscard]] http::Routes category_routes();

}  // namespace marque::catalog
