#pragma once
// What development is spared: a secret of its own, and being told where everything is.

#include <cstdint>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/market.h"
#include "features/storefront/storefront.h"

namespace marque::app {

/// The secret kept in the data directory, made on first use, so that a restart logs nobody out.
[[nodiscard]] std::string development_secret(const Config& config);

/// Who of the phones that development lets in manages what, customers first; empty elsewhere.
[[nodiscard]] std::vector<storefront::TrialLogin> trial_logins(const Config& config, const MarketSet& markets);

/// Tells the log that the server listens and, in development, the terminal where to look and how to log in.
void greet(const Config& config, std::uint16_t port, const MarketSet& markets);

}  // namespace marque::app
