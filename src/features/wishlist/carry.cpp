// Taking a wishlist along to another market: what is sold there follows, the rest stays on the old list.
#include <algorithm>

#include "features/wishlist/carry_queries.h"
#include "features/wishlist/wishlist.h"

namespace marque::wishlist {

Task<CarriedList> plan_carry(db::Handle from, UserId user, db::Handle to) {
    const auto packed = co_await from.rows(carry_sql.pack, user);
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
    if (!list.follow.empty()) transaction.execute(carry_sql.unpack, market, user, list.follow);
}

Task<void> leave(db::Handle db, UserId user, CarriedList list) {
    if (!list.follow.empty()) co_await db.execute(carry_sql.leave, user, list.follow);
}

}  // namespace marque::wishlist
