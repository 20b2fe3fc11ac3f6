#pragma once
// What happens to stock after it was counted: held for orders that are not paid yet, claimed, let go, given back.

#include <string>
#include <string_view>
#include <vector>

#include "core/id.h"
#include "core/market.h"
#include "db/handle.h"

namespace marque::inventory {

/// Orders paid by card hold their pieces until the money is there; all others take them when they are placed.
[[nodiscard]] bool is_held_until_paid(std::string_view payment_method);

/// Queues that an order of this very transaction holds pieces, for `hold_s` seconds of the database's clock. SKUs are
/// distinct; queue_reserve() must follow for each of them.
void queue_hold(db::Transaction& transaction, MarketCode market, OrderId order, const std::vector<SkuId>& skus,
                const std::vector<std::int32_t>& quantities, std::int32_t hold_s);
/// Queues holding back pieces of the stock, for all orders of this transaction together. Where there is too little, the
/// flush fails on the constraint stock_not_oversold. Queue it last, SKUs ascending: rows of stock that many want are
/// then locked for the shortest time, and orders never wait for each other in a circle.
void queue_reserve(db::Transaction& transaction, SkuId sku, std::int32_t quantity);

/// Queues taking what the order holds out of the stock, or what it held until its time was over, where all of it is
/// still there. Afterwards true where the order has its pieces (those that took them at once have them); a second call
/// changes nothing.
[[nodiscard]] db::Pending<bool> queue_claim(db::Transaction& transaction, MarketCode market, OrderId order);

/// Queues letting go what the order holds, if its time is over; affected() is how many SKUs that were.
/// `forgetful` is a negative control: it does not ask what became of what was held.
db::PendingCount queue_release_expired(db::Transaction& transaction, OrderId order, bool forgetful = false);

/// Queues giving back all that the order holds or has taken and not given back yet, exactly once however often and by
/// however many it is called: for an order that is cancelled. `reason` stands in the ledger ("cancelled").
void queue_give_back(db::Transaction& transaction, MarketCode market, OrderId order, std::string_view reason);

/// Queues giving back some of what the order has taken, for goods that came back: of each SKU what is named, but never
/// more than is still out. That one return is given back once is up to the caller, by the return's own state.
void queue_give_back(db::Transaction& transaction, MarketCode market, OrderId order, std::string_view reason,
                     const std::vector<SkuId>& skus, const std::vector<std::int32_t>& quantities);

/// Orders of the market that hold something although their time is over, `orders_max` of them.
Task<std::vector<OrderId>> orders_with_expired_holds(db::Handle db, std::int32_t orders_max, bool forgetful = false);

}  // namespace marque::inventory
