#pragma once
// A connection that serves requests: groups statements, prepares each on first use, and matches answers to requests.
//
// Shared connections take single reads from everybody: queue(). Exclusive ones take one group at a time: round_trip().

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/task.h"
#include "db/handle.h"
#include "db/wire.h"

namespace boost::asio {
class io_context;
}

namespace marque::db {

/// A statement as the pool knows it: numbered, with text that ends in NUL, counted.
struct KnownStatement {
    std::size_t number;
    std::string name;
    std::string sql;
    std::int64_t runs = 0;
};

/// One statement on its way.
struct Request {
    enum class Outcome {
        waiting,
        done,
        refused,   // PostgreSQL answered with an error
        stale,     // refused because a migration changed what the prepared plan returns: needs a new connection
        aborted,   // skipped because of another's error: run it again
        lost,      // the connection went before the answer came
        overdue,   // no answer within the statement timeout: the connection was given up
        rejected,  // never sent: no connection, no room
    };
    KnownStatement* statement = nullptr;
    Parameters parameters;
    Outcome outcome = Outcome::waiting;
    ResultPtr result;
    Failure failure;             // for every outcome but waiting, done and aborted
    bool committed_tag = false;  // the command tag was exactly COMMIT
    bool warned = false;         // a WARNING came with the answer
    bool tried_again = false;
    std::chrono::steady_clock::time_point since{};
    std::move_only_function<void()> resume;  // the coroutine that waits
};
using RequestPtr = std::shared_ptr<Request>;

/// How a group of statements ended, beyond what its requests say.
struct RoundTrip {
    bool finished = false;
    bool synced = false;  // PostgreSQL is ready again: an implicit transaction is committed
    bool warned = false;  // a WARNING came with that commit
    Failure failure;      // of that commit, e.g. a deferred constraint
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(boost::asio::io_context& context, std::function<void(RequestPtr)> on_answered);
    ~Connection();

    /// Throws Unavailable.
    Task<void> open(const SessionSettings& settings);
    [[nodiscard]] bool usable() const { return open_ && !retiring_; }
    [[nodiscard]] bool is_open() const { return open_; }
    /// Statements sent or about to be, and not answered.
    [[nodiscard]] int in_flight() const { return in_flight_; }

    /// Shared use: leaves with all others of this turn of the event loop; on_answered tells the outcome.
    void queue(RequestPtr request);
    /// Exclusive use: sends all in one go and waits until PostgreSQL is ready again or the connection is lost.
    /// A patient one (COMMIT) is given more time before it is given up: what waits for a standby is not slow.
    Task<std::shared_ptr<RoundTrip>> round_trip(std::span<const RequestPtr> requests, bool patient);

    /// Takes no more requests, and closes when the last is answered.
    void retire();
    /// How long an answer may take.
    struct Patience {
        std::chrono::milliseconds usual;
        std::chrono::milliseconds commit;
    };
    /// Gives the connection up when nothing was answered for so long; true when it did.
    bool expire(std::chrono::steady_clock::time_point now, const Patience& patience);
    void close(const std::string& reason) { lose(Request::Outcome::lost, reason); }

    std::chrono::steady_clock::time_point idle_since{};

private:
    struct Expected {
        enum class Kind { preparation, statement, sync } kind;
        RequestPtr request;
        bool answered = false;
    };
    void send_queued();
    bool send(const RequestPtr& request, bool sync_after_preparation);
    bool send_sync();
    void receive(bool alive);
    bool match(Answer& answer);
    void keep(Expected& expected, Answer& answer);
    void complete(const RequestPtr& request);
    void lose(Request::Outcome outcome, const std::string& reason);

    boost::asio::io_context& context_;
    Wire wire_;
    std::function<void(RequestPtr)> on_answered_;
    std::deque<RequestPtr> queued_;
    std::deque<Expected> expected_;
    std::vector<bool> prepared_;  // by KnownStatement::number
    std::chrono::steady_clock::time_point progress_{};
    std::shared_ptr<RoundTrip> round_;  // under way in round_trip()
    std::move_only_function<void()> resume_round_;
    int in_flight_ = 0;
    bool open_ = false;
    bool retiring_ = false;
    bool patient_ = false;
    bool sending_ = false;  // send_queued() is posted
};

}  // namespace marque::db
