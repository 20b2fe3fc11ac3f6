// The endpoints of returns for customers, and for guests by the link to their order.
#include "features/orders/orders.h"
#include "work/idempotency.h"

namespace marque::orders {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::Query;
using http::Rendered;

Task<Rendered<Created<ReturnView>>> ask(Context& context, OrderId id, Query<OrderAccess> query, Body<AskReturn> body) {
    const auto owner = owner_asking(context, id, query.value);
    http::Response response = co_await ask_return(context, id, owner, body.value);
    co_return Rendered<Created<ReturnView>>{std::move(response)};
}

Task<ReturnList> list(Context& context, OrderId id, Query<OrderAccess> query) {
    const auto owner = owner_asking(context, id, query.value);
    co_return co_await returns_of(context.db, id, owner);
}

/// The link is one to the return's order, which must be known first.
Task<ReturnView> cancel(Context& context, ReturnId id, Query<OrderAccess> query) {
    if (!query.value.access) {
        if (!context.caller) throw Refused{http::unauthenticated};
        co_return co_await cancel_return(context, id, context.user().user);
    }
    const auto order = co_await find_order_of_return(context.db, id);
    if (!order) throw Refused{return_not_found};
    const auto owner = owner_asking(context, *order, query.value, return_not_found);
    co_return co_await cancel_return(context, id, owner);
}

}  // namespace

http::Routes return_routes() {
    return {
        http::post<"/api/v1/orders/{id}/returns", ask>(
            {.summary = "Ask to send pieces of a delivered order back, for the money or for another size or colour",
             .access = http::Access::guest,
             .refuses = {&http::unauthenticated, &order_not_found, &order_busy, &not_returnable, &not_exchangeable,
                         &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 9,
             .when_closed = true}),
        http::get<"/api/v1/orders/{id}/returns", list>({.summary = "What was asked to be sent back of an order",
                                                        .access = http::Access::guest,
                                                        .refuses = {&http::unauthenticated, &order_not_found},
                                                        .statements_max = 2}),
        http::post<"/api/v1/returns/{id}/cancel", cancel>(
            {.summary = "Call a return off that is not received yet",
             .access = http::Access::guest,
             .refuses = {&http::unauthenticated, &return_not_found, &order_busy, &return_decided},
             .statements_max = 6,
             .when_closed = true}),
    };
}

}  // namespace marque::orders
