#pragma once
// What the server serves at this moment, and how news of it reaches the serving threads: by posted messages, so that no
// thread ever locks or shares anything that changes.

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "db/cluster.h"
#include "features/banners/banners.h"
#include "features/catalog/catalog.h"
#include "features/orders/rulebook.h"

namespace marque::app {

/// The markets and where each one's rows lie. Never changed, only replaced as a whole.
struct Served {
    MarketSet markets;
    db::Layout layout;
};

/// The databases of a layout, and the one that a market lies in.
[[nodiscard]] std::vector<std::string> urls_of(const db::Layout& layout);
[[nodiscard]] std::string url_of(const db::Layout& layout, MarketCode market);

/// Where one serving thread receives news; touched by that thread only.
struct Inbox {
    catalog::Snapshots snapshots;
    banners::Boards boards;
    orders::Rulebooks rulebooks;
    /// How often what each market shows has been replaced here.
    std::map<MarketCode, std::uint64_t> versions;
    std::function<void(std::shared_ptr<const Served>)> adopt;
};

class Hub {
public:
    explicit Hub(std::shared_ptr<const Served> served) : served_(std::move(served)) {}

    /// From the thread that watches the databases. A market's first snapshot goes before the set that names it.
    void publish(MarketCode market, const std::shared_ptr<const catalog::Snapshot>& snapshot);
    void publish(MarketCode market, const std::shared_ptr<const banners::Board>& board);
    void publish(MarketCode market, const std::shared_ptr<const orders::Rulebook>& rules);
    void publish(std::shared_ptr<const Served> served);
    [[nodiscard]] std::shared_ptr<const Served> served() const;

    /// From a serving thread before its context runs: fills the inbox and returns what is served. News comes as
    /// messages from then on, for as long as the inbox lives.
    std::shared_ptr<const Served> subscribe(boost::asio::io_context& context, const std::shared_ptr<Inbox>& inbox);
    void unsubscribe(boost::asio::io_context& context);

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Served> served_;
    catalog::Snapshots snapshots_;
    banners::Boards boards_;
    orders::Rulebooks rulebooks_;
    std::map<boost::asio::io_context*, std::weak_ptr<Inbox>> inboxes_;
};

}  // namespace marque::app
