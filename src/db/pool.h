#pragma once
// The connections of one market on one thread: a few shared by all single reads, some exclusive ones for transactions.
//
// Everything runs on the thread's io_context, so there is no lock anywhere.

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/market.h"
#include "core/task.h"
#include "db/cluster.h"
#include "db/connection.h"

namespace marque::db {

using ConnectionPtr = std::shared_ptr<Connection>;

class Pool : public std::enable_shared_from_this<Pool> {
public:
    Pool(boost::asio::io_context& context, MarketCode market, std::string url, PoolLimits limits, PoolShare share);
    ~Pool();

    [[nodiscard]] MarketCode market() const { return market_; }
    /// A read on a shared connection. Throws Error or Unavailable; tried again once when the connection broke.
    Task<ResultPtr> run(const StatementInfo& statement, Parameters parameters);
    /// One statement and its own commit on an exclusive connection. Throws Error, Unavailable or OutcomeUnknown.
    Task<ResultPtr> run_exclusive(const StatementInfo& statement, Parameters parameters);

    /// An exclusive connection, to be given back by release() or roll_back().
    Task<ConnectionPtr> acquire();
    void release(const ConnectionPtr& connection);
    /// Gives the connection back after a ROLLBACK.
    void roll_back(const ConnectionPtr& connection);
    /// More or fewer connections from here on; what is too many closes when nobody uses it.
    void resize(PoolShare share);
    /// A migration changed a table under prepared plans: new connections from here on.
    void renew_connections();

    [[nodiscard]] RequestPtr make_request(const StatementInfo& statement, Parameters parameters);
    void add_to(Cluster::Figures& figures) const;
    void close();

private:
    struct Waiter;
    struct Sweep;

    // Shared connections: pool.cpp.
    void submit(const RequestPtr& request);
    bool try_submit(const RequestPtr& request);
    void answered(const RequestPtr& request);
    void resume(const RequestPtr& request);
    void serve_waiting();
    void reject_waiting(const std::string& reason);
    [[nodiscard]] ConnectionPtr least_loaded() const;
    void open_another_shared();
    Task<void> open_shared();

    // Exclusive connections: exclusive.cpp.
    Task<ConnectionPtr> open_exclusive(std::chrono::steady_clock::time_point since);
    void pass_on_room();
    Task<void> roll_back_and_release(ConnectionPtr connection);
    [[nodiscard]] bool too_many_exclusive() const;
    bool expire_exclusive(std::chrono::steady_clock::time_point now, const Connection::Patience& patience);
    void close_idle_exclusive(std::chrono::steady_clock::time_point unused_since, const std::string& reason);
    void close_exclusive();

    // Both: pool.cpp.
    Task<ConnectionPtr> connect(bool shared, std::chrono::milliseconds limit);
    void check_may_connect() const;
    void start_sweep();
    void sweep();
    void distrust_idle();

    boost::asio::io_context& context_;
    MarketCode market_;
    std::string url_;
    PoolLimits limits_;
    PoolShare share_;
    bool closed_ = false;

    std::unordered_map<std::string_view, std::unique_ptr<KnownStatement>> statements_;

    std::vector<ConnectionPtr> shared_;
    std::size_t shared_opening_ = 0;
    std::deque<RequestPtr> waiting_;  // for room on a shared connection

    std::vector<ConnectionPtr> exclusive_;  // all of them
    std::vector<ConnectionPtr> free_;       // the idle ones among them, the warmest last
    std::size_t exclusive_opening_ = 0;
    std::deque<std::shared_ptr<Waiter>> waiters_;

    std::chrono::steady_clock::time_point no_connect_before_{};
    std::chrono::milliseconds back_off_{0};
    bool trying_again_ = false;  // after a failure one connection is tried at a time
    std::string last_failure_;
    std::unique_ptr<Sweep> sweep_;
};

/// The result of an answered request; throws what its outcome says.
[[nodiscard]] ResultPtr take_result(Request& request);
[[noreturn]] void throw_refused(const Request& request);
[[noreturn]] void throw_unavailable(const Request& request);

}  // namespace marque::db
