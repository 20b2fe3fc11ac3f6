// Transactions: queued statements, one round trip a flush, and a commit that is believed only when it is certain.
#include <fmt/format.h>

#include "core/check.h"
#include "db/handle.h"
#include "db/pool.h"

namespace marque::db {

namespace {

constexpr StatementInfo begin_statement{"db.begin", "BEGIN"};
// PostgreSQL ends the statement timeout before it commits, so a COMMIT that waits for its standby is never cut off.
constexpr StatementInfo commit_statement{"db.commit", "COMMIT"};
constexpr auto unconfirmed = "the commit came with a warning: stored here, but not confirmed by the standby";

}  // namespace

class TransactionCore {
public:
    TransactionCore(std::shared_ptr<Pool> pool, ConnectionPtr connection, std::shared_ptr<const Bracket> bracket)
        : pool_(std::move(pool)), connection_(std::move(connection)), bracket_(std::move(bracket)) {}
    TransactionCore(const TransactionCore&) = delete;
    TransactionCore& operator=(const TransactionCore&) = delete;
    ~TransactionCore() { give_back(begun_); }

    std::shared_ptr<ResultPtr> queue(const StatementInfo& statement, Parameters parameters) {
        check(connection_ != nullptr, "a statement was queued on a finished transaction");
        if (bracket_ && !std::exchange(bracket_open_, true)) queue_companion(bracket_->begins);
        queued_.push_back(pool_->make_request(statement, std::move(parameters)));
        return slots_.emplace_back(std::make_shared<ResultPtr>());
    }

    Task<void> flush();
    Task<void> commit();

private:
    Task<void> commit_at_once();
    void queue_companion(const Companion& companion) {
        queued_.push_back(pool_->make_request(*companion.statement, companion.parameters));
        slots_.push_back(std::make_shared<ResultPtr>());
    }
    void give_back(bool roll_back);
    std::vector<RequestPtr> take_queued(bool with_commit);
    void inspect(const std::vector<RequestPtr>& requests, bool with_commit);
    void fill_slots(const std::vector<RequestPtr>& requests, std::size_t first);

