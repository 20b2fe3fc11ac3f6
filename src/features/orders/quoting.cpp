// POST /orders/quote: what an order would cost, line by line, before anybody orders. Reads only.
#include "features/orders/quoting.h"

#include <fmt/format.h>

#include "features/identity/identity.h"
#include "features/orders/charge.h"
#include "features/shoppers/shoppers.h"
#include "http/gate.h"

namespace marque::orders {
namespace {

using http::Context;

constexpr std::size_t lines_max = 50;

struct QuoteOrder {
    std::optional<bool> use_cart;
    std::optional<std::vector<OrderedItem>> items;
    std::optional<profile::AddressId> address_id;
    std::optional<Text<1, 10>> delivery_state;
    std::optional<TypedPhone> customer_phone;  // a guest's: limits of coupons go by it
    std::optional<ShippingCode> shipping_option;
    std::optional<ShippingCode> pickup_point;
    std::optional<std::vector<CouponCode>> coupon_codes;
};
RECORD(QuoteOrder, use_cart, items, address_id, delivery_state, customer_phone, shipping_option, pickup_point,
       coupon_codes);

struct QuoteLineView {
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
    std::int64_t available = 0;
    Money subtotal;
    Money discount;
    Money total;
    Money taxable;
};
RECORD(QuoteLineView, sku_id, sku_code, product_slug, product_name, product_brand, size, color, image_url, price,
       quantity, available, subtotal, discount, total, taxable);

struct PickupPointView {
    std::string code;
    std::string name;
    std::string address;
    std::string city;
    std::string region;
    std::string hours;
};
RECORD(PickupPointView, code, name, address, city, region, hours);

struct ShippingOptionView {
    std::string code;
    std::string name;
    shipping::Kind kind = shipping::Kind::courier;
    Money price;
    std::optional<Money> free_from;
    std::int32_t days_from = 0;
    std::int32_t days_to = 0;
    bool is_chosen = false;
    std::vector<PickupPointView> pickup_points;
};
RECORD(ShippingOptionView, code, name, kind, price, free_from, days_from, days_to, is_chosen, pickup_points);

struct RefusedCouponView {
    std::string code;
    promotions::Reason reason = promotions::Reason::unknown;
};
RECORD(RefusedCouponView, code, reason);

struct QuoteView {
    MarketCode market;
    std::string currency;
    std::vector<QuoteLineView> items;
    std::int32_t items_count = 0;
    std::int64_t weight_g = 0;
    Money subtotal;
    Money discount;
    std::vector<DiscountView> discounts;
    std::vector<RefusedCouponView> refused_coupons;
    std::vector<ShippingOptionView> shipping_options;
    std::string shipping_option;
    std::optional<std::string> pickup_point;
    Money shipping_cost;
    std::vector<TaxLineView> tax_lines;
    Money tax;
    Money tax_included;
    Money total_amount;
    Rounding rounding = Rounding::order_half_up;
};
RECORD(QuoteView, market, currency, items, items_count, weight_g, subtotal, discount, discounts, refused_coupons,
       shipping_options, shipping_option, pickup_point, shipping_cost, tax_lines, tax, tax_included, total_amount,
       rounding);

ShippingOptionView view_of(const OfferedOption& offered, const Quote& quote, const Rulebook& rules,
                           const Language& language) {
    const auto& option = *offered.option;
    ShippingOptionView view{.code = option.code,
                            .name = shipping::name_in(option.names, language, option.code),
                            .kind = option.kind,
                            .price = Money{offered.price_minor, rules.currency},
                            .days_from = option.days_from,
                            .days_to = option.days_to,
                            .is_chosen = offered.option == quote.option};
    const std::int64_t free_from = rules.shipping.free_from(option);
    if (free_from > 0) view.free_from = Money{free_from, rules.currency};
    if (option.kind != shipping::Kind::pickup) return view;
    for (const auto& point : quote.zone->points) {
        view.pickup_points.push_back({point.code, shipping::name_in(point.names, language, point.code), point.address,
                                      point.city, point.region, point.hours});
    }
    return view;
}

void add_lines(QuoteView& view, const Quote& quote, const std::vector<OrderableRow>& rows, Currency currency) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        const auto& line = quote.lines[i];
        const auto money = [&](std::int64_t minor) { return Money{minor, currency}; };
        view.items.push_back({row.sku_id, row.sku_code, row.product_slug, row.product_name, row.product_brand, row.size,
                              row.color, row.image_url, money(row.price_minor), row.quantity, row.available,
                              money(line.subtotal_minor), money(line.discount_minor),
                              money(line.subtotal_minor - line.discount_minor), money(line.taxable_minor)});
        view.items_count += row.quantity;
    }
}

