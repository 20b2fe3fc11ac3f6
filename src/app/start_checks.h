#pragma once
// What is looked at before and while serving starts: settings that forbid it, and what an operator is warned of.

#include "app/databases.h"
#include "app/live.h"
#include "features/payments/settings.h"
#include "features/sms/settings.h"

namespace marque::app {

/// Throws std::runtime_error with everything that forbids serving outside development (ruling 26).
void require_closed(const Config& config);

/// What the environment says of SMS and of payments, or every mistake; refuses a live market that could not send its
/// codes, or could not take the cards it offers.
[[nodiscard]] sms::Settings require_sms(const Config& config, const MarketSet& markets);
/// Refuses settings of mail that contradict each other.
void require_mail(const Config& config);
/// What can be said of payments' settings before any market is known.
void require_readable_payments(const Config& config);
[[nodiscard]] payments::Settings require_payments(const Config& config, const MarketSet& markets);

/// A database that is configured for a market which is not in it yet may well be meant so.
void warn_of_waiting(const Databases& databases, const MarketSet& markets);

[[nodiscard]] db::PoolLimits limits_of(const Config& config);

/// More markets and threads than the budget carries still get one connection of each kind, which is said aloud.
void warn_of_budget(const Config& config, const Served& served, int threads);

}  // namespace marque::app
