#pragma once
// The wishlist of a logged-in customer: products, not SKUs. Every call answers the whole list.
// And what becomes of it when the customer moves to another market.

#include <string>
#include <vector>

#include "http/route.h"

namespace marque::wishlist {

/// What would become of a list in another market.
struct CarriedList {
    std::vector<std::string> follow;  // slugs of shared products that are sold there
    std::int64_t stay = 0;
};

/// Looks at the list of `user` in `from` with the eyes of `to`. Reads only.
Task<CarriedList> plan_carry(db::Handle from, UserId user, db::Handle to);
/// Queues what follows into the list of `user`. Safe to repeat.
void queue_unpack(db::Transaction& transaction, MarketCode market, UserId user, const CarriedList& list);
/// Takes what followed off the old list.
Task<void> leave(db::Handle db, UserId user, CarriedList list);

/// /wishlist/get, add, remove, clear, and GET /wishlist.
[[nodiscard]] http::Routes routes();

}  // namespace marque::wishlist
