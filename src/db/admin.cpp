// AdminConnection over libpq's blocking calls, and the comparison of statements with what PostgreSQL makes of them.
#include "db/admin.h"

#include <fmt/format.h>

#include "core/check.h"
#include "core/text.h"
#include "db/connect.h"
#include "db/script.h"

namespace marque::db {
namespace {

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ClearResult>;

/// The owned answer of a blocking statement.
class AdminResult final : public Result {
public:
    explicit AdminResult(PgResult result) : result_(std::move(result)) {}
    [[nodiscard]] int row_count() const override { return PQntuples(result_.get()); }
    [[nodiscard]] int column_count() const override { return PQnfields(result_.get()); }
    [[nodiscard]] std::optional<std::string_view> cell(int row, int column) const override {
        if (PQgetisnull(result_.get(), row, column) != 0) return std::nullopt;
        return std::string_view{PQgetvalue(result_.get(), row, column),
                                static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
    }
    [[nodiscard]] std::int64_t affected() const override {
        return parse_integer(PQcmdTuples(result_.get())).value_or(0);
    }

private:
    PgResult result_;
};

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? "" : text;
}

bool failed(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

/// PostgreSQL's message with its detail and hint, which say most to the person who runs a migration.
std::string message_of(const PGresult* result) {
    std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    for (const auto& [code, label] :
         {std::pair{PG_DIAG_MESSAGE_DETAIL, "detail"}, std::pair{PG_DIAG_MESSAGE_HINT, "hint"}}) {
        const std::string text = field(result, code);
        if (!text.empty()) message += fmt::format(" ({}: {})", label, text);
    }
    return message;
}

[[noreturn]] void fail(PGconn* connection, const PGresult* result, std::string_view statement,
                       const std::string& place) {
    if (PQstatus(connection) == CONNECTION_BAD || result == nullptr || field(result, PG_DIAG_SQLSTATE).empty()) {
        throw Unavailable(fmt::format("the connection to the database broke: {}", trimmed(PQerrorMessage(connection))));
    }
    throw Error(std::string{statement}, field(result, PG_DIAG_SQLSTATE), place + message_of(result),
                field(result, PG_DIAG_CONSTRAINT_NAME));
}

int line_of_failure(const PGresult* result, std::string_view sql, int statements_done) {
    const auto position = parse_integer(field(result, PG_DIAG_STATEMENT_POSITION));
    if (position) return line_of_position(sql, static_cast<int>(*position));
    return line_of_statement(sql, statements_done);
}

std::vector<const char*> values_of(const Parameters& parameters) {
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const auto& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
    return values;
}

}  // namespace

struct AdminConnection::State {
    PgConnection connection;
    AdminPatience patience;

    [[nodiscard]] PGconn* get() const { return connection.get(); }

    [[nodiscard]] PgResult next() const {
        const bool patient = patience.silence.count() == 0;
        if (!patient && !wait_for_answer(get(), patience.silence, patience.stop)) {
            throw Unavailable("the database did not answer in time");
        }
        return PgResult{PQgetResult(get())};
    }

    /// Statements to the end; the first failure is thrown when all has been read, so the connection stays usable.
    void run(const std::string& sql) const {
        if (PQsendQuery(get(), sql.c_str()) == 0) fail(get(), nullptr, "script", "");
        PgResult failure;
        int done = 0;
        while (PgResult result = next()) {
            if (failed(result.get())) {
                failure = std::move(result);
            } else if (!failure && PQresultStatus(result.get()) != PGRES_EMPTY_QUERY) {
                ++done;
            }
        }
        if (!failure) return;
        const bool several_lines = sql.find('\n') != std::string::npos;
        const int line = several_lines ? line_of_failure(failure.get(), sql, done) : 0;
        fail(get(), failure.get(), "script", several_lines ? fmt::format("line {}: ", line) : "");
    }

