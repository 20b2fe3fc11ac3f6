// The endpoints of /orders for customers.
#include "features/orders/buyer.h"
#include "features/orders/charge.h"
#include "features/orders/orders.h"
#include "features/orders/place.h"
#include "features/orders/queries.h"
#include "features/orders/quoting.h"
#include "features/orders/reorder.h"
#include "work/idempotency.h"

namespace marque::orders {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::Query;
using http::Rendered;

Task<Rendered<Created<OrderView>>> create(Context& context, Body<CreateOrder> body) {
    http::Response response = co_await place_order(context, body.value);
    co_return Rendered<Created<OrderView>>{std::move(response)};
}

Task<Page<OrderSummary>> list(Context& context, Query<OrderQuery> query) {
    co_return co_await list_orders(context.db, context.user().user, query.value);
}

Task<OrderView> get(Context& context, OrderId id, Query<OrderAccess> query) {
    auto user = owner_asking(context, id, query.value);
    if (context.thread.config.breaks("orders_of_anybody")) user.reset();
    co_return co_await get_order(context.db, id, user);
}

OrderSummary summary_of(const SummaryRow& row, Currency currency) {
    return {row.id,
            row.order_number,
            row.market,
            row.user_id,
            row.status,
            row.customer_name,
            row.customer_phone,
            row.payment_method,
            row.payment_status,
            Money{row.total_minor, currency},
            row.currency,
            static_cast<std::int32_t>(row.items_count),
            is_active(row.status),
            may_move(row.status, Status::cancelled),
            row.order_date};
}

/// The order's own columns stand on each of its rows; the first is as good as any.
OrderView view_of(const std::vector<OrderLineRow>& rows) {
    const OrderLineRow& row = rows.front();
    const auto currency = Currency::parse(row.currency);
    check(currency.has_value(), "an order in an unknown currency");
    const auto money = [&](std::int64_t minor) { return Money{minor, *currency}; };
    OrderView view{row.id,
                   row.order_number,
                   row.market,
                   row.status,
                   row.customer_name,
                   row.customer_phone,
                   row.customer_email,
                   row.delivery_address,
                   row.delivery_city,
                   row.delivery_state,
                   row.delivery_notes,
                   row.payment_method,
                   row.payment_status,
                   money(row.subtotal_minor),
                   money(row.discount_minor),
                   money(row.shipping_minor),
                   money(row.tax_minor),
                   money(row.tax_included_minor),
                   money(row.total_minor),
                   row.currency,
                   0,
                   is_active(row.status),
                   may_move(row.status, Status::cancelled),
                   row.order_date,
                   row.confirmed_date,
                   row.shipped_date,
                   row.delivered_date,
                   row.cancelled_date,
                   row.cancel_reason,
                   row.carrier,
                   row.tracking_number,
                   row.tracking_url,
                   row.version,
                   customer_actions(row.status),
                   {},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {}};
    tell_charges(view, row);
    for (const auto& line : rows) {
        view.items.push_back({line.sku_id, line.sku_code, line.product_slug, line.product_name, line.product_brand,
                              line.size, line.color, line.image_url, money(line.price_minor), line.quantity,
                              money(line.line_subtotal_minor), money(line.line_discount_minor)});
        view.items_count += line.quantity;
    }
    return view;
}

struct CancelOrder {
    std::optional<Text<1, 500>> reason;
};
RECORD(CancelOrder, reason);

Task<OrderView> cancel(Context& context, OrderId id, Query<OrderAccess> query, Body<CancelOrder> body) {
    const auto user = owner_asking(context, id, query.value);
    const MoveRequest request{.order = id,
                              .to = Status::cancelled,
                              .changed_by = word_of(user),
                              .notes = body.value.reason ? body.value.reason->to_text() : "",
                              .owner = user};
    co_return co_await move_now(context, request);
}

/// Customers are told that the shop did something, not who of its people.
enum class StepBy { customer, shop };
ENUMERATION(StepBy, customer, shop)

struct StepView {
    Status status = Status::pending;
    std::string notes;
    StepBy by = StepBy::shop;
    Timestamp created_at;
};
RECORD(StepView, status, notes, by, created_at);

struct HistoryView {
    std::vector<StepView> items;
};
RECORD(HistoryView, items);

Task<HistoryView> history(Context& context, OrderId id, Query<OrderAccess> query) {
    const auto owner = owner_asking(context, id, query.value);
    const auto steps = co_await history_of(context.db, id, owner);
    HistoryView view;
    for (const auto& step : steps) {
        const bool by_customer = step.changed_by.starts_with("user:") || step.changed_by == word_of(std::nullopt);
        view.items.push_back({step.status, step.notes, by_customer ? StepBy::customer : StepBy::shop, step.created_at});
    }
    co_return view;
}

}  // namespace

