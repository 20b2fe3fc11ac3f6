// Which pool serves which market, and how many connections each may have.
#include "db/cluster.h"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "core/check.h"
#include "db/pool.h"

namespace marque::db {

struct Cluster::State {
    struct Place {
        MarketCode market;
        std::string url;
        std::shared_ptr<Pool> pool;
    };
    std::vector<Place> places;
    std::vector<MarketCode> markets;

    [[nodiscard]] const Place* find(MarketCode code) const {
        const auto place = std::ranges::find(places, code, &Place::market);
        return place == places.end() ? nullptr : &*place;
    }
};

Cluster::Cluster(boost::asio::io_context& context, const Layout& layout, PoolLimits limits, int threads)
    : state_(std::make_unique<State>()) {
    for (const Layout::Database& database : layout.databases) {
        const int users = std::max(1, threads) * std::max(1, static_cast<int>(database.markets.size()));
        const int exclusive = std::max(1, limits.connections_per_database / users - limits.shared_per_thread);
        for (const MarketCode market : database.markets) {
            check(state_->find(market) == nullptr, "a market is in two databases");
            auto pool = std::make_shared<Pool>(context, market, database.url, limits, exclusive);
            state_->places.push_back({market, database.url, std::move(pool)});
            state_->markets.push_back(market);
        }
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

const std::vector<MarketCode>& Cluster::markets() const { return state_->markets; }

Cluster::Figures Cluster::figures() const {
    Figures figures;
    for (const State::Place& place : state_->places) place.pool->add_to(figures);
    return figures;
}

void Cluster::close() {
    for (const State::Place& place : state_->places) place.pool->close();
}

}  // namespace marque::db
