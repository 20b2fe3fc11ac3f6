// The endpoints that change many orders at once, or where one goes. Each order is a transaction of its own, with its
// own row of the audit log, so that one that cannot be moved holds up no other.
#include <algorithm>
#include <set>

#include "core/link.h"
#include "features/identity/identity.h"
#include "features/management/roles.h"
#include "features/orders/orders.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;

constexpr Refusal too_many_orders{422, "orders.too_many_at_once", "At most 100 orders can be changed at once"};
constexpr Refusal reason_missing{422, "orders.reason_missing",
                                 "Orders are cancelled with a reason, which customers read"};
constexpr std::size_t orders_at_once_max = 100;
/// What moving one costs, in statements.
constexpr int move_statements_max = 9;

enum class BulkMove { confirm, ship, deliver, cancel };
ENUMERATION(BulkMove, confirm, ship, deliver, cancel);

struct BulkInput {
    static constexpr std::string_view doc =
        "At most 100 orders. `reason` is for those that are cancelled. Asked for again, what has been done is told as "
        "done.";
    BulkMove move = BulkMove::confirm;
    std::vector<OrderId> orders;
    std::optional<Text<3, 500>> reason;
    std::optional<Text<1, 100>> carrier;
    std::optional<Text<1, 500>> notes;
};
RECORD(BulkInput, move, orders, reason, carrier, notes);

struct BulkOutcome {
    OrderId id;
    bool done = false;
    std::optional<orders::Status> status;  // as it is now, of one that was moved
    std::string code;                      // of the refusal
    std::string detail;
};
RECORD(BulkOutcome, id, done, status, code, detail);

struct BulkReport {
    std::int32_t done = 0;
    std::int32_t refused = 0;
    std::vector<BulkOutcome> items;
};
RECORD(BulkReport, done, refused, items);

orders::Status state_after(BulkMove move) {
    switch (move) {
        case BulkMove::confirm:
            return orders::Status::confirmed;
        case BulkMove::ship:
            return orders::Status::shipped;
        case BulkMove::deliver:
            return orders::Status::delivered;
        case BulkMove::cancel:
            break;
    }
    return orders::Status::cancelled;
}

template <class T>
std::optional<std::string> text_of(const std::optional<T>& field) {
    return field ? std::optional{field->to_text()} : std::nullopt;
}

Task<BulkOutcome> move_one(Context& context, orders::MoveRequest request) {
    BulkOutcome outcome{.id = request.order, .status = std::nullopt, .code = {}, .detail = {}};
    try {
        const auto order = co_await orders::move_now(context, request);
        outcome.done = true;
        outcome.status = order.status;
    } catch (const Refused& refused) {
        outcome.code = refused.refusal().code;
        outcome.detail = refused.detail();
    }
    co_return outcome;
}

Task<BulkReport> move_many(Context& context, Body<BulkInput> body) {
    const BulkInput& input = body.value;
    if (input.orders.size() > orders_at_once_max) throw Refused{too_many_orders};
    if (input.move == BulkMove::cancel && !input.reason) throw Refused{reason_missing};
    const auto& notes = input.move == BulkMove::cancel ? text_of(input.reason) : text_of(input.notes);
    BulkReport report;
    std::set<OrderId> seen;
    for (const OrderId id : input.orders) {
        if (!seen.insert(id).second) continue;
        orders::MoveRequest request{.order = id,
                                    .to = state_after(input.move),
                                    .changed_by = manager_name(context),
                                    .notes = notes.value_or(""),
                                    .owner = std::nullopt,
                                    .parcel = {}};
        if (input.move == BulkMove::ship) request.parcel.carrier = text_of(input.carrier);
        auto outcome = co_await move_one(context, std::move(request));
        ++(outcome.done ? report.done : report.refused);
        report.items.push_back(std::move(outcome));
    }
    co_return report;
}

struct OrderAddressInput {
    static constexpr std::string_view doc =
        "Where an order goes and to whom, until it is shipped. What is left out stays. The state stays in any case: "
        "the "
        "tax was computed for it.";
    Version version;
    std::optional<Text<1, 255>> customer_name;
    std::optional<TypedPhone> customer_phone;
    std::optional<Text<3, 500>> delivery_address;
    std::optional<Text<1, 100>> delivery_city;
    std::optional<Text<0, 500>> delivery_notes;
};
RECORD(OrderAddressInput, version, customer_name, customer_phone, delivery_address, delivery_city, delivery_notes);

Task<orders::OrderView> set_address(Context& context, OrderId id, Body<OrderAddressInput> body) {
    const OrderAddressInput& input = body.value;
    std::optional<std::string> phone;
    if (input.customer_phone) {
        phone = identity::phone_of(context, *input.customer_phone, "customer_phone").to_text();
    }
    orders::NewAddress wanted{.customer_name = text_of(input.customer_name),
                              .customer_phone = std::move(phone),
                              .address = text_of(input.delivery_address),
                              .city = text_of(input.delivery_city),
                              .notes = text_of(input.delivery_notes)};
    co_await orders::set_address(context.db, id, input.version.value(), std::move(wanted));
    auto order = co_await orders::get_order(context.db, id, std::nullopt);
    order.allowed_actions = orders::manager_actions(order.status);
    co_return order;
}

}  // namespace

http::Routes order_change_routes() {
    using http::Access;
    return {
        http::post<"/api/v1/manager/orders/bulk", move_many>(
            {.summary = "Confirm, ship, deliver or cancel up to 100 orders, and say of each what became of it",
             .access = Access::manager(Permission::orders_write),
             .refuses = {&too_many_orders, &reason_missing},
             .statements_max = static_cast<int>(orders_at_once_max) * move_statements_max + 4}),
        http::put<"/api/v1/manager/orders/{id}/address", set_address>(
            {.summary = "Change where an order goes, and to whom, before it is shipped",
             .access = Access::manager(Permission::orders_write),
             .refuses = {&orders::order_not_found, &orders::order_stale, &orders::address_fixed},
             .statements_max = 7}),
    };
}

}  // namespace marque::management