std::vector<Action> customer_actions(Status status) {
    std::vector<Action> actions;
    if (may_move(status, Status::cancelled)) actions.push_back(Action::cancel);
    actions.push_back(Action::reorder);
    return actions;
}

std::vector<Action> manager_actions(Status status) {
    constexpr std::pair<Action, Status> ways[] = {{Action::confirm, Status::confirmed},
                                                  {Action::ship, Status::shipped},
                                                  {Action::deliver, Status::delivered},
                                                  {Action::cancel, Status::cancelled}};
    std::vector<Action> actions;
    for (const auto& [action, to] : ways) {
        if (may_move(status, to)) actions.push_back(action);
    }
    return actions;
}

Task<Page<OrderSummary>> list_orders(db::Handle db, std::optional<UserId> user, OrderQuery query) {
    const auto rows = co_await db.rows(sql.list, user, query.status_filter, query.limit.value(), start_of(query));
    co_return page_of(rows, query, [](const auto& row) {
        const auto currency = Currency::parse(row.currency);
        check(currency.has_value(), "an order in an unknown currency");
        return summary_of(row, *currency);
    });
}

Task<OrderView> get_order(db::Handle db, OrderId id, std::optional<UserId> user) {
    const auto rows = co_await db.rows(sql.detail, id, user);
    if (rows.empty()) throw Refused{order_not_found};
    co_return view_of(rows);
}

http::Routes routes() {
    http::Routes all = {
        http::post<"/api/v1/orders/create", create>(
            {.summary = "Place an order from the cart or from named items; a guest is given a link to it",
             .access = http::Access::guest,
             .refuses = {&shoppers::malformed_cart_token,
                         &shoppers::too_many_guest_orders,
                         &guest_key_not_uuid,
                         &http::market_changed,
                         &cart_empty,
                         &nothing_ordered,
                         &sku_not_found,
                         &no_longer_sold,
                         &out_of_stock,
                         &payment_method_unknown,
                         &order_in_flight,
                         &coupon_refused,
                         &total_changed,
                         &nothing_to_pay,
                         &shipping_unavailable,
                         &pickup_point_unknown,
                         &amount_too_large,
                         &profile::address_not_found,
                         &work::idempotency_key_malformed,
                         &work::idempotency_key_reused},
             .statements_max = 240}),  // one for each line of the fullest cart, and what is given to it
        http::get<"/api/v1/orders", list>(
            {.summary = "The caller's orders, newest first", .refuses = {}, .statements_max = 2}),
        http::get<"/api/v1/profile/orders", list>(
            {.summary = "The same as /orders", .refuses = {}, .statements_max = 2}),
        http::get<"/api/v1/orders/{id}", get>({.summary = "One of the caller's orders, or the one of a guest's link",
                                               .access = http::Access::guest,
                                               .refuses = {&http::unauthenticated, &order_not_found},
                                               .statements_max = 1}),
        http::get<"/api/v1/orders/{id}/history", history>(
            {.summary = "The steps of one of the caller's orders, or of a guest's by its link, oldest first",
             .access = http::Access::guest,
             .refuses = {&http::unauthenticated, &order_not_found},
             .statements_max = 2}),
        http::post<"/api/v1/orders/{id}/cancel", cancel>(
            {.summary = "Cancel an order that has not been shipped; its stock goes back",
             .access = http::Access::guest,
             .refuses = {&http::unauthenticated, &order_not_found, &order_busy, &move_not_allowed},
             .statements_max = 7,
             .when_closed = true}),
    };
    std::ranges::move(quote_routes(), std::back_inserter(all));
    std::ranges::move(reorder_routes(), std::back_inserter(all));
    std::ranges::move(return_routes(), std::back_inserter(all));
    return all;
}

}  // namespace marque::orders
