// The hub between the thread that watches the databases and the threads that serve.
#include "app/live.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

#include "core/check.h"

namespace marque::app {

std::vector<std::string> urls_of(const db::Layout& layout) {
    std::vector<std::string> urls;
    for (const auto& database : layout.databases) urls.push_back(database.url);
    return urls;
}

std::string url_of(const db::Layout& layout, MarketCode market) {
    for (const auto& database : layout.databases) {
        if (std::ranges::find(database.markets, market) != database.markets.end()) return database.url;
    }
    check(false, "a market that is served has a database");
    return {};
}

void Hub::publish(MarketCode market, const std::shared_ptr<const catalog::Snapshot>& snapshot) {
    const std::lock_guard lock{mutex_};
    snapshots_.by_market[market] = snapshot;
    for (const auto& [context, inbox] : inboxes_) {
        boost::asio::post(*context, [inbox, market, snapshot] {
            const auto alive = inbox.lock();
            if (!alive) return;
            alive->snapshots.by_market[market] = snapshot;
            ++alive->versions[market];
        });
    }
}

void Hub::publish(MarketCode market, const std::shared_ptr<const banners::Board>& board) {
    const std::lock_guard lock{mutex_};
    boards_.by_market[market] = board;
    for (const auto& [context, inbox] : inboxes_) {
        boost::asio::post(*context, [inbox, market, board] {
            const auto alive = inbox.lock();
            if (!alive) return;
            alive->boards.by_market[market] = board;
            ++alive->versions[market];
        });
    }
}

void Hub::publish(MarketCode market, const std::shared_ptr<const orders::Rulebook>& rules) {
    const std::lock_guard lock{mutex_};
    rulebooks_.by_market[market] = rules;
    for (const auto& [context, inbox] : inboxes_) {
        boost::asio::post(*context, [inbox, rules] {
            if (const auto alive = inbox.lock()) alive->rulebooks.put(rules);
        });
    }
}

void Hub::publish(std::shared_ptr<const Served> served) {
    const std::lock_guard lock{mutex_};
    served_ = std::move(served);
    for (const auto& [context, inbox] : inboxes_) {
        boost::asio::post(*context, [inbox, now = served_] {
            if (const auto alive = inbox.lock()) alive->adopt(now);
        });
    }
}

std::shared_ptr<const Served> Hub::served() const {
    const std::lock_guard lock{mutex_};
    return served_;
}

std::shared_ptr<const Served> Hub::subscribe(boost::asio::io_context& context, const std::shared_ptr<Inbox>& inbox) {
    const std::lock_guard lock{mutex_};
    inbox->snapshots = snapshots_;
    inbox->boards = boards_;
    inbox->rulebooks = rulebooks_;
    inboxes_[&context] = inbox;
    return served_;
}

void Hub::unsubscribe(boost::asio::io_context& context) {
    const std::lock_guard lock{mutex_};
    inboxes_.erase(&context);
}

}  // namespace marque::app
