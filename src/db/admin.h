#pragma once
// Work done before or beside serving: migrations, seeding, roles. Blocking calls on a connection of their own.

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "db/binary_rows.h"
#include "db/cluster.h"

namespace marque::db {

/// Parts of AdminConnection::disagreements(): each adds a sentence where the two sides differ.
void compare_type(std::vector<std::string>& problems, std::string_view place, std::string_view type,
                  const std::vector<std::string_view>& allowed);
void compare_count(std::vector<std::string>& problems, std::string_view what, std::size_t there, std::size_t here);

/// How long a blocking connection waits. A command waits as long as its work takes; a thread of the server must not.
struct AdminPatience {
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds silence{0};  // of PostgreSQL before and in the middle of an answer; 0: any
    std::stop_token stop{};                // ends the waiting, where `silence` is set
};

/// A blocking connection as the URL's own user (the owner), or in a market's role after become().
class AdminConnection {
public:
    /// Throws Unavailable with a message that says what to check (S4's troubleshooting list: refused, wrong password,
    /// no such database, SSL required or not offered).
    explicit AdminConnection(const std::string& url);
    /// A connection whose patience has ended (Unavailable) is good for nothing but destruction.
    AdminConnection(const std::string& url, AdminPatience patience);
    ~AdminConnection();
    AdminConnection(AdminConnection&&) noexcept;

    /// SET ROLE marque_<market>; "shared" for rows of market ALL; "" back to the owner. A session can RESET ROLE:
    /// the role guards against queries that forget their market, not against somebody who can send SQL of their own.
    void become(std::string_view role_suffix);
    /// One or more statements without parameters. Throws Error; its message names the line in a text of several.
    void run(const std::string& sql);
    /// Streams what `query` selects here into `table` there (COPY in binary, so both need the same column types); the
    /// rows' number. Throws Error of either side.
    std::int64_t copy(const std::string& query, AdminConnection& to, const std::string& table);
    /// One statement with parameters. Throws Error.
    ResultPtr query(const StatementInfo& statement, const Parameters& parameters);
    /// The same with cells in PostgreSQL's binary format, which costs neither side a number's text.
    ResultPtr query_binary(const StatementInfo& statement, const Parameters& parameters);

    template <class Row, class... Params>
    std::vector<Row> rows(const Statement<Row(Params...)>& statement, const std::type_identity_t<Params>&... params) {
        const ResultPtr result = query(statement, encode_parameters(params...));
        return decode_rows<Row>(statement, *result);
    }
    /// Rows in bulk: their texts are views into the answer, which is kept beside them.
    template <class Row, class... Params>
    BinaryRows<Row> binary_rows(const Statement<Row(Params...)>& statement,
                                const std::type_identity_t<Params>&... params) {
        return BinaryRows<Row>{statement, query_binary(statement, encode_parameters(params...))};
    }
    /// Rows one after the other as PostgreSQL makes them, all of one moment: memory holds one, however many there are.
    /// `take` must not use this connection; where it throws, the connection is good for nothing but destruction.
    template <class Row, class... Params>
    void stream(const Statement<Row(Params...)>& statement, const std::function<void(Row)>& take,
                const std::type_identity_t<Params>&... params) {
        stream_results(statement, encode_parameters(params...),
                       [&](const Result& result) { take(decode_row<Row>(statement, result, 0)); });
    }
    template <class... Params>
    std::int64_t execute(const Statement<void(Params...)>& statement, const std::type_identity_t<Params>&... params) {
        return query(statement, encode_parameters(params...))->affected();
    }
    /// Prepares the statement and compares parameter and column counts, names and types with the C++ declaration.
    /// Returns what disagrees, empty when nothing does.
    template <class Row, class... Params>
    std::vector<std::string> disagreements(const Statement<Row(Params...)>& statement) {
        std::vector<std::string> problems;
        Described described;
        try {
            described = describe(statement);
        } catch (const Error& error) {
            return {error.what()};
        }
        compare_parameters<Params...>(problems, described.parameter_types);
        if constexpr (Record<Row>) {
            compare_members<Row>(problems, described);
        } else if constexpr (!std::is_void_v<Row>) {
            compare_count(problems, "columns", described.column_types.size(), 1);
            if (!described.column_types.empty()) {
                compare_type(problems, "column 1", described.column_types.front(), column_types<Row>());
            }
        }
        return problems;
    }

private:
    void stream_results(const StatementInfo& statement, const Parameters& parameters,
                        const std::function<void(const Result&)>& take);
    struct Described {
        std::vector<std::string> parameter_types;
        std::vector<std::string> column_names;
        std::vector<std::string> column_types;
    };
    Described describe(const StatementInfo& statement);

    template <class... Params>
    static void compare_parameters(std::vector<std::string>& problems, const std::vector<std::string>& types) {
        compare_count(problems, "parameters", types.size(), sizeof...(Params));
        const std::vector<std::vector<std::string_view>> allowed{column_types<Params>()...};
        for (std::size_t i = 0; i < std::min(types.size(), allowed.size()); ++i) {
            compare_type(problems, "$" + std::to_string(i + 1), types[i], allowed[i]);
        }
    }
    template <Record Row>
    static void compare_members(std::vector<std::string>& problems, const Described& described) {
        std::size_t column = 0;
        Row row{};
        for_each_member(row, [&]<class Member>(std::string_view name, Member&) {
            const std::size_t i = column++;
            if (i >= described.column_names.size()) return;
            if (name != described.column_names[i]) {
                problems.push_back("column " + std::to_string(i + 1) + " is named " + described.column_names[i] +
                                   ", the member " + std::string{name});
            }
            compare_type(problems, "column " + std::string{name}, described.column_types[i], column_types<Member>());
        });
        compare_count(problems, "columns", described.column_names.size(), column);
    }

    struct State;
    std::unique_ptr<State> state_;
};

/// One embedded migration file pair; numbers are unique over all features.
struct Migration {
    int number;
    std::string_view name;     // "0003_catalog"
    std::string_view feature;  // the folder it stands in
    std::string_view up;
    std::string_view down;
    std::string_view checksum;  // SHA-256 of up, hexadecimal
};

/// All migrations of the binary in order of number (generated by CMake from src/features/*/migrations).
[[nodiscard]] std::span<const Migration> embedded_migrations();

struct MigrationState {
    int number;
    std::string name;
    bool applied;
    bool checksum_differs;  // the file was changed after it had been applied
};

/// Applies what is missing, each file in a transaction of its own, under an advisory lock. Refuses when an applied file
/// changed or when the database is newer than the binary. Returns the names applied.
std::vector<std::string> migrate_up(AdminConnection& connection, std::span<const Migration> migrations);
/// Undoes the newest applied one; returns its name, or nothing when there was none. Refuses (std::runtime_error) what
/// applying it again would not bring back, unless data may be lost.
std::optional<std::string> migrate_down_one(AdminConnection& connection, std::span<const Migration> migrations,
                                            bool may_lose_data = false);
std::vector<MigrationState> migration_status(AdminConnection& connection, std::span<const Migration> migrations);
/// Creates the roles marque_<market> and marque_shared where missing, grants them to the connection's user, and gives
/// every table that has a `market` column its policies (calls marque_provision_market(), see migration 0001).
void provision_market(AdminConnection& connection, MarketCode market);

}  // namespace marque::db
