#pragma once
// The databases of the configured layout (ruling 1) and their pools: one set per market and thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/market.h"
#include "core/task.h"
#include "db/handle.h"

namespace boost::asio {
class io_context;
}

namespace marque::db {

/// Which markets live where. Built from DATABASE_URL, or DATABASE_URL_MARQUE_<CODE> for each market.
struct Layout {
    struct Database {
        std::string url;                  // normalised by normalised_url()
        std::vector<MarketCode> markets;  // empty in the one-database layout until the markets table was read
    };
    std::vector<Database> databases;
    bool split = false;
};

/// A URL libpq understands: "postgresql+psycopg2://", "postgresql+asyncpg://" and "postgres://" become "postgresql://"
/// (ruling 28); everything else, sslmode included, is left alone. Errors say what was expected.
[[nodiscard]] Parsed<std::string> normalised_url(std::string_view url);
/// The URL with its password replaced, for logs and `marque config`.
[[nodiscard]] std::string masked_url(std::string_view url);

struct PoolLimits {
    int connections_per_database = 40;  // DB_CONNECTIONS, over all threads and markets
    int shared_per_thread = 2;          // pipelined connections per market and thread, where the budget allows
    int queue_max = 1'000;              // waiting requests per market and thread; beyond: Unavailable
    int statement_timeout_ms = 5'000;   // a single statement; never applied to COMMIT
    int lock_timeout_ms = 3'000;
    bool trust_standbys = false;     // only for negative controls: a connection to a standby is as good as any
    int commit_timeout_ms = 15'000;  // a COMMIT that waits for its standby; beyond, its outcome is unknown
    int acquire_timeout_ms = 2'000;  // waiting for room on a connection; beyond: Unavailable
    int connect_timeout_ms = 2'000;
};

/// What one market may have on one thread.
struct PoolShare {
    int shared = 1;
    int exclusive = 1;
    bool over_budget = false;  // not even one of each fits into the budget
};
/// Divides a database's connections among its markets and the server's threads. Two are kept back: one watches, one
/// listens.
[[nodiscard]] PoolShare share_of(const PoolLimits& limits, int threads, int markets);

/// The thread's own end of the cluster. Every member function runs on that thread only.
class Cluster {
public:
    /// Opens nothing yet: connections come up on first use and are re-opened when they break.
    Cluster(boost::asio::io_context& context, const Layout& layout, PoolLimits limits, int threads);
    ~Cluster();

    /// The handle of a market; asserts that the market is in the layout.
    [[nodiscard]] Handle market(MarketCode code);
    [[nodiscard]] bool has(MarketCode code) const;
    /// True when both markets' rows lie in the same database.
    [[nodiscard]] bool same_database(MarketCode one, MarketCode other) const;
    /// By value: markets may be added while a coroutine goes through them.
    [[nodiscard]] std::vector<MarketCode> markets() const;
    /// Serves one more market, whose rows lie in the database `url`. Its neighbours there give up connections for it as
    /// they become idle, so that the budget holds again within moments. Handles that exist stay good.
    void add_market(MarketCode code, const std::string& url);
    /// Connections open now, statements run, waiting requests: for /metrics.
    struct Figures {
        int open = 0;
        int waiting = 0;
        std::map<std::string, std::int64_t, std::less<>> runs_by_statement;
    };
    [[nodiscard]] Figures figures() const;
    /// Closes every connection; waiting requests get Unavailable.
    void close();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace marque::db
