#pragma once
// Who buys: a customer, or a guest, who sees the order again by a signed link only.

#include <string>
#include <string_view>

#include "features/identity/identity.h"
#include "features/orders/place.h"
#include "features/shoppers/shoppers.h"
#include "work/idempotency.h"

namespace marque::orders {

inline constexpr Refusal guest_key_not_uuid{
    400, "idempotency.guest_key_not_uuid",
    "Without X-Cart-Token the Idempotency-Key of a guest must be a UUID: whoever knows it is given the answer again"};

/// The caller, the guest of X-Cart-Token, or a guest of this one order. Refuses what a guest has not (a kept address),
/// and too many orders of guests from one address.
[[nodiscard]] shoppers::Shopper buyer_of(http::Context& context, const CreateOrder& wanted);

/// The request's Idempotency-Key within what the buyer alone can name: the account, the guest's token, or the key.
[[nodiscard]] work::Idempotency idempotency_of(const http::Context& context, const shoppers::Shopper& buyer,
                                               std::string_view route);

/// "user:19", or "guest" of nobody known, for histories and logs.
[[nodiscard]] std::string word_of(std::optional<UserId> buyer);

/// Compared in constant time with what every secret that is still good makes of the order.
[[nodiscard]] bool is_order_access(const identity::TokenKey& key, MarketCode market, OrderId order,
                                   std::string_view access);
/// Where the order can be seen with it, below the server's address.
[[nodiscard]] std::string order_link(MarketCode market, OrderId order, std::string_view access);

}  // namespace marque::orders
