// From the outbox to rows that wait to be sent. What an event says is read when it is carried out; of what may have
// changed since, only what the event itself tells counts.
#include "core/check.h"
#include "features/webhooks/event_types.h"
#include "features/webhooks/queries.h"
#include "features/webhooks/views.h"
#include "features/webhooks/webhooks.h"
#include "json/read.h"

namespace marque::webhooks {
namespace {

/// What subscribe() was given, for every handler.
struct Means {
    const Config& config;
    Bell& bell;
};

/// An event that is ready to be kept.
struct Made {
    std::string type;
    std::string body;
    Timestamp occurred_at;
};

template <class T>
T payload_of(const work::Event& event) {
    auto read = json::read_text<T>(event.payload);
    check(read.has_value(), "an event that cannot be read");
    return std::move(*read);
}

Currency currency_of(const std::string& text) {
    const auto currency = Currency::parse(text);
    check(currency.has_value(), "an amount of an unknown currency");
    return *currency;
}

template <class T>
Made made_of(std::string type, Timestamp occurred_at, const T& data) {
    std::string body = event_body(type, occurred_at, data);
    return {std::move(type), std::move(body), occurred_at};
}

Task<void> keep(db::Handle db, const work::Event& event, Made made, Means means) {
    const auto deliveries = co_await db.write(event_sql.add, event.market, Uuid::random(), event.id, made.type,
                                              made.body, made.occurred_at, means.config.webhook_give_up_s);
    if (!deliveries.empty() && means.bell.ring) means.bell.ring(event.market);
}

std::vector<OrderEventItem> items_of(const std::vector<OrderItemRow>& rows, Currency currency) {
    std::vector<OrderEventItem> items;
    items.reserve(rows.size());
    for (const auto& row : rows) {
        items.push_back({.sku_id = row.sku_id,
                         .sku_code = row.sku_code,
                         .product_slug = row.product_slug,
                         .product_name = row.product_name,
                         .size = row.size,
                         .color = row.color,
                         .price = Money{row.price_minor, currency},
                         .quantity = row.quantity,
                         .subtotal = Money{row.subtotal_minor, currency}});
    }
    return items;
}

OrderEvent order_event(const OrderFactsRow& row, OrderId id, std::string number, MarketCode market,
                       std::string status) {
    const Currency currency = currency_of(row.currency);
    const auto money = [&](std::int64_t minor) { return Money{minor, currency}; };
    const bool has_left = status == "shipped" || status == "delivered";
    return {.order_id = id,
            .order_number = std::move(number),
            .market = market,
            .status = std::move(status),
            .payment_method = row.payment_method,
            .currency = row.currency,
            .subtotal = money(row.subtotal_minor),
            .discount = money(row.discount_minor),
            .shipping_cost = money(row.shipping_minor),
            .tax = money(row.tax_minor),
            .tax_included = money(row.tax_included_minor),
            .total_amount = money(row.total_minor),
            .order_date = row.order_date,
            .carrier = has_left ? row.carrier : std::nullopt,
            .tracking_number = has_left ? row.tracking_number : std::nullopt,
            .items = {}};
}

Task<void> tell_order(db::Handle db, const work::Event& event, Means means, OrderId id, std::string number,
                      std::string type, std::string status) {
    const auto facts = co_await db.find(event_sql.order, id, event.id);
    if (!facts) co_return;  // the order was removed since
    OrderEvent data = order_event(*facts, id, std::move(number), event.market, std::move(status));
    const auto rows = co_await db.rows(event_sql.order_items, id);
    data.items = items_of(rows, currency_of(facts->currency));
    co_await keep(db, event, made_of(std::move(type), facts->occurred_at, data), means);
}

Task<void> on_order_created(db::Handle db, const work::Event& event, Means means) {
    const auto order = payload_of<work::OrderCreated>(event);
    co_await tell_order(db, event, means, order.order_id, order.order_number, "order.created", "pending");
}

Task<void> on_order_moved(db::Handle db, const work::Event& event, Means means) {
    const auto moved = payload_of<work::OrderMoved>(event);
    co_await tell_order(db, event, means, moved.order_id, moved.order_number, "order." + moved.status, moved.status);
}

Task<void> on_payment_moved(db::Handle db, const work::Event& event, Means means) {
    const auto moved = payload_of<work::PaymentMoved>(event);
    const auto id = Uuid::parse(moved.payment_id);
    check(id.has_value(), "a payment event without a payment");
    const auto facts = co_await db.find(event_sql.payment, *id, event.id);
    const std::string type = "payment." + moved.status;
    if (!facts || !is_event_type(type)) co_return;
    const Currency currency = currency_of(facts->currency);
    const PaymentEvent data{.payment_id = *id,
                            .order_id = moved.order_id,
                            .order_number = moved.order_number,
                            .market = event.market,
                            .status = moved.status,
                            .method = facts->method,
                            .currency = facts->currency,
                            .amount = Money{facts->amount_minor, currency},
                            .refunded = Money{moved.refunded_minor.value_or(0), currency}};
    co_await keep(db, event, made_of(type, facts->occurred_at, data), means);
}

Task<void> on_return_moved(db::Handle db, const work::Event& event, Means means) {
    const auto moved = payload_of<work::ReturnMoved>(event);
    const auto id = parse_integer(moved.return_id);
    check(id.has_value(), "a return event without a return");
    const auto facts = co_await db.find(event_sql.returned, *id, event.id);
    const std::string type = "return." + moved.state;
    if (!facts || !is_event_type(type)) co_return;
    ReturnEvent data{.return_id = moved.return_id,
                     .order_id = moved.order_id,
                     .order_number = facts->order_number,
                     .market = event.market,
                     .state = moved.state,
                     .currency = facts->currency,
                     .refund = Money{moved.state == "received" ? facts->refund_minor : 0, currency_of(facts->currency)},
                     .items = {}};
    const auto rows = co_await db.rows(event_sql.return_items, *id);
    for (const auto& row : rows) data.items.push_back({row.sku_id, row.quantity, row.reason});
    co_await keep(db, event, made_of(type, facts->occurred_at, data), means);
}

Task<void> on_review_decided(db::Handle db, const work::Event& event, Means means) {
    const auto decided = payload_of<work::ReviewDecided>(event);
    const auto id = parse_integer(decided.review_id);
    check(id.has_value(), "a review event without a review");
    const auto facts = co_await db.find(event_sql.review, *id, event.id);
    if (!facts) co_return;
    const ReviewEvent data{.review_id = decided.review_id,
                           .version = decided.version,
                           .market = event.market,
                           .product_slug = facts->product_slug,
                           .rating = facts->rating,
                           .is_approved = decided.is_approved};
    const std::string type = decided.is_approved ? "review.approved" : "review.rejected";
    co_await keep(db, event, made_of(type, facts->occurred_at, data), means);
}

using Tell = Task<void> (*)(db::Handle, const work::Event&, Means);

/// A market without endpoints costs one question.
Task<void> tell_where_asked(db::Handle db, const work::Event& event, Means means, Tell tell) {
    const auto somebody = co_await db.find(event_sql.anybody);
    if (somebody) co_await tell(db, event, means);
}

}  // namespace

void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers, const Config& config, Bell& bell) {
    const Means means{config, bell};
    const auto add = [&](std::string_view topic, Tell tell) {
        work::add_handler(handlers, topic, [means, tell](db::Handle db, const work::Event& event) {
            return tell_where_asked(std::move(db), event, means, tell);
        });
    };
    add(work::OrderCreated::topic, on_order_created);
    add(work::OrderMoved::topic, on_order_moved);
    add(work::PaymentMoved::topic, on_payment_moved);
    add(work::ReturnMoved::topic, on_return_moved);
    add(work::ReviewDecided::topic, on_review_decided);
}

}  // namespace marque::webhooks