QuoteView view_of(const Quote& quote, const Rulebook& rules, const std::vector<OrderableRow>& rows,
                  const std::string& region, const Language& language) {
    const auto money = [&](std::int64_t minor) { return Money{minor, rules.currency}; };
    QuoteView view{.market = rules.market,
                   .currency = rules.currency.to_text(),
                   .weight_g = quote.weight_g,
                   .subtotal = money(quote.subtotal_minor),
                   .discount = money(quote.discount_minor),
                   .discounts = discounts_of(quote, rules.currency, language),
                   .shipping_option = quote.option->code,
                   .pickup_point = quote.point == nullptr ? std::nullopt : std::optional{quote.point->code},
                   .shipping_cost = money(quote.shipping_minor),
                   .tax_lines = {tax_line_of(rules, quote, region)},
                   .tax = money(quote.tax_minor),
                   .tax_included = money(quote.tax_included_minor),
                   .total_amount = money(quote.total_minor),
                   .rounding = rules.arithmetic.rounding};
    add_lines(view, quote, rows, rules.currency);
    for (const auto& refused : quote.refused) view.refused_coupons.push_back({refused.code, refused.reason});
    for (const auto& offered : quote.offered) {
        view.shipping_options.push_back(view_of(offered, quote, rules, language));
    }
    return view;
}

/// The state of the address the request means.
Task<std::optional<std::string>> state_of(Context& context, const QuoteOrder& wanted) {
    if (!wanted.address_id) {
        co_return wanted.delivery_state ? std::optional{wanted.delivery_state->to_text()} : std::nullopt;
    }
    const Refused unknown{profile::address_not_found, {}, {{"address_id", "is no kept address"}}};
    if (!context.caller) throw unknown;
    const auto kept = co_await context.db.find(sql.destination, context.caller->user, *wanted.address_id);
    if (!kept) throw unknown;
    co_return kept->state;
}

/// The caller's cart, or that of a guest who is known.
std::optional<Uuid> cart_of(const Context& context) {
    if (context.caller) return shoppers::key_of(context.caller->user);
    const auto token = shoppers::cart_token_of(context);
    return token ? std::optional{shoppers::key_of_guest(*token)} : std::nullopt;
}

Task<std::vector<OrderableRow>> rows_of(Context& context, const QuoteOrder& wanted) {
    const bool from_cart = wanted.use_cart.value_or(!wanted.items.has_value());
    if (from_cart) {
        const auto cart = cart_of(context);
        if (!cart) throw Refused{nothing_ordered, {}, {{"items", "must name at least one article"}}};
        auto rows = co_await context.db.rows(sql.cart_lines, *cart, context.language);
        check_lines({}, rows);
        co_return rows;
    }
    if (!wanted.items || wanted.items->empty()) {
        throw Refused{nothing_ordered, {}, {{"items", "must name at least one article"}}};
    }
    if (wanted.items->size() > lines_max) {
        throw Refused{http::invalid_input, {}, {{"items", fmt::format("must have at most {} lines", lines_max)}}};
    }
    const WantedItems items = merged(*wanted.items);
    auto rows = co_await context.db.rows(sql.item_lines, items.skus, items.quantities, context.language);
    check_lines(items.skus, rows);
    co_return rows;
}

Task<QuoteView> make_quote(Context& context, http::Body<QuoteOrder> body) {
    const auto& wanted = body.value;
    const auto codes = codes_of(wanted.coupon_codes);
    const auto rules = co_await fresh_rules(context);
    const auto rows = co_await rows_of(context, wanted);
    const auto state = co_await state_of(context, wanted);
    const auto user = context.caller ? std::optional{context.caller->user} : std::nullopt;
    const std::string phone =
        wanted.customer_phone ? identity::phone_of(context, *wanted.customer_phone, "customer_phone").to_text() : "";
    const auto buyer = promotions::buyer_key(user, phone);
    const auto limited = promotions::limited_ids(rules->promotions, codes);
    std::vector<promotions::UsesRow> uses;
    if (!limited.empty()) uses = co_await promotions::read_uses(context.db, limited, buyer);
    auto choices = choices_of(*rules, state, wanted.shipping_option, wanted.pickup_point, codes, context.now);
    choices.point_may_follow = true;
    const Quote quote = quote_rows(*rules, rows, choices, uses);
    co_return view_of(quote, *rules, rows, choices.region, context.language);
}

}  // namespace

http::Routes quote_routes() {
    return {http::post<"/api/v1/orders/quote", make_quote>(
        {.summary = "What an order would cost: discounts, ways of shipping, tax and total",
         .access = http::Access::guest,
         .refuses = {&cart_empty, &nothing_ordered, &sku_not_found, &no_longer_sold, &shoppers::malformed_cart_token,
                     &profile::address_not_found, &shipping_unavailable, &pickup_point_unknown, &amount_too_large},
         .statements_max = 5,
         .when_closed = true})};
}

}  // namespace marque::orders
