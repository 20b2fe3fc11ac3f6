// libpq's asynchronous calls on asio: connecting, session set-up, sending, and answers in order.
#include "db/wire.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>
#include <cassert>
#include <cstring>
#include <vector>

namespace marque::db {

namespace asio = boost::asio;
using boost::system::error_code;
using WaitType = asio::posix::stream_descriptor::wait_type;

namespace {

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Answered = std::unique_ptr<PGresult, ClearResult>;

class LibpqResult final : public Result {
public:
    explicit LibpqResult(Answered result) : result_(std::move(result)) {}
    int row_count() const override { return PQntuples(result_.get()); }
    int column_count() const override { return PQnfields(result_.get()); }
    std::optional<std::string_view> cell(int row, int column) const override {
        if (PQgetisnull(result_.get(), row, column) != 0) return std::nullopt;
        return std::string_view{PQgetvalue(result_.get(), row, column),
                                static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
    }
    std::int64_t affected() const override { return parse_integer(PQcmdTuples(result_.get())).value_or(0); }

private:
    Answered result_;
};

std::string field_of(const PGresult* result, int field) {
    const char* text = PQresultErrorField(result, field);
    return text == nullptr ? std::string{} : std::string{text};
}

/// libpq ends its messages with a newline and may write several lines.
std::string one_line(const char* message) {
    std::string text{message};
    while (!text.empty() && text.back() == '\n') text.pop_back();
    for (char& letter : text) {
        if (letter == '\n') letter = ' ';
    }
    return text;
}

Failure failure_of(const PGresult* result) {
    Failure failure;
    failure.sqlstate = field_of(result, PG_DIAG_SQLSTATE);
    failure.message = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
    failure.constraint = field_of(result, PG_DIAG_CONSTRAINT_NAME);
    const std::string severity = field_of(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    // libpq's own errors (lost connection) carry no SQLSTATE.
    failure.fatal = failure.sqlstate.empty() || severity == "FATAL" || severity == "PANIC";
    if (failure.message.empty()) failure.message = one_line(PQresultErrorMessage(result));
    return failure;
}

std::string session_sql(const SessionSettings& settings) {
    return fmt::format(
        "SET ROLE {0}; SET application_name = '{1}'; SET statement_timeout = {2}; SET lock_timeout = {3};"
        "SET idle_in_transaction_session_timeout = {4}; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD';"
        "SET client_encoding = 'UTF8'; SET client_min_messages = 'warning'; SET jit = off;"
        "SET default_transaction_read_only = {5};"
        "SELECT true FROM pg_catalog.pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls);"
        "SELECT true WHERE pg_catalog.pg_is_in_recovery()",
        settings.role, settings.application_name, settings.statement_timeout_ms, settings.lock_timeout_ms,
        settings.statement_timeout_ms * 2, settings.read_only ? "on" : "off");
}

}  // namespace

struct Wire::State : std::enable_shared_from_this<Wire::State> {
    explicit State(asio::io_context& io) : context(io), descriptor(io), deadline(io) {}
    ~State() { close(); }

    asio::io_context& context;
    PGconn* connection = nullptr;
    asio::posix::stream_descriptor descriptor;  // a duplicate: asio closes its own, libpq its own
    asio::steady_timer deadline;
    std::function<void(bool)> on_input;
    bool warning = false;
    bool writing = false;

    void close() {
        error_code ignored;
        deadline.cancel();
        descriptor.close(ignored);
        on_input = nullptr;
        if (connection != nullptr) PQfinish(std::exchange(connection, nullptr));
    }
    static void note(void* self, const PGresult* notice) {
        const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
        if (severity != nullptr && std::strcmp(severity, "WARNING") == 0) static_cast<State*>(self)->warning = true;
    }
    /// libpq may change its socket while it connects, even under the same number, so each step duplicates it anew.
    bool watch() {
        error_code ignored;
        descriptor.close(ignored);
        const int own = ::fcntl(PQsocket(connection), F_DUPFD_CLOEXEC, 0);
        if (own < 0) return false;
        descriptor.assign(own, ignored);
        return !ignored;
    }
    void start_deadline(int timeout_ms);
    [[noreturn]] void fail_open(std::string_view during);
    Task<void> wait(WaitType type);
    Task<void> connect(const SessionSettings& settings);
    Task<Answered> next_of_setup();
    Task<void> set_up(const SessionSettings& settings);
    void wait_readable();
    bool flush();
};

void Wire::State::start_deadline(int timeout_ms) {
    deadline.expires_after(std::chrono::milliseconds{timeout_ms});
    deadline.async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        error_code ignored;
        self->descriptor.close(ignored);
    });
}

void Wire::State::fail_open(std::string_view during) {
    std::string message = connection == nullptr ? "closed" : one_line(PQerrorMessage(connection));
    if (message.empty()) message = "no answer in time";
    close();
    throw Unavailable{fmt::format("database: {}: {}", during, message)};
}

Task<void> Wire::State::wait(WaitType type) {
    error_code error;
    co_await descriptor.async_wait(type, asio::redirect_error(asio::use_awaitable, error));
    if (error || connection == nullptr) fail_open("connecting");
}

Task<void> Wire::State::connect(const SessionSettings& settings) {
    // What stands before dbname is a default the URL may override, what stands behind it is not.
    const std::array keywords{"keepalives_idle",
                              "keepalives_interval",
                              "keepalives_count",
                              "tcp_user_timeout",
                              "dbname",
                              "client_encoding",
                              static_cast<const char*>(nullptr)};
    const std::array values{"30", "10", "3", "15000", settings.url.c_str(), "UTF8", static_cast<const char*>(nullptr)};
    connection = PQconnectStartParams(keywords.data(), values.data(), 1);
    if (connection == nullptr) throw Unavailable{"database: out of memory"};
    if (PQstatus(connection) == CONNECTION_BAD) fail_open("connecting");
    PQsetNoticeReceiver(connection, &State::note, this);
    PostgresPollingStatusType step = PGRES_POLLING_WRITING;
    while (step != PGRES_POLLING_OK) {
        if (step == PGRES_POLLING_FAILED || !watch()) fail_open("connecting");
        co_await wait(step == PGRES_POLLING_READING ? WaitType::wait_read : WaitType::wait_write);
        step = PQconnectPoll(connection);
    }
    if (PQsetnonblocking(connection, 1) != 0 || !watch()) fail_open("connecting");
}

Task<Answered> Wire::State::next_of_setup() {
    while (PQisBusy(connection) != 0) {
        co_await wait(WaitType::wait_read);
        if (PQconsumeInput(connection) == 0) fail_open("session set-up");
    }
    co_return Answered{PQgetResult(connection)};
}

Task<void> Wire::State::set_up(const SessionSettings& settings) {
    if (PQsendQuery(connection, session_sql(settings).c_str()) == 0) fail_open("session set-up");
    while (PQflush(connection) == 1) co_await wait(WaitType::wait_write);
    std::vector<bool> findings;  // of session_sql's questions, in their order
    while (true) {
        const Answered result = co_await next_of_setup();
        if (!result) break;
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_TUPLES_OK) findings.push_back(PQntuples(result.get()) > 0);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) fail_open("session set-up");
    }
    assert(findings.size() == 2);
    const bool is_unbound = findings[0];
    const bool is_standby = findings[1];
    if (is_unbound) {
        close();
        throw Unavailable{
            fmt::format("database: REFUSED to serve: role {} is a superuser or has BYPASSRLS, "
                        "so it would see every market's rows",
                        settings.role)};
    }
    if (is_standby && !settings.trust_standbys) {
        close();
        throw Unavailable{
            "database: connected to a standby: a leader is being chosen, or the URL leads to the wrong server"};
    }
    if (PQenterPipelineMode(connection) == 0) fail_open("pipeline mode");
}

