#pragma once
// Orders: placed in one short transaction, shown to their owner and to the market's managers.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/money.h"
#include "core/page.h"
#include "features/orders/address.h"
#include "features/orders/explain.h"
#include "features/orders/lifecycle.h"
#include "features/orders/managed.h"
#include "features/orders/returns.h"
#include "features/promotions/promotions.h"
#include "http/route.h"

namespace marque::identity {
class TokenKey;
}

namespace marque::orders {

inline constexpr Refusal order_not_found{404, "orders.not_found", "There is no such order"};
inline constexpr Refusal order_busy{409, "orders.busy", "This order is being changed right now; try again"};
inline constexpr Refusal stock_gone{409, "orders.stock_gone",
                                    "What this order held was let go, and there is not enough of it left"};
inline constexpr Refusal move_not_allowed{409, "orders.move_not_allowed", "The order's state does not allow this"};

/// What may be done with an order now. Customers: cancel, reorder; guests by their link the same; managers: confirm,
/// ship, deliver, cancel.
enum class Action { confirm, ship, deliver, cancel, reorder };
ENUMERATION(Action, confirm, ship, deliver, cancel, reorder)

/// What a promotion took off: of free_shipping, what shipping would have cost.
struct DiscountView {
    std::optional<std::string> code;
    std::string name;
    promotions::Kind kind = promotions::Kind::percentage;
    Money amount;
};
RECORD(DiscountView, code, name, kind, amount);

/// `milli_percent`: 6875 is 6.875 %. What is included is part of the prices already.
struct TaxLineView {
    std::string label;
    std::optional<std::string> region;
    std::int64_t milli_percent = 0;
    Money taxable;
    Money amount;
    bool is_included = false;
};
RECORD(TaxLineView, label, region, milli_percent, taxable, amount, is_included);

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
    Money discount;  // its share of the order's
};
RECORD(OrderItemView, sku_id, sku_code, product_slug, product_name, product_brand, size, color, image_url, price,
       quantity, subtotal, discount);

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
    std::optional<std::string> cancel_reason;
    std::optional<std::string> carrier;
    std::optional<std::string> tracking_number;
    std::optional<std::string> tracking_url;
    std::int32_t version = 1;
    std::vector<Action> allowed_actions;
    std::optional<std::string> shipping_option;
    std::optional<std::string> shipping_name;
    std::optional<std::string> pickup_point;
    std::vector<DiscountView> discounts;
    std::vector<TaxLineView> tax_lines;
    Rounding rounding = Rounding::order_half_up;
    std::vector<OrderItemView> items;
    /// Of a guest's order, told when it is placed: what shows this order, and nothing else, without a log-in.
    std::optional<std::string> access_token{};
    std::optional<std::string> order_link{};
};
RECORD(OrderView, id, order_number, market, status, customer_name, customer_phone, customer_email, delivery_address,
       delivery_city, delivery_state, delivery_notes, payment_method, payment_status, subtotal, discount, shipping_cost,
       tax, tax_included, total_amount, currency, items_count, is_active, can_cancel, order_date, confirmed_date,
       shipped_date, delivered_date, cancelled_date, cancel_reason, carrier, tracking_number, tracking_url, version,
       allowed_actions, shipping_option, shipping_name, pickup_point, discounts, tax_lines, rounding, items,
       access_token, order_link);

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

/// Part of a query: how a guest names the order that is theirs.
struct OrderAccess {
    std::optional<Text<1, 100>> access;  // of the link that a guest was given
};
RECORD(OrderAccess, access);

/// What shows one order of one market without a log-in: an HMAC under a key derived from the server's secret, good
/// until that secret is retired.
[[nodiscard]] std::string order_access(const identity::TokenKey& key, MarketCode market, OrderId order);
/// Who asks about one order: the caller, whose own it must be; or nobody, where `access` is the order's signed link,
/// and then no cache may keep the answer. Refuses (unauthenticated) who is neither, and (`absent`) another link.
[[nodiscard]] std::optional<UserId> owner_asking(http::Context& context, OrderId id, const OrderAccess& access,
                                                 const Refusal& absent = order_not_found);

/// One order; of this user only, where one is named.
Task<OrderView> get_order(db::Handle db, OrderId id, std::optional<UserId> user);

/// One step of an order's life. `changed_by` is who: "user:19", "manager:kg/4", "payments".
struct Step {
    Status status = Status::pending;
    std::string notes;
    std::string changed_by;
    Timestamp created_at;
};
RECORD(Step, status, notes, changed_by, created_at);

/// From the oldest step on; of this user's order only, where one is named.
Task<std::vector<Step>> history_of(db::Handle db, OrderId id, std::optional<UserId> owner);

/// What customers may do with an order in this state, and what managers may.
[[nodiscard]] std::vector<Action> customer_actions(Status status);
[[nodiscard]] std::vector<Action> manager_actions(Status status);

/// Changes an order's state inside the caller's transaction (flushes, and queues more): history, stock that is taken
/// when it is confirmed and not yet paid, and goes back when it is cancelled, the event OrderMoved. Does nothing where
/// the outcome is not `moved`. Refuses (stock_gone) to confirm what held stock for too long, and (order_busy) where
/// somebody else holds the order for longer than the lock timeout.
Task<MoveResult> move(db::Transaction& transaction, MarketCode market, const MoveRequest& request);

/// The same as a transaction of its own, answering with the order. A repeated wish is answered like the first one.
Task<OrderView> move_now(http::Context& context, MoveRequest request);

/// /orders for customers.
[[nodiscard]] http::Routes routes();

}  // namespace marque::orders
