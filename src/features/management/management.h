#pragma once
// Managers: who may manage which market, the switch between markets, and orders as managers see them.

#include <vector>

#include "http/gate.h"
#include "http/route.h"

namespace marque::management {

using http::no_access;
using http::not_a_manager;

/// Checks the caller's grants and binds the context to the market being managed: `?market=`, else the saved active
/// market, else the first permitted; never silently another (ruling 15).
Task<std::optional<http::GateRefusal>> enter(http::Context& context);

/// The markets the caller may manage.
Task<std::vector<MarketCode>> permitted_markets(http::Context& context);
/// For actions that touch another market than the managed one: refuses with ruling 15's text, naming the market.
Task<void> require_access(http::Context& context, MarketCode market);

/// /manager.
[[nodiscard]] http::Routes routes();

}  // namespace marque::management
