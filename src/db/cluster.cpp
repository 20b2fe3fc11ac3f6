// Which pool serves which market, and how many connections each may have.
#include "db/cluster.h"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "core/check.h"
#include "db/pool.h"

namespace marque::db {

namespace {

constexpr int kept_back = 2;  // app/watch.h and identity/session_watch.h have one connection each

}  // namespace

PoolShare share_of(const PoolLimits& limits, int threads, int markets) {
    const int users = std::max(1, threads) * std::max(1, markets);
    const int each = (limits.connections_per_database - kept_back) / users;
    const int shared = std::clamp(each - 1, 1, std::max(1, limits.shared_per_thread));
    return {.shared = shared, .exclusive = std::max(1, each - shared), .over_budget = each < 2};
}

struct Cluster::State {
    struct Place {
        MarketCode market;
        std::string url;
        std::shared_ptr<Pool> pool;
    };
    boost::asio::io_context& context;
    PoolLimits limits;
    int threads;
    std::vector<Place> places;

    [[nodiscard]] const Place* find(MarketCode code) const {
        const auto place = std::ranges::find(places, code, &Place::market);
        return place == places.end() ? nullptr : &*place;
    }
    void add(MarketCode code, const std::string& url) {
        check(find(code) == nullptr, "a market is in two databases");
        const auto neighbours = std::ranges::count(places, url, &Place::url);
        const PoolShare share = share_of(limits, threads, static_cast<int>(neighbours) + 1);
        for (const Place& place : places) {
            if (place.url == url) place.pool->resize(share);
        }
        places.push_back({code, url, std::make_shared<Pool>(context, code, url, limits, share)});
    }
};

Cluster::Cluster(boost::asio::io_context& context, const Layout& layout, PoolLimits limits, int threads)
    : state_(new State{.context = context, .limits = limits, .threads = threads, .places = {}}) {
    for (const Layout::Database& database : layout.databases) {
        for (const MarketCode market : database.markets) state_->add(market, database.url);
    }
}

Cluster::~Cluster() { close(); }

Handle Cluster::market(MarketCode code) {
    const State::Place* place = state_->find(code);
    check(place != nullptr, "market without a database");
    return Handle{*place->pool};
}

bool Cluster::has(MarketCode code) const { return state_->find(code) != nullptr; }

bool Cluster::same_database(MarketCode one, MarketCode other) const {
    const State::Place* first = state_->find(one);
    const State::Place* second = state_->find(other);
    return first != nullptr && second != nullptr && first->url == second->url;
}

std::vector<MarketCode> Cluster::markets() const {
    std::vector<MarketCode> codes;
    for (const State::Place& place : state_->places) codes.push_back(place.market);
    return codes;
}

void Cluster::add_market(MarketCode code, const std::string& url) { state_->add(code, url); }

Cluster::Figures Cluster::figures() const {
    Figures figures;
    for (const State::Place& place : state_->places) place.pool->add_to(figures);
    return figures;
}

void Cluster::close() {
    for (const State::Place& place : state_->places) place.pool->close();
}

}  // namespace marque::db
