// Connecting and diagnosing. SQLSTATEs decide where there are any, because servers speak many languages.
#include "db/connect.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "core/log.h"
#include "core/text.h"
#include "db/cluster.h"
#include "db/error.h"

namespace marque::db {
namespace {

constexpr int oldest_version = 130'000;

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

std::string option_of(const std::string& url, std::string_view keyword) {
    const std::unique_ptr<PQconninfoOption, FreeOptions> options{PQconninfoParse(url.c_str(), nullptr)};
    for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        if (keyword == option->keyword && option->val != nullptr) return option->val;
    }
    return "";
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Takes the SQLSTATE out of "… FATAL:  28P01: password authentication failed …"; empty when there is none.
std::string take_state(std::string& line) {
    const auto is_state_character = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
    for (std::size_t at = line.rfind(":  "); at != std::string::npos && at > 0; at = line.rfind(":  ", at - 1)) {
        const std::string state = line.substr(at + 3, 5);
        if (state.size() != 5 || !std::ranges::all_of(state, is_state_character)) continue;
        if (line.compare(at + 8, 2, ": ") != 0) continue;
        line.erase(at + 2, 7);
        return state;
    }
    return "";
}

/// Verbose messages carry the SQLSTATE in any language. libpq may have tried twice (with and without SSL, several
/// hosts): the first refusal counts, because a server that refused the password over SSL then refuses all without it.
ConnectFailure failure_of(PGconn* connection) {
    ConnectFailure failure;
    failure.encrypted = PQsslInUse(connection) != 0;
    std::string_view rest = PQerrorMessage(connection);
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        std::string line{trimmed(rest.substr(0, end))};
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.empty() || line.starts_with("LOCATION:")) continue;
        const std::string state = take_state(line);
        if (failure.sqlstate.empty()) failure.sqlstate = state;
        if (!failure.message.empty()) failure.message += line.starts_with("connection to server") ? "; " : " ";
        failure.message += line;
    }
    while (failure.message.ends_with('.')) failure.message.pop_back();
    return failure;
}

void report_notice(void*, const PGresult* notice) {
    const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char* message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    if (severity == nullptr || message == nullptr || std::string_view{severity} != "WARNING") return;
    log::warning("db.warning", {{"message", message}});
}

/// False when the time is up.
bool wait_for(PGconn* connection, bool readable, std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        pollfd entry{
            .fd = PQsocket(connection), .events = static_cast<short>(readable ? POLLIN : POLLOUT), .revents = 0};
        const int ready = poll(&entry, 1, static_cast<int>(left.count()));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

std::string advice_without_answer(const std::string& message, const std::string& host, const std::string& port) {
    if (contains(message, "does not support SSL")) {
        return "the URL demands SSL (sslmode) but the server does not offer it: remove sslmode from the URL or set ssl "
               "= on "
               "in postgresql.conf";
    }
    if (contains(message, "certificate") || contains(message, "SSL")) {
        return "the server's certificate was not accepted: check sslmode and sslrootcert in the URL "
               "(sslmode=require encrypts without checking it)";
    }
    if (contains(message, "could not translate host name")) return "check the host name in the URL";
    if (contains(message, "no password supplied"))
        return "the server asks for a password: postgresql://USER:PASSWORD@…";
    if (contains(message, "No such file or directory")) {
        return "no server listens on that Unix socket: start PostgreSQL, or name a host in the URL";
    }
    if (contains(message, "timeout"))
        return "nothing answered in time: check HOST and PORT in the URL and firewalls between";
    if (contains(message, "refused")) {
        return fmt::format(
            "is PostgreSQL running at {}:{}? Check HOST and PORT in the URL, and that the server listens there "
            "(listen_addresses)",
            host.empty() ? "localhost" : host, port.empty() ? "5432" : port);
    }
    return "check HOST and PORT in the URL and that PostgreSQL is running and reachable from here";
}

}  // namespace

