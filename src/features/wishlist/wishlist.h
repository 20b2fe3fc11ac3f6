#pragma once
// The wishlist of a logged-in customer: products, not SKUs. Every call answers the whole list.

#include "http/route.h"

namespace marque::wishlist {

/// /wishlist/get, add, remove, clear, and GET /wishlist.
[[nodiscard]] http::Routes routes();

}  // namespace marque::wishlist
