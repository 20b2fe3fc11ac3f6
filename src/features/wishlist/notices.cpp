// Who waits for a product to be in stock again is told by an event, from where the outbox carries it to notifications.
#include "features/wishlist/queries.h"
#include "features/wishlist/wishlist.h"
#include "work/outbox.h"

namespace marque::wishlist {
namespace {

/// Of one transaction; more come in the next.
constexpr std::int32_t told_max = 100;

Task<std::size_t> tell_some(db::Handle db) {
    db::Transaction transaction = co_await db.begin();
    const auto taken = transaction.query(sql.take_back, told_max);
    co_await transaction.flush();
    const auto back = taken.rows();
    if (back.empty()) co_return 0;
    for (const auto& [user, sku] : back) work::emit(transaction, db.market(), work::BackInStock{user, sku});
    co_await transaction.commit();
    co_return back.size();
}

}  // namespace

Task<void> tell_back_in_stock(db::Handle db) {
    const auto waiting = co_await db.find(sql.any_waiting);
    if (!waiting) co_return;
    std::size_t told = told_max;
    while (told == told_max) told = co_await tell_some(db);
}

}  // namespace marque::wishlist
