// The queueing behind it. Each change of an order's pieces locks the stock rows first, so that two of them, or one of
// them and an order being placed, neither wait for each other in a circle nor see each other's work half done.
#include "features/inventory/inventory.h"

#include "core/check.h"
#include "features/inventory/queries.h"

namespace marque::inventory {

bool is_held_until_paid(std::string_view payment_method) { return payment_method == "card"; }

void queue_hold(db::Transaction& transaction, MarketCode market, OrderId order, const std::vector<SkuId>& skus,
                const std::vector<std::int32_t>& quantities, std::int32_t hold_s) {
    check(skus.size() == quantities.size(), "SKUs and quantities to hold differ in number");
    transaction.execute(sql.hold, market, order, skus, quantities, hold_s);
}

void queue_reserve(db::Transaction& transaction, SkuId sku, std::int32_t quantity) {
    transaction.execute(sql.reserve, sku, quantity);
}

db::Pending<bool> queue_claim(db::Transaction& transaction, MarketCode market, OrderId order) {
    transaction.query(sql.lock, order);
    return transaction.query(sql.claim, market, order);
}

db::PendingCount queue_release_expired(db::Transaction& transaction, OrderId order, bool forgetful) {
    if (forgetful) return transaction.execute(forgetful_sql.release_expired, order);
    transaction.query(sql.lock, order);
    return transaction.execute(sql.release_expired, order);
}

void queue_give_back(db::Transaction& transaction, MarketCode market, OrderId order, std::string_view reason) {
    transaction.query(sql.lock, order);
    transaction.execute(sql.give_back, market, order, std::string{reason});
}

void queue_give_back(db::Transaction& transaction, MarketCode market, OrderId order, std::string_view reason,
                     const std::vector<SkuId>& skus, const std::vector<std::int32_t>& quantities) {
    check(skus.size() == quantities.size(), "SKUs and quantities that come back differ in number");
    transaction.query(sql.lock, order);
    transaction.execute(sql.give_back_some, market, order, std::string{reason}, skus, quantities);
}

Task<std::vector<OrderId>> orders_with_expired_holds(db::Handle db, std::int32_t orders_max, bool forgetful) {
    if (forgetful) co_return co_await db.rows(forgetful_sql.due, orders_max);
    co_return co_await db.rows(sql.due, orders_max);
}

}  // namespace marque::inventory
