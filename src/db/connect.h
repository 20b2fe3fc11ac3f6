#pragma once
// A blocking libpq connection for people at a terminal: what it says when it fails tells what to check. Only for .cpp
// files of db/.
#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace marque::db {

struct CloseConnection {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
using PgConnection = std::unique_ptr<PGconn, CloseConnection>;

/// Why a connection could not be had, in libpq's and PostgreSQL's own terms.
struct ConnectFailure {
    std::string sqlstate;  // empty when no server answered
    std::string message;   // one line
    bool encrypted = false;
};

/// Throws Unavailable with advice, or for a server older than PostgreSQL 13.
[[nodiscard]] PgConnection connect_or_explain(const std::string& url, std::chrono::milliseconds limit);

/// A connection, or nothing and why.
[[nodiscard]] PgConnection try_connect(const std::string& url, std::chrono::milliseconds limit,
                                       ConnectFailure& failure);

/// Waits until PQgetResult() need not wait. False where nothing at all came for so long, or `stop` was requested.
[[nodiscard]] bool wait_for_answer(PGconn* connection, std::chrono::milliseconds silence, const std::stop_token& stop);

/// What the person who wrote the URL should check.
[[nodiscard]] std::string connect_advice(const std::string& url, const ConnectFailure& failure);

/// Is a server of this version (as PQserverVersion says it) old enough to be refused? The sentence, or empty.
[[nodiscard]] std::string version_problem(int version);

}  // namespace marque::db
