#pragma once
// The wishlist of a customer or guest: products, not SKUs. Every call answers the whole list.
// And what becomes of it when the customer moves to another market, or the guest logs in.

#include <string>
#include <vector>

#include "http/route.h"

namespace marque::wishlist {

/// What would become of a list in another market.
struct CarriedList {
    std::vector<std::string> follow;  // slugs of shared products that are sold there
    std::int64_t stay = 0;
};

/// Looks at a shopper's list in `from` with the eyes of `to`. Reads only.
Task<CarriedList> plan_carry(db::Handle from, Uuid list_of, db::Handle to);
/// Queues what follows into the list of `user`. Safe to repeat.
void queue_unpack(db::Transaction& transaction, MarketCode market, UserId user, const CarriedList& list);
/// Takes what followed off the old list.
Task<void> leave(db::Handle db, Uuid list_of, CarriedList list);

/// Queues the lock that a guest's list must be under before it is joined: flush between the two.
void queue_hold(db::Transaction& transaction, const Uuid& guest);
/// Queues that a guest's list becomes part of the one of `user`, and is no more.
void queue_join(db::Transaction& transaction, MarketCode market, const Uuid& guest, UserId user);
/// Deletes lists of guests that nobody has touched for so many days, oldest first; returns how many.
Task<std::int64_t> forget_guests(db::Handle db, int days, int lists_max);

/// Emits the event of work/events.h for everybody who waits for something that is in stock again, once for each
/// waiting; in the transaction that ends the waiting.
Task<void> tell_back_in_stock(db::Handle db);

/// /wishlist/get, add, remove, clear, and GET /wishlist.
[[nodiscard]] http::Routes routes();

}  // namespace marque::wishlist
