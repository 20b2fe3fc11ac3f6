// The endpoints of returns for customers.
#include "features/orders/orders.h"
#include "work/idempotency.h"

namespace marque::orders {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::Rendered;

Task<Rendered<Created<ReturnView>>> ask(Context& context, OrderId id, Body<AskReturn> body) {
    http::Response response = co_await ask_return(context, id, body.value);
    co_return Rendered<Created<ReturnView>>{std::move(response)};
}

Task<ReturnList> list(Context& context, OrderId id) {
    co_return co_await returns_of(context.db, id, context.user().user);
}

Task<ReturnView> cancel(Context& context, ReturnId id) { co_return co_await cancel_return(context, id); }

}  // namespace

http::Routes return_routes() {
    return {
        http::post<"/api/v1/orders/{id}/returns", ask>(
            {.summary = "Ask to send pieces of a delivered order back, for the money or for another size or colour",
             .refuses = {&order_not_found, &order_busy, &not_returnable, &not_exchangeable,
                         &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 9,
             .when_closed = true}),
        http::get<"/api/v1/orders/{id}/returns", list>({.summary = "What was asked to be sent back of an order",
                                                        .refuses = {&order_not_found},
                                                        .statements_max = 2}),
        http::post<"/api/v1/returns/{id}/cancel", cancel>({.summary = "Call a return off that is not received yet",
                                                           .refuses = {&return_not_found, &order_busy, &return_decided},
                                                           .statements_max = 5,
                                                           .when_closed = true}),
    };
}

}  // namespace marque::orders
