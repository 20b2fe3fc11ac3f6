#pragma once
// The endpoints at which providers tell of payments.

#include "http/route.h"

namespace marque::payments {

[[nodiscard]] http::Routes inbox_routes();
[[nodiscard]] http::Routes buyer_routes();

}  // namespace marque::payments