    [[nodiscard]] PgResult query(const StatementInfo& statement, const Parameters& parameters,
                                 int result_format = 0) const {
        const auto values = values_of(parameters);
        const std::string sql{statement.sql};
        const int sent = PQsendQueryParams(get(), sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                                           nullptr, nullptr, result_format);
        if (sent == 0) fail(get(), nullptr, statement.name, "");
        PgResult result;
        while (PgResult more = next()) result = std::move(more);
        if (!result || failed(result.get())) fail(get(), result.get(), statement.name, "");
        return result;
    }
};

AdminConnection::AdminConnection(const std::string& url) : AdminConnection(url, {}) {}

AdminConnection::AdminConnection(const std::string& url, AdminPatience patience) : state_(std::make_unique<State>()) {
    state_->connection = connect_or_explain(url, patience.connect);
    state_->patience = std::move(patience);
    // Compiling a plan takes longer than any of ours runs.
    state_->run("SET TIME ZONE 'UTC'; SET datestyle TO 'ISO'; SET client_min_messages TO warning; SET jit TO off");
}
AdminConnection::~AdminConnection() = default;
AdminConnection::AdminConnection(AdminConnection&&) noexcept = default;

void AdminConnection::become(std::string_view role_suffix) {
    if (role_suffix.empty()) {
        state_->run("RESET ROLE");
        return;
    }
    const std::string suffix = lowered(role_suffix);
    for (const char c : suffix) check(c >= 'a' && c <= 'z', "a role's name consists of letters");
    state_->run(fmt::format("SET ROLE \"marque_{}\"", suffix));
}

void AdminConnection::run(const std::string& sql) { state_->run(sql); }

std::int64_t AdminConnection::copy(const std::string& query, AdminConnection& to, const std::string& table) {
    const std::string out = fmt::format("COPY ({}) TO STDOUT (FORMAT binary)", query);
    const std::string in = fmt::format("COPY {} FROM STDIN (FORMAT binary)", table);
    const PgResult reading{PQexec(state_->get(), out.c_str())};
    if (!reading || failed(reading.get())) fail(state_->get(), reading.get(), "copy", "");
    const PgResult writing{PQexec(to.state_->get(), in.c_str())};
    if (!writing || failed(writing.get())) fail(to.state_->get(), writing.get(), "copy", "");
    struct FreeMemory {
        void operator()(char* memory) const { PQfreemem(memory); }
    };
    bool taken = true;
    while (taken) {
        char* piece = nullptr;
        const int size = PQgetCopyData(state_->get(), &piece, 0);
        const std::unique_ptr<char, FreeMemory> owned{piece};
        if (size <= 0) break;
        taken = PQputCopyData(to.state_->get(), piece, size) == 1;
    }
    const PgResult read{PQgetResult(state_->get())};
    const bool whole = taken && read && PQresultStatus(read.get()) == PGRES_COMMAND_OK;
    PQputCopyEnd(to.state_->get(), whole ? nullptr : "the source ended early");
    const PgResult written{PQgetResult(to.state_->get())};
    // Both sides are read to their end, so that the connections stay usable whichever failed.
    while (PgResult{PQgetResult(state_->get())}) {
    }
    while (PgResult{PQgetResult(to.state_->get())}) {
    }
    if (!whole) fail(state_->get(), read.get(), "copy", "");
    if (!written || failed(written.get())) fail(to.state_->get(), written.get(), "copy", "");
    return parse_integer(PQcmdTuples(written.get())).value_or(0);
}

ResultPtr AdminConnection::query(const StatementInfo& statement, const Parameters& parameters) {
    return std::make_unique<AdminResult>(state_->query(statement, parameters));
}

ResultPtr AdminConnection::query_binary(const StatementInfo& statement, const Parameters& parameters) {
    return std::make_unique<AdminResult>(state_->query(statement, parameters, 1));
}

void AdminConnection::stream_results(const StatementInfo& statement, const Parameters& parameters,
                                     const std::function<void(const Result&)>& take) {
    const auto values = values_of(parameters);
    const std::string sql{statement.sql};
    const bool sent = PQsendQueryParams(state_->get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                        values.data(), nullptr, nullptr, 0) == 1 &&
                      PQsetSingleRowMode(state_->get()) == 1;
    if (!sent) fail(state_->get(), nullptr, statement.name, "");
    PgResult failure;
    while (PgResult result = state_->next()) {
        if (failed(result.get())) {
            failure = std::move(result);
        } else if (PQresultStatus(result.get()) == PGRES_SINGLE_TUPLE) {
            take(AdminResult{std::move(result)});
        }
    }
    if (failure) fail(state_->get(), failure.get(), statement.name, "");
}

AdminConnection::Described AdminConnection::describe(const StatementInfo& statement) {
    const std::string sql{statement.sql};
    const PgResult prepared{PQprepare(state_->get(), "", sql.c_str(), 0, nullptr)};
    if (!prepared || failed(prepared.get())) fail(state_->get(), prepared.get(), statement.name, "");
    const PgResult described{PQdescribePrepared(state_->get(), "")};
    if (!described || failed(described.get())) fail(state_->get(), described.get(), statement.name, "");
    std::vector<std::int64_t> types;
    for (int i = 0; i < PQnparams(described.get()); ++i) types.push_back(PQparamtype(described.get(), i));
    const auto parameter_count = static_cast<std::ptrdiff_t>(types.size());
    Described out;
    for (int i = 0; i < PQnfields(described.get()); ++i) {
        types.push_back(PQftype(described.get(), i));
        out.column_names.emplace_back(PQfname(described.get(), i));
    }
    static constexpr Statement<std::string(std::vector<std::int64_t>)> names{
        "db.type_names",
        "SELECT format_type(oid, NULL) FROM unnest($1::bigint[]) WITH ORDINALITY AS type(oid, place) ORDER BY place"};
    const std::vector<std::string> type_names = rows(names, types);
    out.parameter_types.assign(type_names.begin(), type_names.begin() + parameter_count);
    out.column_types.assign(type_names.begin() + parameter_count, type_names.end());
    return out;
}

void compare_type(std::vector<std::string>& problems, std::string_view place, std::string_view type,
                  const std::vector<std::string_view>& allowed) {
    if (std::ranges::find(allowed, type) != allowed.end()) return;
    problems.push_back(
        fmt::format("{} is {} in PostgreSQL, but its C++ type stands for {}", place, type, allowed.front()));
}

void compare_count(std::vector<std::string>& problems, std::string_view what, std::size_t there, std::size_t here) {
    if (there == here) return;
    problems.push_back(fmt::format("PostgreSQL sees {} {}, C++ declares {}", there, what, here));
}

}  // namespace marque::db
