#pragma once
// What an order was and cost, in lines of text.

#include <string>
#include <vector>

#include "features/notifications/queries.h"

namespace marque::notifications {

/// "2 × Silk dress, M    4 250 сом", a line each.
[[nodiscard]] std::string lines_text(const OrderNewsRow& order, const std::vector<OrderLineRow>& lines);

/// What was added and taken off, and the total, each where there is some.
[[nodiscard]] std::string totals_text(const OrderNewsRow& order);

/// An amount of the order's currency as its reader writes it.
[[nodiscard]] std::string amount_text(const OrderNewsRow& order, std::int64_t minor);

}  // namespace marque::notifications
