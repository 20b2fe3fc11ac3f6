#pragma once
// The second factor of managers: enrolling, proving it for some minutes of one login, and what markets ask for.

#include "features/management/management.h"

namespace marque::management {

inline constexpr int step_up_minutes = 10;
inline constexpr int second_factor_tries_max = 5;
inline constexpr int second_factor_pause_minutes = 15;

/// For routes that ask for it: who has a second factor, or manages a market that wants one, must have proved it in this
/// login a moment ago. Returns nothing when the way is free.
Task<std::optional<http::GateRefusal>> refuse_without_second_factor(http::Context& context);

/// /manager/second-factor and /manager/security.
[[nodiscard]] http::Routes second_factor_routes();
[[nodiscard]] http::Routes security_routes();

}  // namespace marque::management