void Wire::State::wait_readable() {
    descriptor.async_wait(WaitType::wait_read, [self = shared_from_this()](error_code error) {
        if (error || self->connection == nullptr) return;
        const bool alive = PQconsumeInput(self->connection) != 0;
        auto on_input = std::move(self->on_input);  // close() inside the call must not destroy what is running
        if (on_input) on_input(alive);
        if (!alive || self->connection == nullptr) return;
        self->on_input = std::move(on_input);
        self->wait_readable();
    });
}

bool Wire::State::flush() {
    if (writing) return true;
    const int rest = PQflush(connection);
    if (rest <= 0) return rest == 0;
    writing = true;
    descriptor.async_wait(WaitType::wait_write, [self = shared_from_this()](error_code error) {
        self->writing = false;
        if (error || self->connection == nullptr) return;
        // A failure here shows up as end of input, which the reader reports.
        self->flush();
    });
    return true;
}

Wire::Wire(asio::io_context& context) : state_(std::make_shared<State>(context)) {}
Wire::~Wire() { state_->close(); }
void Wire::close() { state_->close(); }
bool Wire::take_warning() { return std::exchange(state_->warning, false); }

Task<void> Wire::open(const SessionSettings& settings) {
    const auto state = state_;
    state->start_deadline(settings.connect_timeout_ms);
    co_await state->connect(settings);
    co_await state->set_up(settings);
    state->deadline.cancel();
}

void Wire::listen(std::function<void(bool)> on_input) {
    state_->on_input = std::move(on_input);
    state_->wait_readable();
}

bool Wire::prepare(const std::string& name, const std::string& sql) {
    return state_->connection != nullptr &&
           PQsendPrepare(state_->connection, name.c_str(), sql.c_str(), 0, nullptr) != 0;
}

bool Wire::execute(const std::string& name, const Parameters& parameters) {
    if (state_->connection == nullptr) return false;
    constexpr std::size_t usual = 16;
    std::array<const char*, usual> few;
    std::vector<const char*> many(parameters.size() > usual ? parameters.size() : 0);
    const char** values = many.empty() ? few.data() : many.data();
    for (std::size_t i = 0; i < parameters.size(); ++i) values[i] = parameters[i] ? parameters[i]->c_str() : nullptr;
    return PQsendQueryPrepared(state_->connection, name.c_str(), static_cast<int>(parameters.size()), values, nullptr,
                               nullptr, 0) != 0;
}

bool Wire::sync() {
    return state_->connection != nullptr && PQpipelineSync(state_->connection) != 0 && state_->flush();
}

Answer Wire::next() {
    Answer answer;
    if (state_->connection == nullptr || PQisBusy(state_->connection) != 0) return answer;
    Answered result{PQgetResult(state_->connection)};
    if (!result) {
        answer.kind = Answer::Kind::end;
        return answer;
    }
    switch (PQresultStatus(result.get())) {
        case PGRES_PIPELINE_SYNC:
            answer.kind = Answer::Kind::sync;
            break;
        case PGRES_PIPELINE_ABORTED:
            answer.kind = Answer::Kind::aborted;
            break;
        case PGRES_TUPLES_OK:
        case PGRES_COMMAND_OK:
            answer.kind = Answer::Kind::result;
            answer.tag = PQcmdStatus(result.get());
            answer.result = std::make_unique<LibpqResult>(std::move(result));
            break;
        default:
            answer.kind = Answer::Kind::failure;
            answer.failure = failure_of(result.get());
    }
    return answer;
}

}  // namespace marque::db
