// Grouping, preparing and matching on one connection.
#include "db/connection.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace marque::db {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

/// Reads that leave together share a sync, which spares PostgreSQL a transaction and a send for each. If one fails,
/// those behind it in the group are skipped and run again, so groups are kept small.
constexpr int group_max = 32;

/// "Cached plan must not change result type", after a migration: only a new connection helps.
bool is_stale_plan(const Failure& failure) {
    return failure.sqlstate == "0A000" && failure.message.find("cached plan") != std::string::npos;
}

}  // namespace

Connection::Connection(asio::io_context& context, std::function<void(RequestPtr)> on_answered)
    : context_(context), wire_(context), on_answered_(std::move(on_answered)) {}

Connection::~Connection() = default;

Task<void> Connection::open(const SessionSettings& settings) {
    const auto self = shared_from_this();
    co_await wire_.open(settings);
    open_ = true;
    idle_since = progress_ = Clock::now();
    wire_.listen([weak = weak_from_this()](bool alive) {
        if (const auto connection = weak.lock()) connection->receive(alive);
    });
}

void Connection::queue(RequestPtr request) {
    ++in_flight_;
    queued_.push_back(std::move(request));
    // While PostgreSQL works on a group, the next one gathers: a larger group costs both sides one wake-up, not many.
    if (sending_ || !expected_.empty()) return;
    sending_ = true;
    asio::post(context_, [self = shared_from_this()] { self->send_queued(); });
}

void Connection::send_queued() {
    sending_ = false;
    if (!open_ || queued_.empty()) return;
    if (expected_.empty()) progress_ = Clock::now();
    int group = 0;
    bool alive = true;
    while (alive && !queued_.empty()) {
        const RequestPtr request = std::move(queued_.front());
        queued_.pop_front();
        const std::size_t number = request->statement->number;
        const bool known = number < prepared_.size() && prepared_[number];
        // A preparation gets a sync of its own, so that no neighbour's error can take it away.
        if (!known && group > 0) alive = send_sync();
        if (!known) group = 0;
        alive = alive && send(request, true);
        if (++group < group_max && !queued_.empty()) continue;
        alive = alive && send_sync();
        group = 0;
    }
    if (!alive) lose(Request::Outcome::lost, "the connection broke while sending");
}

bool Connection::send(const RequestPtr& request, bool sync_after_preparation) {
    const KnownStatement& statement = *request->statement;
    if (prepared_.size() <= statement.number) prepared_.resize(statement.number + 16);
    if (!prepared_[statement.number]) {
        expected_.push_back({Expected::Kind::preparation, request});
        prepared_[statement.number] = wire_.prepare(statement.name, statement.sql);
        if (prepared_[statement.number] && sync_after_preparation) static_cast<void>(send_sync());
    }
    expected_.push_back({Expected::Kind::statement, request});
    return prepared_[statement.number] && wire_.execute(statement.name, request->parameters);
}

bool Connection::send_sync() {
    expected_.push_back({Expected::Kind::sync, nullptr});
    return wire_.sync();
}

Task<std::shared_ptr<RoundTrip>> Connection::round_trip(std::span<const RequestPtr> requests, bool patient) {
    const auto self = shared_from_this();
    const auto round = std::make_shared<RoundTrip>();
    round_ = round;
    patient_ = patient;
    progress_ = Clock::now();
    bool alive = open_;
    for (const RequestPtr& request : requests) {
        ++in_flight_;
        request->outcome = Request::Outcome::waiting;
        if (alive) alive = send(request, false);
        if (alive) continue;
        // Not sent, so nobody else will ever mark it.
        request->outcome = Request::Outcome::rejected;
        request->failure.message = "the connection was lost before it could be used";
    }
    alive = alive && send_sync();
    if (!alive) lose(Request::Outcome::lost, "the connection broke while sending");
    if (!round->finished) {
        co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
            [&](auto handler) { resume_round_ = std::move(handler); }, asio::use_awaitable);
    }
    round_ = nullptr;
    patient_ = false;
    in_flight_ = 0;
    idle_since = Clock::now();
    co_return round;
}

void Connection::receive(bool alive) {
    const auto self = shared_from_this();
    progress_ = Clock::now();
    int ends_in_a_row = 0;
    while (open_ && !expected_.empty()) {
        Answer answer = wire_.next();
        if (answer.kind == Answer::Kind::nothing) break;
        const bool surprising = !match(answer);
        ends_in_a_row = surprising ? ends_in_a_row + 1 : 0;
        if (ends_in_a_row > 2) return lose(Request::Outcome::lost, "answers out of step");
    }
    if (!open_) return;
    if (!alive) return lose(Request::Outcome::lost, "the connection broke");
    if (expected_.empty() && !queued_.empty()) return send_queued();
    if (expected_.empty()) {
        // Lets libpq read what PostgreSQL says unasked, e.g. that it is shutting down.
        static_cast<void>(wire_.next());
        if (retiring_ && in_flight_ == 0) lose(Request::Outcome::lost, "retired");
    }
}

