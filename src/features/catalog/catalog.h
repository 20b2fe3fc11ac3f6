#pragma once
// The catalogue: what is for sale in a market, answered from memory and kept fresh from PostgreSQL.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "db/admin.h"
#include "features/catalog/snapshot.h"
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

/// Notices when a market's catalogue, or its languages or currency, are others than the last ones seen, and publishes a
/// new snapshot. Asked again and again by the thread that watches the databases.
class Watcher {
public:
    /// Must hand the snapshot on to the serving threads.
    using Publish = std::function<void(MarketCode, std::shared_ptr<const Snapshot>)>;
    explicit Watcher(Publish publish) : publish_(std::move(publish)) {}
    /// Takes on the market's role. Throws what goes wrong; the old snapshot then goes on being served.
    void look(db::AdminConnection& connection, const MarketInfo& market);

private:
    struct Seen {
        std::int64_t version = -1;
        std::vector<Language> languages;
        Currency currency;
    };
    Publish publish_;
    std::map<MarketCode, Seen> seen_;
};

/// What the catalogue does with events: raises its version when an order took the last piece of something.
void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers);

/// /products and /categories.
[[nodiscard]] http::Routes routes();

}  // namespace marque::catalog
