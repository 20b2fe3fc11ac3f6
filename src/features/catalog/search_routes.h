#pragma once
// The routes of the search, which routes() joins to its own.

#include "http/route.h"

namespace marque::catalog {

/// /products/search and /products/suggestions.
[[nodiscard]] http::Routes search_routes();

}  // namespace marque::catalog
