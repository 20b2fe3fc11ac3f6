#pragma once
// A command's own way to the data of all markets: the same coroutines the server runs, on a thread of their own.

#include <string>

#include "core/config.h"
#include "db/cluster.h"
#include "features/customers/customers.h"

namespace marque::app {

struct CustomerOptions;

/// What a command does; `layout` for the few that need a database's owner.
using ShopCommand = Task<int> (*)(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);

/// Runs the command to its end and returns its exit code. A refusal is printed, not thrown.
int with_shop(const Config& config, ShopCommand command, const CustomerOptions& options);
/// The same with this market and its database alone, whether others can be reached or not.
int with_market(const Config& config, const std::string& database, MarketCode market, ShopCommand command,
                const CustomerOptions& options);

}  // namespace marque::app
