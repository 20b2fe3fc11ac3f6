#pragma once
// The cart of a customer or guest. Every call answers the whole cart and costs at most two statements.
// And what becomes of it when the customer moves to another market, or the guest logs in.

#include <optional>
#include <string>
#include <vector>

#include "http/route.h"

namespace marque::cart {

/// A line of a cart as it can be named in another market.
struct PackedLine {
    SkuId sku_id;
    std::string sku_code;
    std::string product_name;
    std::int32_t quantity = 0;
    bool is_shared = false;  // an article of ALL; others are one market's own
    bool saved = false;      // for later
};
RECORD(PackedLine, sku_id, sku_code, product_name, quantity, is_shared, saved);

/// An article as a market sells it, found by its code.
struct SoldRow {
    std::string sku_code;
    SkuId sku_id;
    std::int64_t price_minor = 0;
    std::int64_t available = 0;
};
RECORD(SoldRow, sku_code, sku_id, price_minor, available);

/// A line and what it is in the other market; nothing where it is not sold there.
struct CarriedLine {
    PackedLine line;
    std::optional<SoldRow> sold;
};

/// Pieces of an article that were bought once.
struct Bought {
    SkuId sku_id;
    std::int32_t quantity = 0;
};

/// What came of putting them into the cart again.
struct PutAgain {
    bool is_sold = false;
    std::int64_t price_minor = 0;  // now, where it is sold
    std::int64_t available = 0;
    std::int32_t in_cart = 0;  // pieces in the cart now; 0: it is not there
};

/// Puts what is sold and in stock into the cart of whoever shops, each line up to the pieces named and never fewer than
/// are there already, so that a repetition changes nothing. In the order of `bought`. Refuses (too_many_guests) where
/// a guest may begin no cart.
Task<std::vector<PutAgain>> put_again(http::Context& context, std::vector<Bought> bought);

/// What would become of a shopper's cart in `from` if they shopped in `to`. Reads only.
Task<std::vector<CarriedLine>> plan_carry(db::Handle from, Uuid cart_of, db::Handle to);
/// Queues the lines that are sold there, at that market's price, into the cart of `user`. Safe to repeat.
void queue_unpack(db::Transaction& transaction, MarketCode market, UserId user, const std::vector<CarriedLine>& lines);
/// Empties the cart of `user`; returns how many lines it had.
Task<std::int64_t> empty(db::Handle db, UserId user);

/// The guest of the request has logged in as `user` of `market`: what they put into cart and wishlist becomes the
/// user's. In the market of the visit quantities add up, 99 at most, in one transaction; what was put aside in another
/// market is met there again as a move meets it, the larger quantity counting, and the rest stays the guest's. Without
/// a guest's token nothing happens. False, and logged, where it could not be done: the guest's things are then as they
/// were, and the next log-in with the token joins them.
Task<bool> join_guest(http::Context& context, MarketCode market, UserId user);

/// Deletes carts and wishlists of guests that nobody has touched for so many days, some of each.
Task<void> forget_guests(db::Handle db, int days);

/// /cart/get, add, update, remove, clear.
[[nodiscard]] http::Routes routes();

}  // namespace marque::cart
