#pragma once
// /home and other lists that are composed for a page of the shop, so that it needs one request.

#include "http/route.h"

namespace marque::catalog {

/// /home, /products/batch, /products/featured, /products/{slug}/related.
[[nodiscard]] http::Routes home_routes();

}  // namespace marque::catalog
