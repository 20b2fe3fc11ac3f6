#pragma once
// How the database can fail: Error carries PostgreSQL's own answer, Unavailable means there was no answer.

#include <stdexcept>
#include <string>

namespace marque::db {

/// PostgreSQL refused a statement. Features catch it by constraint; whatever they leave becomes an opaque 500 or 503.
class Error : public std::runtime_error {
public:
    Error(std::string statement, std::string sqlstate, std::string message, std::string constraint)
        : std::runtime_error(statement + ": " + sqlstate + " " + message),
          statement(std::move(statement)),
          sqlstate(std::move(sqlstate)),
          constraint(std::move(constraint)) {}

    std::string statement;   // the Statement's name
    std::string sqlstate;    // five characters, https://www.postgresql.org/docs/15/errcodes-appendix.html
    std::string constraint;  // the violated constraint's name, or empty

    [[nodiscard]] bool violates(std::string_view name) const { return constraint == name; }
    [[nodiscard]] bool is_lock_timeout() const { return sqlstate == "55P03"; }
    [[nodiscard]] bool is_retryable() const { return sqlstate == "40001" || sqlstate == "40P01"; }
};

/// No connection, the queue is full, or the deadline passed: 503 with Retry-After. Nothing was done.
class Unavailable : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The connection broke while COMMIT was under way: done or not done, nobody knows. Resolve by the idempotency key.
class OutcomeUnknown : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace marque::db
