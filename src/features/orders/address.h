#pragma once
// Where an order goes, as long as it has not left.

#include <optional>
#include <string>

#include "core/id.h"
#include "core/refusal.h"
#include "core/task.h"
#include "db/handle.h"

namespace marque::orders {

inline constexpr Refusal order_stale{409, "orders.stale", "The order was changed meanwhile; read it again"};
inline constexpr Refusal address_fixed{409, "orders.address_fixed",
                                       "The order is on its way, or over: its address stays"};

/// What is not named stays.
struct NewAddress {
    std::optional<std::string> customer_name;
    std::optional<std::string> customer_phone;
    std::optional<std::string> address;
    std::optional<std::string> city;
    std::optional<std::string> notes;
};

/// Refuses (order_not_found, order_stale, address_fixed). Amounts stay: they were agreed.
Task<void> set_address(db::Handle db, OrderId id, std::int32_t version, NewAddress wanted);

}  // namespace marque::orders
