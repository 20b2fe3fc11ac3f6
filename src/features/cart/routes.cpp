// The endpoints of /cart. A user id in a body is an unknown field and refused (ruling 23).
#include <fmt/format.h>

#include "core/quantity.h"
#include "features/cart/cart.h"
#include "features/cart/limits.h"
#include "features/cart/queries.h"
#include "features/cart/view.h"
#include "features/shoppers/shoppers.h"

namespace marque::cart {
namespace {

using http::Body;
using http::Context;
using shoppers::Shopper;
using shoppers::shopper_of;

constexpr Refusal sku_not_found{404, "cart.sku_not_found", "This article is not sold in this market"};
constexpr Refusal line_not_found{404, "cart.line_not_found", "The cart has no such line"};
constexpr Refusal out_of_stock{409, "cart.out_of_stock", "There is not enough of this article"};
constexpr Refusal cart_full{422, "cart.full", "The cart holds two hundred lines at most"};
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

struct CartArticle {
    SkuId sku_id;
};
RECORD(CartArticle, sku_id);

Task<CartView> get_cart(Context& context) {
    const Shopper shopper = shopper_of(context);
    const auto rows = co_await context.db.rows(sql.lines, shopper.key, context.language);
    co_return view_of(context, shopper, rows);
}

/// Refuses when the wanted quantity is not there; says how much is.
Refused too_few(std::int64_t available) {
    return {out_of_stock,
            fmt::format("Only {} pieces of this article are left", available),
            {{"quantity", fmt::format("must be at most {}", available)}}};
}

// Each change and the look at what came of it are one transaction of one round trip.

Task<CartView> add(Context& context, Body<CartAdd> body) {
    const Shopper shopper = shopper_of(context);
    auto& limits = context.service<shoppers::GuestLimits>();
    const Quantity quantity = body.value.quantity.value_or(Quantity{});
    db::Transaction transaction = co_await context.db.begin();
    const auto added = transaction.query(sql.add, context.market->code, shopper.key, shopper.user, body.value.sku_id,
                                         quantity, limits.may_begin(context, shopper), lines_max);
    const auto lines = transaction.query(sql.lines, shopper.key, context.language);
    try {
        co_await transaction.commit();
    } catch (const db::Error& error) {
        if (!error.violates("cart_items_quantity")) throw;
        throw Refused{quantity_too_large, {}, {{"quantity", "must leave at most 99 pieces in the line"}}};
    }
    const auto outcome = added.find();
    if (!outcome) throw Refused{sku_not_found, {}, {{"sku_id", "is not sold in this market"}}};
    if (outcome->available < quantity.value()) throw too_few(outcome->available);
    if (!outcome->is_new) throw limits.refusal_to_begin(context);
    if (*outcome->is_new && shopper.is_guest()) limits.count_begun(context);
    if (!outcome->quantity) throw Refused{cart_full};
    co_return view_of(context, shopper, lines.rows());
}

Task<CartView> update(Context& context, Body<CartUpdate> body) {
    const Shopper shopper = shopper_of(context);
    const Quantity quantity = body.value.quantity;
    db::Transaction transaction = co_await context.db.begin();
    const auto changed = transaction.query(sql.update, shopper.key, body.value.sku_id, quantity);
    const auto lines = transaction.query(sql.lines, shopper.key, context.language);
    co_await transaction.commit();
    const auto outcome = changed.find();
    if (outcome && outcome->available < quantity.value()) throw too_few(outcome->available);
    if (!outcome || !outcome->quantity) throw Refused{line_not_found, {}, {{"sku_id", "is not in the cart"}}};
    co_return view_of(context, shopper, lines.rows());
}

Task<CartView> remove(Context& context, Body<CartArticle> body) {
    const Shopper shopper = shopper_of(context);
    db::Transaction transaction = co_await context.db.begin();
    const auto removed = transaction.execute(sql.remove, shopper.key, body.value.sku_id);
    const auto lines = transaction.query(sql.lines, shopper.key, context.language);
    co_await transaction.commit();
    if (removed.affected() == 0) throw Refused{line_not_found, {}, {{"sku_id", "is not in the cart"}}};
    co_return view_of(context, shopper, lines.rows());
}

Task<CartView> clear(Context& context) {
    const Shopper shopper = shopper_of(context);
    db::Transaction transaction = co_await context.db.begin();
    transaction.execute(sql.clear, shopper.key);
    const auto lines = transaction.query(sql.lines, shopper.key, context.language);
    co_await transaction.commit();
    co_return view_of(context, shopper, lines.rows());
}

Task<CartView> set_saved(Context& context, SkuId sku, bool saved) {
    const Shopper shopper = shopper_of(context);
    db::Transaction transaction = co_await context.db.begin();
    const auto moved = transaction.execute(sql.save, shopper.key, sku, saved);
    const auto lines = transaction.query(sql.lines, shopper.key, context.language);
    co_await transaction.commit();
    if (moved.affected() == 0) {
        throw Refused{line_not_found, {}, {{"sku_id", saved ? "is not in the cart" : "is not saved for later"}}};
    }
    co_return view_of(context, shopper, lines.rows());
}

Task<CartView> save(Context& context, Body<CartArticle> body) {
    co_return co_await set_saved(context, body.value.sku_id, true);
}

Task<CartView> unsave(Context& context, Body<CartArticle> body) {
    co_return co_await set_saved(context, body.value.sku_id, false);
}

}  // namespace

http::Routes routes() {
    using http::Access;
    using http::post;
    using shoppers::malformed_cart_token;
    using shoppers::too_many_guests;
    return {
        post<"/api/v1/cart/get", get_cart>({.summary = "The caller's or guest's cart",
                                            .access = Access::guest,
                                            .refuses = {&malformed_cart_token},
                                            .statements_max = 1}),
        post<"/api/v1/cart/add", add>({.summary = "Put pieces of a SKU into the cart",
                                       .access = Access::guest,
                                       .refuses = {&sku_not_found, &out_of_stock, &quantity_too_large, &cart_full,
                                                   &malformed_cart_token, &too_many_guests},
                                       .statements_max = 2}),
        post<"/api/v1/cart/update", update>({.summary = "Set the quantity of a line",
                                             .access = Access::guest,
                                             .refuses = {&line_not_found, &out_of_stock, &malformed_cart_token},
                                             .statements_max = 2}),
        post<"/api/v1/cart/remove", remove>({.summary = "Take a line out of the cart",
                                             .access = Access::guest,
                                             .refuses = {&line_not_found, &malformed_cart_token},
                                             .statements_max = 2}),
        post<"/api/v1/cart/clear", clear>({.summary = "Empty the cart; what is saved for later stays",
                                           .access = Access::guest,
                                           .refuses = {&malformed_cart_token},
                                           .statements_max = 2}),
        post<"/api/v1/cart/save", save>({.summary = "Move a line to what is saved for later",
                                         .access = Access::guest,
                                         .refuses = {&line_not_found, &malformed_cart_token},
                                         .statements_max = 2}),
        post<"/api/v1/cart/unsave", unsave>({.summary = "Move what was saved for later into the cart again",
                                             .access = Access::guest,
                                             .refuses = {&line_not_found, &malformed_cart_token},
                                             .statements_max = 2}),
    };
}

}  // namespace marque::cart
