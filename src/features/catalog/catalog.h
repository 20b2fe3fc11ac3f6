#pragma once
// The catalogue: what is for sale in a market, answered from memory and kept fresh from PostgreSQL.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "db/admin.h"
#include "features/catalog/explain.h"
#include "features/catalog/managing/carry.h"
#include "features/catalog/managing/categories.h"
#include "features/catalog/snapshot.h"
#include "features/catalog/views.h"
#include "features/catalog/window.h"
#include "http/route.h"

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

/// Notices what changed in a market's catalogue, or that its languages or currency are others, and publishes a new
/// snapshot. Asked again and again by the thread that watches the databases; reads the log that triggers write
/// (migration 0032), so it depends on nobody who tells it.
class Watcher {
public:
    /// Must hand the snapshot on to the serving threads.
    using Publish = std::function<void(MarketCode, std::shared_ptr<const Snapshot>)>;
    explicit Watcher(Publish publish, bool deaf = false, search::Abilities abilities = {})
        : publish_(std::move(publish)), deaf_(deaf), abilities_(abilities) {}
    /// Takes on the market's role. Throws what goes wrong; the old snapshot then goes on being served.
    void look(db::AdminConnection& connection, const MarketInfo& market);

private:
    /// What was seen of one market.
    struct Seen {
        std::shared_ptr<const Snapshot> snapshot;
        std::string oldest_open;         // transactions from this number on may have come since
        std::set<std::int64_t> handled;  // changes of such transactions that the snapshot holds
        std::vector<Language> languages;
        Currency currency;
        std::chrono::steady_clock::time_point looked_at;
        std::chrono::steady_clock::time_point pruned_at;
    };
    /// What a look found that no look before it had.
    struct News {
        std::string oldest_open;
        Timestamp now;
        std::set<std::int64_t> ids;
        std::set<std::int64_t> products;
        bool everything = false;
    };
    static News read_news(db::AdminConnection& connection, const Seen& seen);
    void load_whole(db::AdminConnection& connection, const MarketInfo& market, Seen& seen) const;
    void load_changed(db::AdminConnection& connection, const MarketInfo& market, Seen& seen) const;
    static void prune(db::AdminConnection& connection, const MarketInfo& market, Seen& seen);

    Publish publish_;
    bool deaf_;  // a negative control: never looks for changes
    search::Abilities abilities_;
    std::map<MarketCode, Seen> seen_;
};

/// /products, /categories and /attributes.
[[nodiscard]] http::Routes routes();

}  // namespace marque::catalog
