#pragma once
// The cart of a logged-in customer. Every call answers the whole cart and costs at most two statements.
// And what becomes of it when the customer moves to another market.

#include "http/route.h"

namespace marque::cart {

/// A line of a cart as it can be named in another market.
struct PackedLine {
    std::string sku_code;
    std::string product_name;
    std::int32_t quantity = 0;
    bool is_shared = false;  // an article of ALL; others are one market's own
};
RECORD(PackedLine, sku_code, product_name, quantity, is_shared);

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

/// What would become of the cart of `user` in `from` if they shopped in `to`. Reads only.
Task<std::vector<CarriedLine>> plan_carry(db::Handle from, UserId user, db::Handle to);
/// Queues the lines that are sold there, at that market's price, into the cart of `user`. Safe to repeat.
void queue_unpack(db::Transaction& transaction, MarketCode market, UserId user, const std::vector<CarriedLine>& lines);
/// Empties the cart of `user`; returns how many lines it had.
Task<std::int64_t> empty(db::Handle db, UserId user);

/// /cart/get, add, update, remove, clear.
[[nodiscard]] http::Routes routes();

}  // namespace marque::cart
