#pragma once
// From settings to databases that are there, migrated and seeded, in either layout (ruling 1).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/demo_shop.h"
#include "core/config.h"
#include "db/admin.h"
#include "db/cluster.h"
#include "db/embedded.h"

namespace marque::app {

/// One database of the layout as it was configured.
struct DatabaseSource {
    std::string url;
    std::optional<MarketCode> market;  // of DATABASE_URL_MARQUE_<CODE>; the main one has none and serves the rest
};

/// What one database says of markets.
struct DatabaseMarkets {
    std::vector<MarketInfo> markets;    // those it serves in this layout
    std::vector<MarketCode> directory;  // added by command anywhere in the layout
};

/// Reads them on the owner's connection. A database configured for a market that is not in it yet has none, be it empty
/// or migrated: `marque market add` will fill it. Throws std::runtime_error when migrations are missing.
[[nodiscard]] DatabaseMarkets read_markets(db::AdminConnection& connection, const Config& config,
                                           const DatabaseSource& source);
/// Sorts the markets by code and chooses the default: the configured one where it is open, else the first open one.
void finish(MarketSet& set, const Config& config);

class Databases {
public:
    /// Resolves the layout. With no URL in development it starts Marque's own PostgreSQL. Throws std::runtime_error
    /// with a message for the person at the terminal.
    explicit Databases(const Config& config);

    [[nodiscard]] const db::Layout& layout() const { return layout_; }
    [[nodiscard]] const std::vector<DatabaseSource>& sources() const { return sources_; }
    /// The database a market's rows lie in, or would lie in; nullptr where no setting names one.
    [[nodiscard]] const DatabaseSource* find_source(MarketCode market) const;

    void migrate();
    /// Undoes the newest migration everywhere; names it. Refuses what loses data, unless that may be.
    std::string migrate_down(bool may_lose_data);
    [[nodiscard]] std::string status();
    /// Launch markets, and as much of the demo shop as is wanted. Inserts only what is missing.
    void seed(Demo demo);
    /// Drops everything. Development only.
    void reset();

    /// Reads the markets of every database, completing the layout. Refuses when migrations are missing or no market is.
    [[nodiscard]] MarketSet load_markets();
    /// Warns (development) or refuses (elsewhere) when PostgreSQL could lose committed orders.
    void check_durability();
    /// Refuses when something in a database would let one market's role reach another's rows.
    void check_isolation();
    /// What check_isolation() would refuse for, one sentence a line, empty where all is well.
    [[nodiscard]] std::vector<std::string> isolation_report();

private:
    const Config& config_;
    std::unique_ptr<db::EmbeddedCluster> embedded_;
    std::vector<DatabaseSource> sources_;
    db::Layout layout_;
};

}  // namespace marque::app
