// libpq's asynchronous side without an event loop: send, and take what is there.
#include "db/listener.h"

#include <fmt/format.h>
#include <poll.h>

#include "core/check.h"
#include "core/text.h"
#include "db/connect.h"
#include "db/error.h"

namespace marque::db {
namespace {

constexpr std::chrono::seconds connect_limit{2};
/// So that a person who looks at pg_stat_activity sees what the connection is for.
constexpr const char* application_name = "marque listener";

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
struct FreeMemory {
    void operator()(PGnotify* notification) const { PQfreemem(notification); }
};

}  // namespace

struct Listener::State {
    PgConnection connection;
    std::string channel;
    bool busy = false;

    [[noreturn]] void lost() const {
        throw Unavailable(fmt::format("the listening connection broke: {}", trimmed(PQerrorMessage(connection.get()))));
    }

    void run(const std::string& sql) const {
        if (PQsendQuery(connection.get(), sql.c_str()) == 0) lost();
        while (true) {
            if (!wait_for_answer(connection.get(), connect_limit, {})) throw Unavailable("no answer to the listener");
            const std::unique_ptr<PGresult, ClearResult> result{PQgetResult(connection.get())};
            if (!result) return;
            const ExecStatusType status = PQresultStatus(result.get());
            if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) lost();
        }
    }
};

Listener::Listener(const std::string& url, std::string_view channel) : state_(std::make_unique<State>()) {
    for (const char c : channel) check((c >= 'a' && c <= 'z') || c == '_', "a channel's name is a plain identifier");
    state_->channel = channel;
    state_->connection = connect_or_explain(url, connect_limit);
    state_->run(fmt::format("SET application_name TO '{}'", application_name));
    state_->run(fmt::format("LISTEN {}", channel));
    if (PQsetnonblocking(state_->connection.get(), 1) != 0) state_->lost();
}
Listener::~Listener() = default;
Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&&) noexcept = default;

bool Listener::notify(std::string_view payload) {
    if (state_->busy) return false;
    const std::string text{payload};
    const char* const values[] = {state_->channel.c_str(), text.c_str()};
    auto* const connection = state_->connection.get();
    const int sent = PQsendQueryParams(connection, "SELECT pg_notify($1, $2)", 2, nullptr, values, nullptr, nullptr, 0);
    if (sent == 0 || PQflush(connection) < 0) state_->lost();
    state_->busy = true;
    return true;
}

std::vector<std::string> Listener::take() {
    auto* const connection = state_->connection.get();
    if (PQflush(connection) < 0 || PQconsumeInput(connection) == 0) state_->lost();
    while (state_->busy && PQisBusy(connection) == 0) {
        const std::unique_ptr<PGresult, ClearResult> result{PQgetResult(connection)};
        if (!result) state_->busy = false;
        if (result && PQresultStatus(result.get()) == PGRES_FATAL_ERROR) state_->lost();
    }
    std::vector<std::string> payloads;
    while (const std::unique_ptr<PGnotify, FreeMemory> notification{PQnotifies(connection)}) {
        payloads.emplace_back(notification->extra);
    }
    if (PQstatus(connection) == CONNECTION_BAD) state_->lost();
    return payloads;
}

int Listener::socket() const { return PQsocket(state_->connection.get()); }

void wait_readable(std::span<const int> descriptors, std::chrono::milliseconds limit) {
    std::vector<pollfd> polled;
    for (const int descriptor : descriptors) polled.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
    // Interrupted or not: the caller looks at everything again anyway.
    (void)::poll(polled.data(), polled.size(), static_cast<int>(limit.count()));
}

}  // namespace marque::db
