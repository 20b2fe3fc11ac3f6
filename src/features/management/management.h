#pragma once
// Managers: who may manage which market, the switch between markets, and orders as managers see them.

#include <vector>

#include "http/gate.h"
#include "http/route.h"

namespace marque::management {

using http::no_access;
using http::not_a_manager;
using http::role_forbids;

/// Binds the context to the market being managed, `?market=`, else the saved active market, else the first permitted,
/// never silently another (ruling 15), and checks that the caller may do there what the route needs. The only place
/// where that is decided.
Task<std::optional<http::GateRefusal>> enter(http::Context& context, const http::Route& route);

/// The markets where the caller may do what the route needs.
Task<std::vector<MarketCode>> permitted_markets(http::Context& context);
/// The same for another permission.
Task<std::vector<MarketCode>> permitted_markets(http::Context& context, Permission permission);
/// For actions that touch another market than the managed one: refuses with ruling 15's text, naming the market, or as
/// enter() does where the role there does not include what the route needs.
Task<void> require_access(http::Context& context, MarketCode market);
/// For what a request needs beyond its route, in the managed market.
void require_permission(const http::Context& context, Permission permission);

/// /manager.
[[nodiscard]] http::Routes routes();

}  // namespace marque::management
