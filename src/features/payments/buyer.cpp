// The buyer's own payment: looked at, begun, and asked about when the buyer comes back from the provider.
#include "core/log.h"
#include "features/orders/orders.h"
#include "features/payments/carry_out.h"
#include "features/payments/elqr.h"
#include "features/payments/inbox.h"

namespace marque::payments {
namespace {

using http::Context;
using http::Query;
using orders::OrderAccess;

/// The payment of an order that the caller, or whoever has its link, may see. This alone decides who that is.
Task<PaymentRow> get_own(Context& context, OrderId order, const OrderAccess& access) {
    const auto owner = orders::owner_asking(context, order, access);
    auto row = co_await context.db.find(sql.of_order, order, owner);
    if (!row) throw Refused{orders::order_not_found};
    co_return std::move(*row);
}

Task<PaymentView> get(Context& context, OrderId order, Query<OrderAccess> query) {
    const auto row = co_await get_own(context, order, query.value);
    co_return view_of(row, context.service<Desk>());
}

void log_trouble(const Context& context, const PaymentRow& row, const std::string& what) {
    log::error("payments.provider_failed", {{"request_id", context.request_id},
                                            {"market", context.market->code.to_text()},
                                            {"payment", row.id.to_text()},
                                            {"what", what}});
}

/// Of a card: makes the intent, or gives the one that was made; what is paid otherwise has nothing to begin.
Task<PaymentView> begin(Context& context, OrderId order, Query<OrderAccess> query) {
    auto row = co_await get_own(context, order, query.value);
    auto& desk = context.service<Desk>();
    if (row.status == Status::cancelled) throw Refused{not_payable};
    const bool has_way = row.client_secret || row.action_url;
    if (row.method != "card" || !is_open(row.status) || has_way) co_return view_of(row, desk);
    Provider* provider = desk.for_cards(*context.market);
    if (!row.provider.empty()) provider = desk.by_name(context.market->code, row.provider);
    if (provider == nullptr) throw Refused{provider_unavailable};
    const auto opened = co_await open_payment(context.db, desk, *provider, row);
    if (!opened) {
        log_trouble(context, row, opened.error().what);
        throw Refused{provider_unavailable};
    }
    if (opened->status == Status::cancelled) throw Refused{not_payable};
    co_return view_of(*opened, desk);
}

/// Who asks, for the order's history.
std::string asking(const Context& context, const OrderAccess& access) {
    return access.access ? "guest" : "user:" + context.user().user.to_text();
}

Task<PaymentView> check_now(Context& context, OrderId order, Query<OrderAccess> query) {
    const auto row = co_await get_own(context, order, query.value);
    auto& desk = context.service<Desk>();
    Provider* provider = desk.by_name(context.market->code, row.provider);
    if (provider == nullptr || !row.provider_reference || !is_open(row.status)) co_return view_of(row, desk);
    const auto settled = co_await ask_about(context.db, desk, *provider, row, asking(context, query.value));
    if (!settled) {
        log_trouble(context, row, settled.error().what);
        throw Refused{provider_unavailable};
    }
    const auto now = co_await context.db.find(sql.of_order, order, std::nullopt);
    check(now.has_value(), "a payment that is gone");
    co_return view_of(*now, desk);
}

}  // namespace

PaymentView view_of(const PaymentRow& row, const Desk& desk) {
    const auto money = [&](std::int64_t minor) { return money_of(minor, row.currency); };
    PaymentView view{.id = row.id,
                     .order_id = row.order_id,
                     .method = row.method,
                     .status = row.status,
                     .amount = money(row.amount_minor),
                     .currency = row.currency,
                     .captured = money(row.captured_minor),
                     .refunded = money(row.refunded_minor),
                     .provider = row.provider,
                     .is_test = !row.provider.empty() && !row.live,
                     .payment_intent_id = row.provider_reference};
    if (row.status == Status::failed) view.failure = row.failure;
    if (!is_open(row.status)) return view;
    view.client_secret = row.client_secret;
    view.action_url = row.action_url;
    if (row.method == "card") view.expires_at = row.expires_at;
    if (row.provider != "local_bank") return view;
    for (const auto& [market, bank] : desk.settings().banks) {
        // A payment's currency is its market's, and a bank without a host has no such codes.
        auto payload = elqr_payload(bank, row.id.to_text(), view.amount);
        if (!payload.empty()) view.qr_payload = std::move(payload);
    }
    return view;
}

http::Routes buyer_routes() {
    return {
        http::get<"/api/v1/orders/{id}/payment", get>(
            {.summary = "How an order is paid, and how far that is; of a guest's by its link",
             .access = http::Access::guest,
             .refuses = {&http::unauthenticated, &orders::order_not_found},
             .statements_max = 2}),
        http::post<"/api/v1/orders/{id}/payment", begin>(
            {.summary = "Begin to pay an order by card: the provider's intent, the same one each time",
             .access = http::Access::guest,
             .refuses = {&http::unauthenticated, &orders::order_not_found, &not_payable, &provider_unavailable,
                         &payment_busy},
             .statements_max = 16}),
        http::post<"/api/v1/orders/{id}/payment/check", check_now>(
            {.summary = "Ask the provider what became of the payment: for a buyer who comes back from it",
             .access = http::Access::guest,
             .refuses = {&http::unauthenticated, &orders::order_not_found, &provider_unavailable, &payment_busy,
                         &orders::order_busy},
             .statements_max = 24}),
    };
}

http::Routes routes() {
    http::Routes all = buyer_routes();
    for (const auto& route : inbox_routes()) all.push_back(route);
    return all;
}

}  // namespace marque::payments