std::string connect_advice(const std::string& url, const ConnectFailure& failure) {
    const std::string& state = failure.sqlstate;
    const std::string user = option_of(url, "user");
    const std::string database = option_of(url, "dbname").empty() ? user : option_of(url, "dbname");
    if (state.empty()) return advice_without_answer(failure.message, option_of(url, "host"), option_of(url, "port"));
    if (state == "28000" && contains(failure.message, "pg_hba.conf")) {
        if (!failure.encrypted && option_of(url, "sslmode") == "disable") {
            return "the server takes only SSL connections from here, or none: put sslmode=require in the URL, else see "
                   "pg_hba.conf on the server";
        }
        return "the server does not let this user in from this address: put sslmode=require in the URL if it takes "
               "only SSL "
               "connections, else see pg_hba.conf on the server";
    }
    if (state == "28P01" || state == "28000") {
        return fmt::format(
            "check user and password in the URL; characters such as @ : / # % in a password must be "
            "percent-encoded, and the role must exist (createuser --pwprompt {})",
            user);
    }
    if (state == "3D000") return fmt::format("create the database: createdb --owner={} {}", user, database);
    if (state == "42501")
        return fmt::format("the user may not connect: GRANT CONNECT ON DATABASE {} TO {}", database, user);
    if (state == "53300") return "the server has no free connection: raise max_connections or lower DB_CONNECTIONS";
    if (state == "57P03") return "the server is starting up or shutting down: try again in a moment";
    return "see the server's log";
}

std::string version_problem(int version) {
    if (version >= oldest_version) return "";
    const int major = version / 10'000;
    const int minor = version % 10'000;
    return fmt::format("the server is PostgreSQL {}.{}, and Marque needs 13 or newer", major,
                       version >= 100'000 ? minor : minor / 100);
}

PgConnection try_connect(const std::string& url, std::chrono::milliseconds limit, ConnectFailure& failure) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    const char* const names[] = {"dbname", "fallback_application_name", "client_encoding", nullptr};
    const char* const values[] = {url.c_str(), "marque", "UTF8", nullptr};
    PgConnection connection{PQconnectStartParams(names, values, 1)};
    if (!connection) throw std::bad_alloc{};
    PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
    PQsetNoticeReceiver(connection.get(), report_notice, nullptr);
    PostgresPollingStatusType state =
        PQstatus(connection.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK) {
        if (state == PGRES_POLLING_FAILED) {
            failure = failure_of(connection.get());
            return nullptr;
        }
        if (!wait_for(connection.get(), state == PGRES_POLLING_READING, deadline)) {
            failure = {.sqlstate = "", .message = fmt::format("timeout: no answer within {} ms", limit.count())};
            return nullptr;
        }
        state = PQconnectPoll(connection.get());
    }
    PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
    return connection;
}

bool wait_for_answer(PGconn* connection, std::chrono::milliseconds silence, const std::stop_token& stop) {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds look_at_stop{50};
    auto deadline = Clock::now() + silence;
    while (PQisBusy(connection) != 0) {
        const auto now = Clock::now();
        if (stop.stop_requested() || now >= deadline) return false;
        if (!wait_for(connection, true, std::min(now + look_at_stop, deadline))) continue;
        if (PQconsumeInput(connection) == 0) return true;  // the result will say what broke
        deadline = Clock::now() + silence;
    }
    return true;
}

PgConnection connect_or_explain(const std::string& url, std::chrono::milliseconds limit) {
    const auto normalised = normalised_url(url);
    if (!normalised) throw Unavailable(fmt::format("the database URL {} {}", masked_url(url), normalised.error()));
    ConnectFailure failure;
    PgConnection connection = try_connect(*normalised, limit, failure);
    if (!connection) {
        throw Unavailable(fmt::format("cannot connect to {}: {}. What to check: {}.", masked_url(url), failure.message,
                                      connect_advice(*normalised, failure)));
    }
    const std::string problem = version_problem(PQserverVersion(connection.get()));
    if (!problem.empty()) throw Unavailable(fmt::format("cannot use {}: {}.", masked_url(url), problem));
    return connection;
}

}  // namespace marque::db
