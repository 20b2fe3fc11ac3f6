#pragma once
// From settings to databases that are there, migrated and seeded, in either layout (ruling 1).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "db/admin.h"
#include "db/cluster.h"
#include "db/embedded.h"

namespace marque::app {

class Databases {
public:
    /// Resolves the layout. With no URL in development it starts Marque's own PostgreSQL. Throws std::runtime_error
    /// with a message for the person at the terminal.
    explicit Databases(const Config& config);

    [[nodiscard]] const db::Layout& layout() const { return layout_; }
    [[nodiscard]] std::string url_of(MarketCode market) const;

    void migrate();
    /// Undoes the newest migration everywhere; names it.
    std::string migrate_down();
    [[nodiscard]] std::string status();
    /// Launch markets, and with `demo` the demo shop. Inserts only what is missing.
    void seed(bool demo);
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
    db::Layout layout_;
};

}  // namespace marque::app
