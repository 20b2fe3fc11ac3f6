#pragma once
// Buying again what was bought before.

#include "http/route.h"

namespace marque::orders {

[[nodiscard]] http::Routes reorder_routes();

}  // namespace marque::orders
