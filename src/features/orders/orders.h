#pragma once
// Orders: placed in one short transaction, shown to their owner and to the market's managers.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/money.h"
#include "core/page.h"
#include "features/orders/lifecycle.h"
#include "http/route.h"

namespace marque::orders {

inline constexpr Refusal order_not_found{404, "orders.not_found", "There is no such order"};

struct OrderItemView {
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string product_brand;
    std::string size;
    std::string color;
    std::optional<std::string> image_url;
    Money price;
    std::int32_t quantity = 0;
    Money subtotal;
};
RECORD(OrderItemView, sku_id, sku_code, product_slug, product_name, product_brand, size, color, image_url, price,
       quantity, subtotal);

struct OrderView {
    OrderId id;
    std::string order_number;
    MarketCode market;
    Status status = Status::pending;
    std::string customer_name;
    std::string customer_phone;
    std::optional<std::string> customer_email;
    std::string delivery_address;
    std::optional<std::string> delivery_city;
    std::optional<std::string> delivery_state;
    std::optional<std::string> delivery_notes;
    std::string payment_method;
    std::string payment_status;
    Money subtotal;
    Money discount;
    Money shipping_cost;
    Money tax;
    Money tax_included;
    Money total_amount;
    std::string currency;
    std::int32_t items_count = 0;
    bool is_active = false;
    bool can_cancel = false;
    Timestamp order_date;
    std::optional<Timestamp> confirmed_date;
    std::optional<Timestamp> shipped_date;
    std::optional<Timestamp> delivered_date;
    std::optional<Timestamp> cancelled_date;
    std::vector<OrderItemView> items;
    /// Of a guest's order, told when it is placed: what shows this order, and nothing else, without a log-in.
    std::optional<std::string> access_token{};
    std::optional<std::string> order_link{};
};
RECORD(OrderView, id, order_number, market, status, customer_name, customer_phone, customer_email, delivery_address,
       delivery_city, delivery_state, delivery_notes, payment_method, payment_status, subtotal, discount, shipping_cost,
       tax, tax_included, total_amount, currency, items_count, is_active, can_cancel, order_date, confirmed_date,
       shipped_date, delivered_date, cancelled_date, items, access_token, order_link);

struct OrderSummary {
    OrderId id;
    std::string order_number;
    MarketCode market;
    std::optional<UserId> user_id;  // none: a guest's
    Status status = Status::pending;
    std::string customer_name;
    std::string customer_phone;
    std::string payment_method;
    std::string payment_status;
    Money total_amount;
    std::string currency;
    std::int32_t items_count = 0;
    bool is_active = false;
    bool can_cancel = false;
    Timestamp order_date;
};
RECORD(OrderSummary, id, order_number, market, user_id, status, customer_name, customer_phone, payment_method,
       payment_status, total_amount, currency, items_count, is_active, can_cancel, order_date);

struct OrderQuery {
    std::optional<Status> status_filter;
    PageLimit limit;
    PageOffset offset;
    std::optional<PageOffset> cursor;
};
RECORD(OrderQuery, status_filter, limit, offset, cursor);

/// The market's orders, newest first: of one user, or all of them for managers.
Task<Page<OrderSummary>> list_orders(db::Handle db, std::optional<UserId> user, OrderQuery query);

/// One order; of this user only, where one is named.
Task<OrderView> get_order(db::Handle db, OrderId id, std::optional<UserId> user);

/// /orders for customers.
[[nodiscard]] http::Routes routes();

}  // namespace marque::orders
