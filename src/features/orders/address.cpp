// One statement writes; another tells why nothing was written.
#include "features/orders/address.h"

#include <fmt/format.h>

#include "features/orders/address_queries.h"
#include "features/orders/orders.h"

namespace marque::orders {

Task<void> set_address(db::Handle db, OrderId id, std::int32_t version, NewAddress wanted) {
    const auto written = co_await db.write(address_sql.set, id, version, wanted.customer_name, wanted.customer_phone,
                                           wanted.address, wanted.city, wanted.notes);
    if (!written.empty()) co_return;
    const auto state = co_await db.find(address_sql.state, id);
    if (!state) throw Refused{order_not_found};
    if (state->status != Status::pending && state->status != Status::confirmed) throw Refused{address_fixed};
    throw Refused{order_stale, fmt::format("The order has version {} by now; read it again", state->version)};
}

}  // namespace marque::orders
