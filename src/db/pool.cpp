// Shared connections, connecting with back-off, and the sweep behind all deadlines that need no timer of their own.
#include "db/pool.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "core/check.h"
#include "core/log.h"

namespace marque::db {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

/// Statements under way on one shared connection; more wait in the pool, where any connection can take them.
constexpr int in_flight_max = 64;
constexpr milliseconds sweep_every{200};
/// A database that is down is asked this often, so service is back within a second of it.
constexpr milliseconds back_off_first{100};
constexpr milliseconds back_off_last{500};
/// The server's own statement timeout comes first; this is for a server or network that no longer answers at all.
constexpr milliseconds answer_grace{2'000};

}  // namespace

struct Pool::Sweep {
    explicit Sweep(asio::io_context& context) : timer(context) {}
    asio::steady_timer timer;
    bool running = false;
};

Pool::Pool(asio::io_context& context, MarketCode market, std::string url, PoolLimits limits, PoolShare share)
    : context_(context),
      market_(market),
      url_(std::move(url)),
      limits_(limits),
      share_(share),
      sweep_(std::make_unique<Sweep>(context)) {}

Pool::~Pool() = default;

RequestPtr Pool::make_request(const StatementInfo& statement, Parameters parameters) {
    auto& known = statements_[statement.name];
    if (!known) {
        known = std::make_unique<KnownStatement>(
            KnownStatement{statements_.size(), std::string{statement.name}, std::string{statement.sql}});
    }
    check(known->sql == statement.sql, "two statements have the same name");
    for (const auto& parameter : parameters) {
        // PostgreSQL's text has no NUL, and libpq would silently end the value there.
        if (parameter && parameter->find('\0') != std::string::npos) {
            throw Error{known->name, "22021", "a parameter contains a NUL character", ""};
        }
    }
    auto request = std::make_shared<Request>();
    ++known->runs;
    request->statement = known.get();
    request->parameters = std::move(parameters);
    return request;
}

Task<ResultPtr> Pool::run(const StatementInfo& statement, Parameters parameters) {
    const auto self = shared_from_this();
    const RequestPtr request = make_request(statement, std::move(parameters));
    submit(request);
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
        [&](auto handler) { request->resume = std::move(handler); }, asio::use_awaitable);
    co_return take_result(*request);
}

void Pool::submit(const RequestPtr& request) {
    if (closed_) throw Unavailable{"database: shutting down"};
    const ConnectionPtr best = least_loaded();
    if (!best || best->in_flight() > 0) open_another_shared();
    if (best && best->in_flight() < in_flight_max) return best->queue(request);
    if (!best && shared_opening_ == 0) throw Unavailable{last_failure_};
    if (waiting_.size() >= static_cast<std::size_t>(limits_.queue_max)) throw Unavailable{"database: queue full"};
    request->since = Clock::now();
    waiting_.push_back(request);
    start_sweep();
}

bool Pool::try_submit(const RequestPtr& request) {
    try {
        request->outcome = Request::Outcome::waiting;
        request->failure = {};
        submit(request);
        return true;
    } catch (const Unavailable& unavailable) {
        request->outcome = Request::Outcome::rejected;
        request->failure.message = unavailable.what();
        return false;
    }
}

/// Called by a shared connection for each request it is done with.
void Pool::answered(const RequestPtr& request) {
    using enum Request::Outcome;
    if (request->outcome == stale) renew_connections();
    const bool broke = request->outcome == lost || request->outcome == stale;
    bool again = request->outcome == aborted;
    if (broke && !request->tried_again && !closed_) again = request->tried_again = true;
    if (!again || !try_submit(request)) resume(request);
    if (!waiting_.empty()) serve_waiting();
}

void Pool::resume(const RequestPtr& request) {
    if (request->resume) asio::post(context_, std::exchange(request->resume, nullptr));
}

void Pool::serve_waiting() {
    while (!waiting_.empty()) {
        const ConnectionPtr best = least_loaded();
        if (!best || best->in_flight() >= in_flight_max) return;
        best->queue(std::move(waiting_.front()));
        waiting_.pop_front();
    }
}

void Pool::reject_waiting(const std::string& reason) {
    for (const RequestPtr& request : std::exchange(waiting_, {})) {
        request->outcome = Request::Outcome::rejected;
        request->failure.message = reason;
        resume(request);
    }
}

ConnectionPtr Pool::least_loaded() const {
    const ConnectionPtr* best = nullptr;
    for (const ConnectionPtr& connection : shared_) {
        if (!connection->usable()) continue;
        if (best == nullptr || connection->in_flight() < (*best)->in_flight()) best = &connection;
    }
    return best == nullptr ? nullptr : *best;
}

void Pool::open_another_shared() {
    const auto wanted = static_cast<std::size_t>(share_.shared);
    if (shared_.size() + shared_opening_ >= wanted) {
        std::erase_if(shared_, [](const ConnectionPtr& connection) { return !connection->is_open(); });
    }
    const auto usable = std::ranges::count_if(shared_, [](const ConnectionPtr& each) { return each->usable(); });
    if (static_cast<std::size_t>(usable) + shared_opening_ >= wanted || Clock::now() < no_connect_before_) return;
    ++shared_opening_;
    asio::co_spawn(context_, open_shared(), asio::detached);
}

Task<void> Pool::open_shared() {
    const auto self = shared_from_this();
    try {
        ConnectionPtr connection = co_await connect(true, milliseconds{limits_.connect_timeout_ms});
        shared_.push_back(std::move(connection));
    } catch (const Unavailable&) {
        // connect() keeps the words in last_failure_.
    }
    --shared_opening_;
    if (least_loaded() != nullptr) {
        serve_waiting();
    } else if (shared_opening_ == 0) {
        reject_waiting(last_failure_);
    }
}

