#pragma once
// The catalogue: what is for sale in a market, answered from memory and kept fresh from PostgreSQL.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "db/admin.h"
#include "features/catalog/snapshot.h"
#include "features/catalog/views.h"
#include "http/route.h"
#include "work/outbox.h"

namespace marque::catalog {

/// A thread's current snapshots; replaced by messages posted to that thread, so reading needs no lock.
struct Snapshots {
    std::map<MarketCode, std::shared_ptr<const Snapshot>> by_market;
    [[nodiscard]] std::shared_ptr<const Snapshot> get(MarketCode market) const {
        const auto found = by_market.find(market);
        check(found != by_market.end(), "a market without a catalogue snapshot");
        return found->second;
    }
};

/// Reads one market's catalogue as that market's role, all of it at one moment.
[[nodiscard]] std::shared_ptr<const Snapshot> load_snapshot(db::AdminConnection& connection, const MarketInfo& market);

/// Watches the catalogue's version in every market and publishes new snapshots, from a thread of its own.
class Watcher {
public:
    /// Called on the watcher's thread; must hand the snapshot on to the serving threads.
    using Publish = std::function<void(MarketCode, std::shared_ptr<const Snapshot>)>;
    /// `url_of` names each market's database.
    Watcher(const MarketSet& markets, std::function<std::string(MarketCode)> url_of, Publish publish);
    ~Watcher();
    /// Loads every market once, throwing what goes wrong; then start() keeps watching.
    void load_all();
    void start();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What the catalogue does with events: raises its version when an order took the last piece of something.
void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers);

/// /products and /categories.
[[nodiscard]] http::Routes routes();

}  // namespace marque::catalog
