#pragma once
// What an order would cost, asked before ordering.

#include "http/route.h"

namespace marque::orders {

/// /orders/quote.
[[nodiscard]] http::Routes quote_routes();

}  // namespace marque::orders
