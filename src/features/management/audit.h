#pragma once
// The log of what managers did: what brackets their transactions, and the endpoint that reads it.

#include <memory>

#include "db/handle.h"
#include "features/management/management.h"

namespace marque::management {

/// For one request of a route that writes: every transaction of its handles in `market` leaves a row of the log if it
/// changed anything.
[[nodiscard]] std::shared_ptr<const db::Bracket> audit_bracket(const http::Context& context, const http::Route& route,
                                                               MarketCode market);

/// /manager/audit.
[[nodiscard]] http::Routes audit_routes();

}  // namespace marque::management
