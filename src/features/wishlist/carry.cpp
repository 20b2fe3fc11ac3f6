// Taking a wishlist along to another market: what is sold there follows, the rest stays on the old list. And joining a
// guest's to a customer's.
#include <algorithm>

#include "features/shoppers/shoppers.h"
#include "features/wishlist/carry_queries.h"
#include "features/wishlist/wishlist.h"

namespace marque::wishlist {

Task<CarriedList> plan_carry(db::Handle from, Uuid list_of, db::Handle to) {
    const auto packed = co_await from.rows(carry_sql.pack, list_of);
    std::vector<std::string> shared;
    for (const auto& row : packed) {
        if (row.is_shared) shared.push_back(row.slug);
    }
    CarriedList list;
    list.follow = co_await to.rows(carry_sql.sold, shared);
    list.stay = static_cast<std::int64_t>(packed.size() - list.follow.size());
    co_return list;
}

void queue_unpack(db::Transaction& transaction, MarketCode market, UserId user, const CarriedList& list) {
    if (!list.follow.empty()) transaction.execute(carry_sql.unpack, market, shoppers::key_of(user), user, list.follow);
}

Task<void> leave(db::Handle db, Uuid list_of, CarriedList list) {
    if (!list.follow.empty()) co_await db.execute(carry_sql.leave, list_of, list.follow);
}

void queue_hold(db::Transaction& transaction, const Uuid& guest) { transaction.query(carry_sql.hold, guest); }

void queue_join(db::Transaction& transaction, MarketCode market, const Uuid& guest, UserId user) {
    transaction.execute(carry_sql.join, market, guest, shoppers::key_of(user), user);
}

Task<std::int64_t> forget_guests(db::Handle db, int days, int lists_max) {
    co_return co_await db.execute(carry_sql.forget, days, lists_max);
}

}  // namespace marque::wishlist
