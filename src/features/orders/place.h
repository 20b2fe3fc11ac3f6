#pragma once
// Placing an order: the one transaction that decides about price, stock and money.

#include <string>
#include <vector>

#include "core/phone.h"
#include "core/quantity.h"
#include "features/orders/orders.h"
#include "features/orders/quote.h"
#include "features/profile/profile.h"
#include "http/gate.h"
#include "json/types.h"

namespace marque::orders {

struct OrderedItem {
    SkuId sku_id;
    Quantity quantity;
};
RECORD(OrderedItem, sku_id, quantity);

/// The code of a way of shipping or of a pickup point.
using ShippingCode = Slug;
/// As the buyer typed it.
using CouponCode = promotions::Code;

struct CreateOrder {
    Text<1, 255> customer_name;
    TypedPhone customer_phone;
    std::optional<Text<3, 255>> customer_email;
    std::optional<Text<3, 500>> delivery_address;
    std::optional<Text<1, 100>> delivery_city;
    std::optional<Text<1, 10>> delivery_state;
    std::optional<profile::AddressId> address_id;  // instead of address, city and state
    std::optional<Text<0, 500>> delivery_notes;
    Text<1, 40> payment_method;
    std::optional<bool> use_cart;
    std::optional<std::vector<OrderedItem>> items;
    std::optional<ShippingCode> shipping_option;  // the first that is offered where none is named
    std::optional<ShippingCode> pickup_point;     // with a way that is fetched; an address is then not needed
    std::optional<std::vector<CouponCode>> coupon_codes;
    std::optional<json::AmountText> expected_total;  // another total is refused: nobody pays more than they saw
};
RECORD(CreateOrder, customer_name, customer_phone, customer_email, delivery_address, delivery_city, delivery_state,
       address_id, delivery_notes, payment_method, use_cart, items, shipping_option, pickup_point, coupon_codes,
       expected_total);

inline constexpr Refusal cart_empty{422, "orders.cart_empty", "The cart is empty"};
inline constexpr Refusal nothing_ordered{422, "orders.nothing_ordered", "Name items, or use the cart"};
inline constexpr Refusal sku_not_found{404, "orders.sku_not_found", "An article is not sold in this market"};
inline constexpr Refusal no_longer_sold{409, "orders.no_longer_sold",
                                        "The cart holds articles that are not sold any more"};
inline constexpr Refusal out_of_stock{409, "orders.out_of_stock", "There is not enough of an article"};
inline constexpr Refusal payment_method_unknown{422, "orders.payment_method_unknown",
                                                "This payment method is not offered in this market"};
inline constexpr Refusal coupon_refused{422, "orders.coupon_refused", "A coupon cannot be used for this order"};
inline constexpr Refusal total_changed{409, "orders.total_changed", "The order costs something else now"};
inline constexpr Refusal nothing_to_pay{422, "orders.nothing_to_pay", "An order must cost something"};
inline constexpr Refusal order_in_flight{409, "orders.in_flight", "The same order is being placed right now"};

/// Places the order, or replays the stored answer of the same Idempotency-Key (ruling 25).
Task<http::Response> place_order(http::Context& context, const CreateOrder& wanted);

}  // namespace marque::orders