/// False for an end that belongs to no answer.
bool Connection::match(Answer& answer) {
    Expected& expected = expected_.front();
    if (answer.kind == Answer::Kind::end) {
        if (!expected.answered || expected.kind == Expected::Kind::sync) return false;
        const Expected finished = std::move(expected);
        expected_.pop_front();
        if (finished.kind == Expected::Kind::statement && round_ == nullptr) complete(finished.request);
        return true;
    }
    const bool warned = wire_.take_warning();
    if (expected.kind != Expected::Kind::sync) {
        expected.request->warned = warned;
        keep(expected, answer);
        return true;
    }
    if (round_ != nullptr) round_->warned = round_->warned || warned;
    if (answer.kind == Answer::Kind::failure) {
        if (answer.failure.fatal) {
            lose(Request::Outcome::lost, answer.failure.message);
        } else if (round_ != nullptr) {
            round_->failure = std::move(answer.failure);
        }
        return true;
    }
    if (answer.kind != Answer::Kind::sync) return true;
    expected_.pop_front();
    if (round_ != nullptr && expected_.empty()) {
        round_->finished = round_->synced = true;
        if (resume_round_) asio::post(context_, std::exchange(resume_round_, nullptr));
    }
    return true;
}

/// Puts an answer where its request finds it.
void Connection::keep(Expected& expected, Answer& answer) {
    Request& request = *expected.request;
    expected.answered = true;
    if (answer.kind == Answer::Kind::failure) {
        const bool fatal = answer.failure.fatal;
        if (fatal) request.outcome = Request::Outcome::lost;
        const std::string reason = fatal ? answer.failure.message : std::string{};
        if (request.outcome != Request::Outcome::refused) {
            request.failure = std::move(answer.failure);
            const bool stale = is_stale_plan(request.failure);
            if (stale) retire();
            if (!fatal) request.outcome = stale ? Request::Outcome::stale : Request::Outcome::refused;
        }
        if (expected.kind == Expected::Kind::preparation) prepared_[request.statement->number] = false;
        if (fatal) lose(Request::Outcome::lost, reason);
    } else if (answer.kind == Answer::Kind::aborted) {
        if (expected.kind == Expected::Kind::preparation) prepared_[request.statement->number] = false;
        if (request.outcome == Request::Outcome::waiting) request.outcome = Request::Outcome::aborted;
    } else if (expected.kind == Expected::Kind::statement) {
        request.committed_tag = std::string_view{answer.tag} == "COMMIT";
        request.result = std::move(answer.result);
        request.outcome = Request::Outcome::done;
    }
}

void Connection::complete(const RequestPtr& request) {
    --in_flight_;
    const bool unprepared = request->failure.sqlstate == "26000";  // its preparation failed; ask again to see why
    if (request->outcome == Request::Outcome::refused && unprepared && !request->tried_again) {
        request->tried_again = true;
        request->outcome = Request::Outcome::aborted;
        request->failure = {};
    }
    on_answered_(request);
}

void Connection::retire() { retiring_ = true; }

bool Connection::expire(Clock::time_point now, const Patience& patience) {
    if (!open_ || expected_.empty() || now - progress_ < (patient_ ? patience.commit : patience.usual)) return false;
    lose(Request::Outcome::overdue, "no answer in time");
    return true;
}

void Connection::lose(Request::Outcome outcome, const std::string& reason) {
    const auto self = shared_from_this();
    open_ = false;
    wire_.close();
    const auto expected = std::exchange(expected_, {});
    const auto queued = std::exchange(queued_, {});
    std::vector<RequestPtr> orphans;
    for (const Expected& each : expected) {
        if (each.kind == Expected::Kind::statement) orphans.push_back(each.request);
    }
    orphans.insert(orphans.end(), queued.begin(), queued.end());
    for (const RequestPtr& request : orphans) {
        if (request->outcome == Request::Outcome::waiting || request->outcome == Request::Outcome::aborted) {
            request->outcome = outcome;
            request->failure.message = reason;
        }
        if (round_ == nullptr) --in_flight_;
        if (round_ == nullptr) on_answered_(request);
    }
    if (round_ != nullptr) round_->finished = true;
    if (resume_round_) asio::post(context_, std::exchange(resume_round_, nullptr));
}

}  // namespace marque::db
