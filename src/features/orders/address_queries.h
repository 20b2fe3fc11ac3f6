#pragma once
// SQL of where an order goes.

#include <optional>
#include <string>

#include "core/id.h"
#include "core/record.h"
#include "db/statement.h"
#include "features/orders/lifecycle.h"

namespace marque::orders {

struct AddressStateRow {
    Status status = Status::pending;
    std::int32_t version = 1;
};
RECORD(AddressStateRow, status, version);

struct AddressSql {
    using OptionalText = std::optional<std::string>;
    // Version and state are asked for by the statement that writes: who ships it meanwhile is not overtaken.
    db::Statement<OrderId(OrderId, std::int32_t, OptionalText, OptionalText, OptionalText, OptionalText, OptionalText)>
        set{"orders.set_address", R"(
        UPDATE orders SET customer_name = coalesce($3, customer_name), customer_phone = coalesce($4, customer_phone),
               delivery_address = coalesce($5, delivery_address), delivery_city = coalesce($6, delivery_city),
               delivery_notes = coalesce($7, delivery_notes), version = version + 1, updated_at = now()
        WHERE id = $1::bigint AND version = $2::integer AND status IN ('pending', 'confirmed') RETURNING id)"};

    db::Statement<AddressStateRow(OrderId)> state{"orders.address_state", R"(
        SELECT status, version FROM orders WHERE id = $1::bigint)"};
};
inline constexpr AddressSql address_sql;
RECORD(AddressSql, set, state);

}  // namespace marque::orders
