// The endpoints of /cart. A user id in a body is an unknown field and refused (ruling 23).
#include <fmt/format.h>

#include "core/quantity.h"
#include "features/cart/cart.h"
#include "features/cart/queries.h"

namespace marque::cart {
namespace {

using http::Body;
using http::Context;

constexpr Refusal sku_not_found{404, "cart.sku_not_found", "This article is not sold in this market"};
constexpr Refusal line_not_found{404, "cart.line_not_found", "The cart has no such line"};
constexpr Refusal out_of_stock{409, "cart.out_of_stock", "There is not enough of this article"};
constexpr Refusal quantity_too_large{422, "cart.quantity_too_large", "A line holds at most 99 pieces"};

struct CartAdd {
    SkuId sku_id;
    std::optional<Quantity> quantity;
};
RECORD(CartAdd, sku_id, quantity);

struct CartUpdate {
    SkuId sku_id;
    Quantity quantity;
};
RECORD(CartUpdate, sku_id, quantity);

struct CartRemove {
    SkuId sku_id;
};
RECORD(CartRemove, sku_id);

enum class LineProblem { not_enough_stock, price_changed };
ENUMERATION(LineProblem, not_enough_stock, price_changed)

struct CartLine {
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string product_brand;
    std::string size;
    std::string color;
    std::optional<std::string> image_url;
    Money price;
    std::optional<Money> original_price;
    Money price_when_added;
    std::int32_t quantity = 0;
    Money subtotal;
    bool in_stock = false;
    std::vector<LineProblem> problems;
};
RECORD(CartLine, sku_id, sku_code, product_slug, product_name, product_brand, size, color, image_url, price,
       original_price, price_when_added, quantity, subtotal, in_stock, problems);

struct CartView {
    std::vector<CartLine> items;
    std::int32_t total_items = 0;
    Money total_price;
    std::string currency;
    MarketCode market;
};
RECORD(CartView, items, total_items, total_price, currency, market);

CartLine line_of(const CartLineRow& row, Currency currency) {
    CartLine line{.sku_id = row.sku_id,
                  .sku_code = row.sku_code,
                  .product_slug = row.product_slug,
                  .product_name = row.product_name,
                  .product_brand = row.product_brand,
                  .size = row.size,
                  .color = row.color,
                  .image_url = row.image_url,
                  .price = Money{row.price_minor, currency},
                  .price_when_added = Money{row.added_price_minor, currency},
                  .quantity = row.quantity,
                  .subtotal = Money{row.price_minor, currency} * row.quantity,
                  .in_stock = row.available > 0};
    if (row.original_minor) line.original_price = Money{*row.original_minor, currency};
    if (row.available < row.quantity) line.problems.push_back(LineProblem::not_enough_stock);
    if (row.price_minor != row.added_price_minor) line.problems.push_back(LineProblem::price_changed);
    return line;
}

CartView view_of(const Context& context, const std::vector<CartLineRow>& rows) {
    const Currency currency = context.market->currency;
    CartView cart{.total_price = Money{0, currency}, .currency = currency.to_text(), .market = context.market->code};
    for (const auto& row : rows) {
        cart.items.push_back(line_of(row, currency));
        cart.total_items += row.quantity;
        cart.total_price = cart.total_price + cart.items.back().subtotal;
    }
    return cart;
}

Task<CartView> get_cart(Context& context) {
    const auto rows = co_await context.db.rows(sql.lines, context.user().user, context.language);
    co_return view_of(context, rows);
}

/// Refuses when the wanted quantity is not there; says how much is.
void require_stock(const LineOutcomeRow& outcome) {
    if (outcome.quantity) return;
    throw Refused{out_of_stock,
                  fmt::format("Only {} pieces of this article are left", outcome.available),
                  {{"quantity", fmt::format("must be at most {}", outcome.available)}}};
}

// Each change and the look at what came of it are one transaction of one round trip.

Task<CartView> add(Context& context, Body<CartAdd> body) {
    const UserId user = context.user().user;
    const Quantity quantity = body.value.quantity.value_or(Quantity{});
    db::Transaction transaction = co_await context.db.begin();
    const auto added = transaction.query(sql.add, context.market->code, user, body.value.sku_id, quantity);
    const auto lines = transaction.query(sql.lines, user, context.language);
    try {
        co_await transaction.commit();
    } catch (const db::Error& error) {
        if (!error.violates("cart_items_quantity")) throw;
        throw Refused{quantity_too_large, {}, {{"quantity", "must leave at most 99 pieces in the line"}}};
    }
    const auto outcome = added.find();
    if (!outcome) throw Refused{sku_not_found, {}, {{"sku_id", "is not sold in this market"}}};
    require_stock(*outcome);
    co_return view_of(context, lines.rows());
}

Task<CartView> update(Context& context, Body<CartUpdate> body) {
    const UserId user = context.user().user;
    db::Transaction transaction = co_await context.db.begin();
    const auto changed = transaction.query(sql.update, user, body.value.sku_id, body.value.quantity);
    const auto lines = transaction.query(sql.lines, user, context.language);
    co_await transaction.commit();
    const auto outcome = changed.find();
    if (!outcome) throw Refused{line_not_found, {}, {{"sku_id", "is not in the cart"}}};
    require_stock(*outcome);
    co_return view_of(context, lines.rows());
}

Task<CartView> remove(Context& context, Body<CartRemove> body) {
    const UserId user = context.user().user;
    db::Transaction transaction = co_await context.db.begin();
    const auto removed = transaction.execute(sql.remove, user, body.value.sku_id);
    const auto lines = transaction.query(sql.lines, user, context.language);
    co_await transaction.commit();
    if (removed.affected() == 0) throw Refused{line_not_found, {}, {{"sku_id", "is not in the cart"}}};
    co_return view_of(context, lines.rows());
}

Task<CartView> clear(Context& context) {
    co_await context.db.execute(sql.clear, context.user().user);
    co_return view_of(context, {});
}

}  // namespace

http::Routes routes() {
    using http::post;
    return {
        post<"/api/v1/cart/get", get_cart>({.summary = "The caller's cart", .refuses = {}, .statements_max = 2}),
        post<"/api/v1/cart/add", add>({.summary = "Put pieces of a SKU into the cart",
                                       .refuses = {&sku_not_found, &out_of_stock, &quantity_too_large},
                                       .statements_max = 3}),
        post<"/api/v1/cart/update", update>({.summary = "Set the quantity of a line",
                                             .refuses = {&line_not_found, &out_of_stock},
                                             .statements_max = 3}),
        post<"/api/v1/cart/remove", remove>(
            {.summary = "Take a line out of the cart", .refuses = {&line_not_found}, .statements_max = 3}),
        post<"/api/v1/cart/clear", clear>({.summary = "Empty the cart", .refuses = {}, .statements_max = 3}),
    };
}

}  // namespace marque::cart
