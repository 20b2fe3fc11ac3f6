// The endpoints of managers about payments and refunds. What they mean stands in features/payments.
#include "features/payments/payments.h"

#include "features/management/roles.h"
#include "features/management/second_factor_queries.h"
#include "features/orders/orders.h"
#include "work/idempotency.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::Rendered;
using payments::PaymentView;
using payments::RefundView;

struct ManagedRefunds {
    std::vector<RefundView> items;
};
RECORD(ManagedRefunds, items);

Task<PaymentView> get_payment(Context& context, OrderId order) {
    co_return co_await payments::payment_for_manager(context, order);
}

Task<PaymentView> confirm_payment(Context& context, Uuid payment) {
    co_return co_await payments::confirm_by_hand(context, payment, manager_name(context));
}

Task<ManagedRefunds> list_refunds(Context& context, OrderId order) {
    auto items = co_await payments::refunds_of(context, order);
    co_return ManagedRefunds{std::move(items)};
}

Task<Rendered<Created<RefundView>>> refund(Context& context, OrderId order, Body<payments::RefundInput> body) {
    const auto security = co_await context.db.find(factor_sql.security);
    const auto above_minor = security ? security->four_eyes_above_minor : std::nullopt;
    http::Response response =
        co_await payments::request_refund(context, order, body.value, manager_name(context), above_minor);
    co_return Rendered<Created<RefundView>>{std::move(response)};
}

Task<RefundView> confirm_refund(Context& context, Uuid refund) {
    co_return co_await payments::confirm_refund(context, refund);
}

Task<RefundView> approve_refund(Context& context, Uuid refund) {
    co_return co_await payments::approve_refund(context, refund, manager_name(context));
}

Task<RefundView> reject_refund(Context& context, Uuid refund) {
    co_return co_await payments::reject_refund(context, refund, manager_name(context));
}

}  // namespace

http::Routes payment_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/orders/{id}/payment", get_payment>(
            {.summary = "How an order is paid, and how far that is",
             .access = Access::manager(Permission::payments_read),
             .refuses = {&orders::order_not_found},
             .statements_max = 3}),
        http::post<"/api/v1/manager/payments/{id}/confirm", confirm_payment>(
            {.summary =
                 "The money arrived: a bank transfer or cash; of a card the provider is asked and believed alone",
             .access = Access::manager(Permission::payments_write),
             .refuses = {&payments::payment_not_found, &orders::order_busy, &payments::not_payable,
                         &payments::not_paid_by_hand, &payments::provider_unavailable, &payments::payment_busy},
             .statements_max = 26}),
        http::get<"/api/v1/manager/orders/{id}/refunds", list_refunds>(
            {.summary = "Refunds of an order, oldest first",
             .access = Access::manager(Permission::payments_read),
             .refuses = {&orders::order_not_found},
             .statements_max = 4}),
        http::post<"/api/v1/manager/orders/{id}/refunds", refund>(
            {.summary = "Give back all or some of what was paid for an order",
             .access = Access::manager(Permission::refunds_write),
             .refuses = {&orders::order_not_found, &payments::nothing_to_refund, &payments::refund_too_much,
                         &payments::payment_busy, &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 17,
             .second_factor = true}),
        http::post<"/api/v1/manager/refunds/{id}/approve", approve_refund>(
            {.summary = "A second manager lets a refund go that waits because of its size",
             .access = Access::manager(Permission::refunds_write),
             .refuses = {&payments::refund_not_found, &payments::refund_not_waiting, &payments::second_pair_of_eyes,
                         &payments::payment_busy},
             .statements_max = 14,
             .second_factor = true}),
        http::post<"/api/v1/manager/refunds/{id}/reject", reject_refund>(
            {.summary = "A refund that waits for a second manager will not be given",
             .access = Access::manager(Permission::refunds_write),
             .refuses = {&payments::refund_not_found, &payments::refund_not_waiting, &payments::payment_busy},
             .statements_max = 10}),
        http::post<"/api/v1/manager/refunds/{id}/confirm", confirm_refund>(
            {.summary = "A refund that no provider can make was given back by hand",
             .access = Access::manager(Permission::refunds_write),
             .refuses = {&payments::refund_not_found, &payments::refund_not_by_hand, &payments::payment_busy},
             .statements_max = 14,
             .second_factor = true}),
    };
}

}  // namespace marque::management
