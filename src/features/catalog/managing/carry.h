#pragma once
// Rows of market ALL in the layout with a database for each market: what was written in one of them is written in the
// others, keyed by slug and SKU code, as often as it takes.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "db/cluster.h"
#include "work/outbox.h"

namespace marque::catalog {

/// Brackets the transactions in a market; empty outside requests of managers.
using BracketOf = std::function<std::shared_ptr<const db::Bracket>(MarketCode)>;

/// Whether there is a database that does not hold this market.
[[nodiscard]] bool has_other_databases(const db::Cluster& cluster, MarketCode market);
/// One market of each database but the one that holds `home`.
[[nodiscard]] std::vector<MarketCode> other_databases(const db::Cluster& cluster, MarketCode home);

/// Brings the product of ALL with this slug, as it is in the database of `home`, into every other database. Prices and
/// stock are each market's own and stay. Doing it again changes nothing.
Task<void> carry_product(db::Cluster& cluster, MarketCode home, std::string slug, BracketOf bracket_of);
/// The same for a category and all that stand above it.
Task<void> carry_category(db::Cluster& cluster, MarketCode home, std::string slug, BracketOf bracket_of);

/// Carries what the outbox tells of; the cluster must outlive the handlers.
void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers, db::Cluster& cluster);

}  // namespace marque::catalog