/// A database that is coming up must not be met by everybody at once.
void Pool::check_may_connect() const {
    if (closed_) throw Unavailable{"database: shutting down"};
    if (Clock::now() < no_connect_before_ || trying_again_) throw Unavailable{last_failure_};
}

Task<ConnectionPtr> Pool::connect(bool shared, milliseconds limit) {
    const auto self = shared_from_this();
    check_may_connect();
    trying_again_ = back_off_ > milliseconds{0};
    const std::string market = market_.to_text();
    const SessionSettings settings{.url = url_,
                                   .role = "marque_" + market,
                                   .application_name = fmt::format("marque {}", market),
                                   .read_only = shared,
                                   .connect_timeout_ms = static_cast<int>(limit.count()),
                                   .statement_timeout_ms = limits_.statement_timeout_ms,
                                   .lock_timeout_ms = limits_.lock_timeout_ms,
                                   .trust_standbys = limits_.trust_standbys};
    auto connection = std::make_shared<Connection>(context_, [this](const RequestPtr& request) { answered(request); });
    try {
        co_await connection->open(settings);
    } catch (const Unavailable& unavailable) {
        last_failure_ = unavailable.what();
        log::error("db.connect_failed", {{"market", market}, {"reason", last_failure_}});
        back_off_ = std::clamp(back_off_ * 2, back_off_first, back_off_last);
        no_connect_before_ = Clock::now() + back_off_;
        trying_again_ = false;
        throw;
    }
    trying_again_ = false;
    if (closed_) connection->close("shutting down");
    if (closed_) throw Unavailable{"database: shutting down"};
    back_off_ = milliseconds{0};
    start_sweep();
    co_return connection;
}

void Pool::resize(PoolShare share) {
    share_ = share;
    const auto shared = shared_;  // closing one changes the list
    auto usable = std::ranges::count_if(shared, [](const ConnectionPtr& each) { return each->usable(); });
    for (const ConnectionPtr& connection : shared) {
        if (usable <= share_.shared) break;
        if (!connection->usable()) continue;
        --usable;
        if (connection->in_flight() == 0) {
            connection->close("fewer connections");
        } else {
            connection->retire();
        }
    }
    std::erase_if(shared_, [](const ConnectionPtr& connection) { return !connection->is_open(); });
    while (too_many_exclusive() && !free_.empty()) {
        free_.front()->close("fewer connections");
        std::erase(exclusive_, free_.front());
        free_.erase(free_.begin());
    }
}

void Pool::renew_connections() {
    for (const ConnectionPtr& connection : shared_) connection->retire();
    for (const ConnectionPtr& connection : exclusive_) connection->retire();
}

void Pool::start_sweep() {
    if (sweep_->running || closed_) return;
    sweep_->running = true;
    sweep_->timer.expires_after(sweep_every);
    sweep_->timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (!self) return;
        self->sweep_->running = false;
        if (!error) self->sweep();
    });
}

void Pool::sweep() {
    const auto now = Clock::now();
    const Connection::Patience patience{.usual = milliseconds{limits_.statement_timeout_ms} + answer_grace,
                                        .commit = milliseconds{limits_.commit_timeout_ms}};
    bool silent = expire_exclusive(now, patience);
    const auto shared = shared_;  // a connection that is given up changes the list
    for (const ConnectionPtr& connection : shared) silent = connection->expire(now, patience) || silent;
    if (silent) distrust_idle();
    std::erase_if(shared_, [](const ConnectionPtr& connection) { return !connection->is_open(); });
    while (!waiting_.empty() && now - waiting_.front()->since > milliseconds{limits_.acquire_timeout_ms}) {
        const RequestPtr request = std::move(waiting_.front());
        waiting_.pop_front();
        request->outcome = Request::Outcome::rejected;
        request->failure.message = "database: waited too long for a connection";
        resume(request);
    }
    if (!shared_.empty() || !exclusive_.empty() || !waiting_.empty()) start_sweep();
}

/// Where one connection got no answer, those that stood idle meanwhile are probably as dead, and nobody would notice
/// before somebody had waited in vain on each.
void Pool::distrust_idle() {
    const auto shared = shared_;
    for (const ConnectionPtr& connection : shared) {
        if (connection->in_flight() == 0) connection->close("another connection got no answer");
    }
    close_idle_exclusive(Clock::now(), "another connection got no answer");
}

void Pool::add_to(Cluster::Figures& figures) const {
    const auto open = [](const ConnectionPtr& connection) { return connection->is_open(); };
    figures.open += static_cast<int>(std::ranges::count_if(shared_, open) + std::ranges::count_if(exclusive_, open));
    figures.waiting += static_cast<int>(waiting_.size() + waiters_.size());
    for (const auto& [name, statement] : statements_) figures.runs_by_statement[statement->name] += statement->runs;
}

void Pool::close() {
    if (std::exchange(closed_, true)) return;
    sweep_->timer.cancel();
    reject_waiting("database: shutting down");
    for (const ConnectionPtr& connection : std::exchange(shared_, {})) connection->close("shutting down");
    close_exclusive();
}

ResultPtr take_result(Request& request) {
    using enum Request::Outcome;
    if (request.outcome == done) return std::move(request.result);
    if (request.outcome == refused) throw_refused(request);
    throw_unavailable(request);
}

void throw_refused(const Request& request) {
    throw Error{request.statement->name, request.failure.sqlstate, request.failure.message, request.failure.constraint};
}

void throw_unavailable(const Request& request) {
    throw Unavailable{fmt::format("{}: {}", request.statement->name, request.failure.message)};
}

}  // namespace marque::db
