#pragma once
// Changes of one customer's things one after the other, and what profile's own files tell each other.

#include "features/profile/profile.h"
#include "work/idempotency.h"

namespace marque::profile {

/// A transaction that holds the caller's account row, so that counts and the one default cannot be passed by a twin.
/// Refuses where the account has moved away (market_changed) or the row stays locked (busy).
Task<db::Transaction> begin_as_owner(http::Context& context);

/// The caller's Idempotency-Key for this route ("POST /api/v1/profile/addresses").
[[nodiscard]] work::Idempotency idempotency_of(const http::Context& context, std::string_view route);

[[nodiscard]] http::Routes account_routes();
[[nodiscard]] http::Routes address_routes();
[[nodiscard]] http::Routes payment_method_routes();

}  // namespace marque::profile