    std::shared_ptr<Pool> pool_;
    ConnectionPtr connection_;  // none when the transaction is finished
    std::vector<RequestPtr> queued_;
    std::vector<std::shared_ptr<ResultPtr>> slots_;  // of queued_
    bool begun_ = false;
    std::shared_ptr<const Bracket> bracket_;
    bool bracket_open_ = false;
};

void TransactionCore::give_back(bool roll_back) {
    const ConnectionPtr connection = std::exchange(connection_, nullptr);
    if (!connection) return;
    if (roll_back) {
        pool_->roll_back(connection);
    } else {
        pool_->release(connection);
    }
}

std::vector<RequestPtr> TransactionCore::take_queued(bool with_commit) {
    std::vector<RequestPtr> requests;
    requests.reserve(queued_.size() + 2);
    if (!with_commit && !begun_) requests.push_back(pool_->make_request(begin_statement, {}));
    requests.insert(requests.end(), queued_.begin(), queued_.end());
    queued_.clear();
    if (with_commit && begun_) requests.push_back(pool_->make_request(commit_statement, {}));
    return requests;
}

/// Throws what the first request that is not done stands for.
void TransactionCore::inspect(const std::vector<RequestPtr>& requests, bool with_commit) {
    using enum Request::Outcome;
    const auto failed = std::ranges::find_if(requests, [](const RequestPtr& each) { return each->outcome != done; });
    if (failed == requests.end()) return;
    const Request& request = **failed;
    const bool is_commit = request.statement->name == commit_statement.name;
    if (request.outcome == refused) {
        give_back(true);
        throw_refused(request);
    }
    if (request.outcome == stale) pool_->renew_connections();
    give_back(true);
    // A FATAL answer to an earlier statement proves that COMMIT was never reached; so does a COMMIT that was not sent.
    const bool not_reached = request.outcome == stale || requests.back()->outcome == rejected ||
                             (!request.failure.sqlstate.empty() && !is_commit);
    if (with_commit && !not_reached) {
        throw OutcomeUnknown{fmt::format("{}: the connection broke during COMMIT", request.statement->name)};
    }
    throw_unavailable(request);
}

void TransactionCore::fill_slots(const std::vector<RequestPtr>& requests, std::size_t first) {
    for (std::size_t i = 0; i < slots_.size(); ++i) *slots_[i] = std::move(requests[first + i]->result);
    slots_.clear();
}

Task<void> TransactionCore::flush() {
    check(connection_ != nullptr, "flush of a finished transaction");
    if (queued_.empty()) co_return;
    const std::size_t first = begun_ ? 0 : 1;
    const std::vector<RequestPtr> requests = take_queued(false);
    begun_ = true;
    const auto round = co_await connection_->round_trip(requests, false);
    inspect(requests, false);
    fill_slots(requests, first);
}

Task<void> TransactionCore::commit() {
    check(connection_ != nullptr, "commit of a finished transaction");
    if (bracket_open_) queue_companion(bracket_->ends);
    if (!begun_) co_return co_await commit_at_once();
    const std::vector<RequestPtr> requests = take_queued(true);
    const auto round = co_await connection_->round_trip(requests, true);
    inspect(requests, true);
    const Request& commit = *requests.back();
    give_back(!commit.committed_tag);
    if (!commit.committed_tag) {
        throw Error{commit.statement->name, "25P02", "COMMIT of a failed transaction was answered by ROLLBACK", ""};
    }
    if (commit.warned || round->warned) {
        throw OutcomeUnknown{unconfirmed};
    }
    fill_slots(requests, 0);
}

/// The whole transaction in one round trip: what stands between two syncs of a pipeline is one transaction by itself,
/// and the sync's answer is its commit. Saves PostgreSQL a BEGIN and a COMMIT.
Task<void> TransactionCore::commit_at_once() {
    if (queued_.empty()) {
        give_back(false);
        co_return;
    }
    const std::vector<RequestPtr> requests = take_queued(true);
    const auto round = co_await connection_->round_trip(requests, true);
    inspect(requests, true);
    give_back(false);
    if (!round->failure.message.empty()) {
        // A deferred constraint is checked only when the sync commits.
        throw Error{requests.back()->statement->name, round->failure.sqlstate, round->failure.message,
                    round->failure.constraint};
    }
    if (!round->synced) throw OutcomeUnknown{"the connection broke before the commit was confirmed"};
    // libpq may read the commit's warning together with an answer before it, so each counts.
    const bool warned = std::ranges::any_of(requests, [](const RequestPtr& each) { return each->warned; });
    if (warned || round->warned) throw OutcomeUnknown{unconfirmed};
    fill_slots(requests, 0);
}

Transaction::Transaction(std::unique_ptr<TransactionCore> core, int* counter)
    : core_(std::move(core)), counter_(counter) {}
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

std::shared_ptr<ResultPtr> Transaction::queue(const StatementInfo& statement, Parameters parameters) {
    if (counter_ != nullptr) ++*counter_;
    return core_->queue(statement, std::move(parameters));
}

Task<void> Transaction::flush() { return core_->flush(); }

Task<void> Transaction::flush_or(const Refusal& when_locked) {
    bool waited_too_long = false;
    try {
        co_await core_->flush();
    } catch (const Error& error) {
        if (!error.is_lock_timeout()) throw;
        waited_too_long = true;
    }
    if (waited_too_long) throw Refused{when_locked};
}

Task<void> Transaction::commit() { return core_->commit(); }

MarketCode Handle::market() const { return pool_->market(); }

Task<ResultPtr> Handle::run(const StatementInfo& statement, Parameters parameters) {
    count();
    return pool_->run(statement, std::move(parameters));
}

namespace {

Task<std::unique_ptr<TransactionCore>> core_on(std::shared_ptr<Pool> pool, std::shared_ptr<const Bracket> bracket) {
    ConnectionPtr connection = co_await pool->acquire();
    co_return std::make_unique<TransactionCore>(std::move(pool), std::move(connection), std::move(bracket));
}

Task<Transaction> begin_on(std::shared_ptr<Pool> pool, int* counter, std::shared_ptr<const Bracket> bracket) {
    auto core = co_await core_on(std::move(pool), std::move(bracket));
    co_return Transaction{std::move(core), counter};
}

/// A single statement and what brackets it: one transaction in one round trip.
Task<ResultPtr> run_bracketed(std::shared_ptr<Pool> pool, const StatementInfo& statement, Parameters parameters,
                              std::shared_ptr<const Bracket> bracket) {
    const auto core = co_await core_on(std::move(pool), std::move(bracket));
    const auto slot = core->queue(statement, std::move(parameters));
    co_await core->commit();
    co_return std::move(*slot);
}

}  // namespace

Task<ResultPtr> Handle::run_exclusive(const StatementInfo& statement, Parameters parameters) {
    count();
    if (bracket_) return run_bracketed(pool_->shared_from_this(), statement, std::move(parameters), bracket_);
    return pool_->run_exclusive(statement, std::move(parameters));
}

Task<Transaction> Handle::begin() { return begin_on(pool_->shared_from_this(), counter_, bracket_); }

}  // namespace marque::db
