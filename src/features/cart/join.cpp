// A guest's cart and wishlist become a customer's when the guest logs in, and those of guests who never come back end.
#include <fmt/format.h>

#include "core/log.h"
#include "core/quantity.h"
#include "features/cart/carry_queries.h"
#include "features/cart/cart.h"
#include "features/shoppers/shoppers.h"
#include "features/wishlist/wishlist.h"

namespace marque::cart {
namespace {

/// Of each, in one round.
constexpr int forgotten_max = 1'000;
constexpr auto quantity_max = static_cast<std::int32_t>(Quantity::facts.maximum);

Task<void> join_here(db::Handle db, MarketCode market, Uuid guest, UserId user, bool held) {
    db::Transaction transaction = co_await db.begin();
    if (held) {
        transaction.query(carry_sql.hold, guest);
        wishlist::queue_hold(transaction, guest);
        co_await transaction.flush();
    }
    transaction.execute(carry_sql.join, market, guest, shoppers::key_of(user), user, quantity_max);
    wishlist::queue_join(transaction, market, guest, user);
    co_await transaction.commit();
}

/// First written there, then deleted here: a crash between the two leaves both, and repeated it changes nothing.
Task<void> join_from(db::Handle visited, Uuid guest, db::Handle home, UserId user) {
    const auto lines = co_await plan_carry(visited, guest, home);
    const auto wishes = co_await wishlist::plan_carry(visited, guest, home);
    std::vector<SkuId> skus;
    std::vector<std::int32_t> quantities;
    for (const auto& [line, sold] : lines) {
        if (!sold) continue;
        skus.push_back(line.sku_id);
        quantities.push_back(line.quantity);
    }
    if (skus.empty() && wishes.follow.empty()) co_return;
    db::Transaction transaction = co_await home.begin();
    queue_unpack(transaction, home.market(), user, lines);
    wishlist::queue_unpack(transaction, home.market(), user, wishes);
    co_await transaction.commit();
    if (!skus.empty()) co_await visited.execute(carry_sql.leave_lines, guest, skus, quantities);
    co_await wishlist::leave(visited, guest, wishes);
}

}  // namespace

Task<bool> join_guest(http::Context& context, MarketCode market, UserId user) {
    const auto token = shoppers::cart_token_of(context);
    if (!token) co_return true;
    const Uuid guest = shoppers::key_of_guest(*token);
    std::string trouble;
    try {
        db::Handle home = context.in_market(market);
        if (context.market->code == market) {
            co_await join_here(home, market, guest, user, !context.thread.config.breaks("unheld_join"));
        } else {
            co_await join_from(context.db, guest, home, user);
        }
    } catch (const std::exception& error) {
        trouble = error.what();
    }
    if (trouble.empty()) co_return true;
    log::warning("cart.not_joined", {{"request_id", context.request_id},
                                     {"market", market.to_text()},
                                     {"user", user.to_text()},
                                     {"what", trouble}});
    co_return false;
}

Task<void> forget_guests(db::Handle db, int days) {
    const auto carts = co_await db.execute(carry_sql.forget, days, forgotten_max);
    const auto wishlists = co_await wishlist::forget_guests(db, days, forgotten_max);
    if (carts + wishlists == 0) co_return;
    log::info("cart.guests_forgotten", {{"market", db.market().to_text()},
                                        {"carts", std::to_string(carts)},
                                        {"wishlists", std::to_string(wishlists)}});
}

}  // namespace marque::cart
