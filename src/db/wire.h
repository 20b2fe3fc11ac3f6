#pragma once
// One libpq connection in pipeline mode on a thread's io_context. It sends and hands out answers in order; it knows
// nothing of requests, pools or transactions. The only part of the server's asynchronous path that calls libpq.

#include <functional>
#include <memory>
#include <string>

#include "core/task.h"
#include "db/handle.h"

namespace boost::asio {
class io_context;
}

namespace marque::db {

/// What a new connection is told before it serves anybody.
struct SessionSettings {
    std::string url;
    std::string role;              // "marque_kg"
    std::string application_name;  // seen in pg_stat_activity
    bool read_only = false;        // shared connections: PostgreSQL itself refuses what must not run there
    int connect_timeout_ms = 2'000;
    int statement_timeout_ms = 5'000;
    int lock_timeout_ms = 3'000;
    bool trust_standbys = false;  // only for negative controls
};

/// PostgreSQL's own words about a failure.
struct Failure {
    std::string sqlstate;
    std::string message;
    std::string constraint;
    bool fatal = false;  // the connection goes with it
};

struct Answer {
    enum class Kind {
        nothing,  // more input is needed
        result,
        failure,
        aborted,  // skipped, because an earlier statement before the same sync failed
        end,      // the answer of one statement is complete
        sync,
    };
    Kind kind = Kind::nothing;
    ResultPtr result;
    const char* tag = "";  // "COMMIT", "INSERT 0 1"; lives as long as the result
    Failure failure;
};

class Wire {
public:
    explicit Wire(boost::asio::io_context& context);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    /// Connects, takes on the role, checks that the role is bound by row-level security and that
    /// the server takes writes (a proxy may lead to a standby that is about to be promoted), and enters pipeline mode.
    /// Throws Unavailable.
    Task<void> open(const SessionSettings& settings);
    /// Calls on_input(alive) whenever something arrived, or with false when the connection is gone.
    void listen(std::function<void(bool alive)> on_input);
    /// Each is false when the connection is gone.
    [[nodiscard]] bool prepare(const std::string& name, const std::string& sql);
    [[nodiscard]] bool execute(const std::string& name, const Parameters& parameters);
    /// Ends a group of statements and sends everything.
    [[nodiscard]] bool sync();
    /// The next piece of answer that has fully arrived; never blocks.
    [[nodiscard]] Answer next();
    /// Did a WARNING arrive since the last call?
    [[nodiscard]] bool take_warning();
    void close();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace marque::db
