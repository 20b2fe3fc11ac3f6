// The pool's exclusive connections: opened on demand up to the budget, handed to waiters in order of arrival.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "db/pool.h"

namespace marque::db {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds idle_max{60};
/// Whoever may open a connection at the end of their time still gets an honest try.
constexpr std::chrono::milliseconds shortest_try{200};
constexpr StatementInfo rollback{"db.rollback", "ROLLBACK"};

}  // namespace

struct Pool::Waiter {
    explicit Waiter(asio::io_context& context) : timer(context) {}
    asio::steady_timer timer;
    ConnectionPtr given;
    bool may_open = false;  // a place in exclusive_opening_ is kept for it
};

Task<ConnectionPtr> Pool::acquire() {
    const auto self = shared_from_this();
    const auto since = Clock::now();
    if (closed_) throw Unavailable{"database: shutting down"};
    while (!free_.empty()) {
        ConnectionPtr connection = std::move(free_.back());
        free_.pop_back();
        if (connection->usable()) co_return connection;
        connection->close("retired");
        std::erase(exclusive_, connection);
    }
    if (exclusive_.size() + exclusive_opening_ < static_cast<std::size_t>(share_.exclusive)) {
        ++exclusive_opening_;
        co_return co_await open_exclusive(since);
    }
    if (waiters_.size() >= static_cast<std::size_t>(limits_.queue_max)) throw Unavailable{"database: queue full"};
    const auto waiter = std::make_shared<Waiter>(context_);
    waiters_.push_back(waiter);
    waiter->timer.expires_after(std::chrono::milliseconds{limits_.acquire_timeout_ms});
    boost::system::error_code ignored;
    co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (waiter->given) co_return std::move(waiter->given);
    if (waiter->may_open) co_return co_await open_exclusive(since);
    std::erase(waiters_, waiter);
    throw Unavailable{closed_ ? "database: shutting down" : "database: all connections are busy"};
}

/// The caller has counted itself in exclusive_opening_, and has waited since then already.
Task<ConnectionPtr> Pool::open_exclusive(Clock::time_point since) {
    using std::chrono::milliseconds;
    const auto self = shared_from_this();
    const auto waited = std::chrono::duration_cast<milliseconds>(Clock::now() - since);
    const auto left = milliseconds{limits_.acquire_timeout_ms} - waited;
    try {
        ConnectionPtr connection =
            co_await connect(false, std::clamp(left, shortest_try, milliseconds{limits_.connect_timeout_ms}));
        --exclusive_opening_;
        exclusive_.push_back(connection);
        co_return connection;
    } catch (const Unavailable&) {
        --exclusive_opening_;
        pass_on_room();
        throw;
    }
}

void Pool::release(const ConnectionPtr& connection) {
    if (closed_ || !connection->usable() || too_many_exclusive()) {
        connection->close("not usable any more");
        std::erase(exclusive_, connection);
        pass_on_room();
        return;
    }
    if (waiters_.empty()) return free_.push_back(connection);
    const auto waiter = std::move(waiters_.front());
    waiters_.pop_front();
    waiter->given = connection;
    waiter->timer.cancel();
}

/// A connection went: the first who waits opens its own instead.
void Pool::pass_on_room() {
    if (waiters_.empty()) return;
    if (exclusive_.size() + exclusive_opening_ >= static_cast<std::size_t>(share_.exclusive)) return;
    ++exclusive_opening_;
    const auto waiter = std::move(waiters_.front());
    waiters_.pop_front();
    waiter->may_open = true;
    waiter->timer.cancel();
}

/// After the pool's share became smaller.
bool Pool::too_many_exclusive() const {
    return exclusive_.size() + exclusive_opening_ > static_cast<std::size_t>(share_.exclusive);
}

void Pool::roll_back(const ConnectionPtr& connection) {
    if (closed_ || !connection->usable()) return release(connection);
    asio::co_spawn(context_, roll_back_and_release(connection), asio::detached);
}

Task<void> Pool::roll_back_and_release(ConnectionPtr connection) {
    const auto self = shared_from_this();
    const RequestPtr request = make_request(rollback, {});
    const auto round = co_await connection->round_trip({&request, 1}, false);
    if (request->outcome != Request::Outcome::done || !round->synced) connection->close("rollback failed");
    release(connection);
}

Task<ResultPtr> Pool::run_exclusive(const StatementInfo& statement, Parameters parameters) {
    using enum Request::Outcome;
    const auto self = shared_from_this();
    const RequestPtr request = make_request(statement, std::move(parameters));
    std::shared_ptr<RoundTrip> round;
    for (int attempt = 1; attempt <= 2; ++attempt) {
        const ConnectionPtr connection = co_await acquire();
        request->failure = {};
        round = co_await connection->round_trip({&request, 1}, false);
        if (request->outcome == stale) renew_connections();
        release(connection);
        if (request->outcome != stale) break;
    }
    // libpq may read the commit's warning together with the statement's own answer, so either counts.
    const bool warned = request->warned || round->warned;
    // The commit comes with the sync behind the statement, so a complete answer alone is no promise.
    const bool surely_undone = request->outcome == lost && !request->failure.sqlstate.empty();
    const bool unknown = (request->outcome == lost && !surely_undone) || request->outcome == overdue;
    if (unknown || (request->outcome == done && (warned || (!round->synced && round->failure.message.empty())))) {
        throw OutcomeUnknown{fmt::format("{}: the connection broke before the commit was confirmed", statement.name)};
    }
    if (request->outcome == done && !round->failure.message.empty()) {
        request->outcome = refused;
        request->failure = round->failure;
    }
    co_return take_result(*request);
}

bool Pool::expire_exclusive(Clock::time_point now, const Connection::Patience& patience) {
    bool silent = false;
    const auto all = exclusive_;
    for (const ConnectionPtr& connection : all) silent = connection->expire(now, patience) || silent;
    close_idle_exclusive(now - idle_max, "idle");
    return silent;
}

/// Those that nobody has used since then, and those that cannot be used.
void Pool::close_idle_exclusive(Clock::time_point unused_since, const std::string& reason) {
    std::erase_if(free_, [&](const ConnectionPtr& connection) {
        const bool keep = connection->usable() && connection->idle_since > unused_since;
        if (keep) return false;
        connection->close(reason);
        std::erase(exclusive_, connection);
        return true;
    });
}

void Pool::close_exclusive() {
    for (const auto& waiter : std::exchange(waiters_, {})) waiter->timer.cancel();
    free_.clear();
    for (const ConnectionPtr& connection : std::exchange(exclusive_, {})) connection->close("shutting down");
}

}  // namespace marque::db
