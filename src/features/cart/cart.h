#pragma once
// The cart of a logged-in customer. Every call answers the whole cart and costs at most two statements.

#include "http/route.h"

namespace marque::cart {

/// /cart/get, add, update, remove, clear.
[[nodiscard]] http::Routes routes();

}  // namespace marque::cart
