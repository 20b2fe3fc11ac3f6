#pragma once
// The events that leave the shop: their types, what each says, and the JSON Schema of it.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/money.h"
#include "core/record.h"
#include "core/text.h"

namespace marque::webhooks {

struct OrderEventItem {
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string size;
    std::string color;
    Money price;
    std::int32_t quantity = 0;
    Money subtotal;
};
RECORD(OrderEventItem, sku_id, sku_code, product_slug, product_name, size, color, price, quantity, subtotal);

struct OrderEvent {
    static constexpr std::string_view doc =
        "An order as it stands by this event: nothing of who bought it or where it goes. The parcel is told from "
        "order.shipped on.";
    OrderId order_id;
    std::string order_number;
    MarketCode market;
    std::string status;
    std::string payment_method;
    std::string currency;
    Money subtotal;
    Money discount;
    Money shipping_cost;
    Money tax;
    Money tax_included;
    Money total_amount;
    Timestamp order_date;
    std::optional<std::string> carrier;
    std::optional<std::string> tracking_number;
    std::vector<OrderEventItem> items;
};
RECORD(OrderEvent, order_id, order_number, market, status, payment_method, currency, subtotal, discount, shipping_cost,
       tax, tax_included, total_amount, order_date, carrier, tracking_number, items);

struct PaymentEvent {
    static constexpr std::string_view doc = "The payment of an order; `refunded` is all that has gone back until then.";
    Uuid payment_id;
    OrderId order_id;
    std::string order_number;
    MarketCode market;
    std::string status;
    std::string method;
    std::string currency;
    Money amount;
    Money refunded;
};
RECORD(PaymentEvent, payment_id, order_id, order_number, market, status, method, currency, amount, refunded);

struct ReturnEventItem {
    SkuId sku_id;
    std::int32_t quantity = 0;
    std::string reason;
};
RECORD(ReturnEventItem, sku_id, quantity, reason);

struct ReturnEvent {
    static constexpr std::string_view doc =
        "A return of pieces of an order; `refund` is what is owed for those that have been received.";
    std::string return_id;
    OrderId order_id;
    std::string order_number;
    MarketCode market;
    std::string state;
    std::string currency;
    Money refund;
    std::vector<ReturnEventItem> items;
};
RECORD(ReturnEvent, return_id, order_id, order_number, market, state, currency, refund, items);

struct ReviewEvent {
    static constexpr std::string_view doc = "What managers decided of a customer's review; not what it says.";
    std::string review_id;
    std::int32_t version = 1;
    MarketCode market;
    std::string product_slug;
    std::int32_t rating = 0;
    bool is_approved = false;
};
RECORD(ReviewEvent, review_id, version, market, product_slug, rating, is_approved);

struct TestEvent {
    static constexpr std::string_view doc = "Sent by a manager to try an endpoint, whatever types it asks for.";
    MarketCode market;
    Uuid endpoint_id;
    std::string message;
};
RECORD(TestEvent, market, endpoint_id, message);

inline constexpr std::string_view test_type = "webhook.test";

struct EventType {
    std::string_view name;
    std::string_view meaning;
    std::string (*schema)(std::string_view name);
};

/// All of them, in the order in which they are listed.
[[nodiscard]] std::span<const EventType> event_types();
/// True for a type that endpoints can ask for.
[[nodiscard]] bool is_event_type(std::string_view name);

/// A type as it is written, "order.created".
class EventTypeName {
public:
    static constexpr TextFacts facts{
        .pattern = "^[a-z]+\\.[a-z_]+$", .min_length = 3, .max_length = 60, .example = "order.created"};

    EventTypeName() = default;
    [[nodiscard]] static Parsed<EventTypeName> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }
    friend auto operator<=>(const EventTypeName&, const EventTypeName&) = default;

private:
    explicit EventTypeName(std::string text) : text_(std::move(text)) {}
    std::string text_ = "order.created";
};

}  // namespace marque::webhooks
