#pragma once
// The way to data: a Handle is bound to one market, and through its role to that market's rows.
// Nothing else reaches SQL.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/market.h"
#include "core/refusal.h"
#include "core/task.h"
#include "db/codec.h"
#include "db/error.h"
#include "db/statement.h"

namespace marque::db {

/// Parameters in PostgreSQL's text format; nullopt is NULL.
using Parameters = std::vector<std::optional<std::string>>;

/// The owned answer of one statement.
class Result {
public:
    virtual ~Result() = default;
    [[nodiscard]] virtual int row_count() const = 0;
    [[nodiscard]] virtual int column_count() const = 0;
    /// nullopt for NULL; the view lives as long as the result.
    [[nodiscard]] virtual std::optional<std::string_view> cell(int row, int column) const = 0;
    /// Rows inserted, updated or deleted.
    [[nodiscard]] virtual std::int64_t affected() const = 0;
};
using ResultPtr = std::unique_ptr<Result>;

/// Turns row `row` into a Row: members by position, or a single scalar column.
template <class Row>
Row decode_row(const StatementInfo& statement, const Result& result, int row) {
    Row out{};
    if constexpr (Record<Row>) {
        int column = 0;
        for_each_member(
            out, [&](std::string_view, auto& member) { decode_cell(statement, result.cell(row, column++), member); });
    } else {
        decode_cell(statement, result.cell(row, 0), out);
    }
    return out;
}

template <class Row>
std::vector<Row> decode_rows(const StatementInfo& statement, const Result& result) {
    std::vector<Row> rows;
    rows.reserve(static_cast<std::size_t>(result.row_count()));
    for (int row = 0; row < result.row_count(); ++row) rows.push_back(decode_row<Row>(statement, result, row));
    return rows;
}

template <class... Params>
Parameters encode_parameters(const Params&... params) {
    Parameters out;
    out.reserve(sizeof...(Params));
    (out.push_back(encode_parameter(params)), ...);
    return out;
}

/// What one queued statement of a transaction will answer; readable after the next flush() or commit().
template <class Row>
class Pending {
public:
    Pending(const StatementInfo& statement, std::shared_ptr<ResultPtr> slot)
        : statement_(&statement), slot_(std::move(slot)) {}
    [[nodiscard]] std::vector<Row> rows() const { return decode_rows<Row>(*statement_, result()); }
    [[nodiscard]] std::optional<Row> find() const {
        if (result().row_count() == 0) return std::nullopt;
        return decode_row<Row>(*statement_, result(), 0);
    }
    /// Rows inserted, updated or deleted.
    [[nodiscard]] std::int64_t affected() const { return result().affected(); }

private:
    [[nodiscard]] const Result& result() const {
        check(*slot_ != nullptr, "the answer of a queued statement was read before flush() or commit()");
        return **slot_;
    }

    const StatementInfo* statement_;
    std::shared_ptr<ResultPtr> slot_;
};

/// What a queued statement without rows will answer.
class PendingCount {
public:
    explicit PendingCount(std::shared_ptr<ResultPtr> slot) : slot_(std::move(slot)) {}
    [[nodiscard]] std::int64_t affected() const {
        check(*slot_ != nullptr, "the count of a queued statement was read before flush() or commit()");
        return (*slot_)->affected();
    }

private:
    std::shared_ptr<ResultPtr> slot_;
};

/// A statement that is sent beside those a transaction was asked for; its rows are not read.
struct Companion {
    const StatementInfo* statement = nullptr;
    Parameters parameters;
};
template <class Row, class... Params>
Companion companion(const Statement<Row(Params...)>& statement, const std::type_identity_t<Params>&... params) {
    return {&statement, encode_parameters(params...)};
}

/// What every transaction of a handle begins and ends with that was asked for anything: part of that transaction and of
/// its round trips, so that neither is there without the other. Counted nowhere.
struct Bracket {
    Companion begins;
    Companion ends;
};

class TransactionCore;

/// A READ COMMITTED transaction on an exclusive connection. Statements are queued and leave together: a flush is one
/// round trip. Destroyed without commit() it is rolled back before the connection serves anybody else.
class Transaction {
public:
    Transaction(std::unique_ptr<TransactionCore> core, int* counter);
    Transaction(Transaction&&) noexcept;
    Transaction& operator=(Transaction&&) noexcept;
    ~Transaction();

    template <class Row, class... Params>
    Pending<Row> query(const Statement<Row(Params...)>& statement, const std::type_identity_t<Params>&... params) {
        return Pending<Row>{statement, queue(statement, encode_parameters(params...))};
    }
    template <class... Params>
    PendingCount execute(const Statement<void(Params...)>& statement, const std::type_identity_t<Params>&... params) {
        return PendingCount{queue(statement, encode_parameters(params...))};
    }
    /// Statements queued from here on are counted there instead; it must outlive the transaction.
    void count_in(int* counter) { counter_ = counter; }
    /// Sends what is queued (with BEGIN the first time) and waits for the answers. Throws Error for the first that
    /// failed; the transaction is then good for nothing but destruction.
    Task<void> flush();
    /// flush(), but refuses with `when_locked` where a row stays locked for longer than the lock timeout.
    Task<void> flush_or(const Refusal& when_locked);
    /// flush() with COMMIT behind it, still one round trip. Returns only when PostgreSQL said COMMIT without a warning.
    /// Throws Error (rolled back), or OutcomeUnknown.
    Task<void> commit();

private:
    std::shared_ptr<ResultPtr> queue(const StatementInfo& statement, Parameters parameters);
    std::unique_ptr<TransactionCore> core_;
    int* counter_;
};

class Pool;

/// Cheap to copy; belongs to the thread it was made on and must not outlive its Cluster.
class Handle {
public:
    Handle() = default;
    explicit Handle(Pool& pool) : pool_(&pool) {}

    [[nodiscard]] MarketCode market() const;
    /// The same handle, which adds each statement it is asked for to `counter`; the counter must outlive the handle's
    /// calls and its transactions. BEGIN and COMMIT are not counted.
    [[nodiscard]] Handle counted_by(int& counter) const {
        Handle handle = *this;
        handle.counter_ = &counter;
        return handle;
    }

    /// The same handle, all of whose writing is bracketed: its transactions, and its single statements that write.
    [[nodiscard]] Handle bracketed_by(std::shared_ptr<const Bracket> bracket) const {
        Handle handle = *this;
        handle.bracket_ = std::move(bracket);
        return handle;
    }

    /// All rows. Runs on a shared, pipelined connection, in a read-only transaction: PostgreSQL refuses writes and row
    /// locks there (25006), because a neighbour's error may run the statement again. Writes: write() and execute().
    template <class Row, class... Params>
    Task<std::vector<Row>> rows(const Statement<Row(Params...)>& statement,
                                const std::type_identity_t<Params>&... params) {
        return rows_of<Row>(statement, run(statement, encode_parameters(params...)));
    }
    /// The first row, or nothing.
    template <class Row, class... Params>
    Task<std::optional<Row>> find(const Statement<Row(Params...)>& statement,
                                  const std::type_identity_t<Params>&... params) {
        return first_of<Row>(statement, run(statement, encode_parameters(params...)));
    }
    /// The number of rows written. Single statements that write and may wait for a lock run on an exclusive connection.
    template <class... Params>
    Task<std::int64_t> execute(const Statement<void(Params...)>& statement,
                               const std::type_identity_t<Params>&... params) {
        return affected_of(run_exclusive(statement, encode_parameters(params...)));
    }
    /// Like rows() for a writing statement with RETURNING: runs on an exclusive connection.
    template <class Row, class... Params>
    Task<std::vector<Row>> write(const Statement<Row(Params...)>& statement,
                                 const std::type_identity_t<Params>&... params) {
        return rows_of<Row>(statement, run_exclusive(statement, encode_parameters(params...)));
    }
    /// Waits for an exclusive connection; BEGIN leaves with the first flush.
    Task<Transaction> begin();

private:
    // The coroutines are static and take everything by value, so a task may outlive the Handle it was asked of.
    template <class Row>
    static Task<std::vector<Row>> rows_of(const StatementInfo& statement, Task<ResultPtr> answer) {
        const ResultPtr result = co_await std::move(answer);
        co_return decode_rows<Row>(statement, *result);
    }
    template <class Row>
    static Task<std::optional<Row>> first_of(const StatementInfo& statement, Task<ResultPtr> answer) {
        const ResultPtr result = co_await std::move(answer);
        if (result->row_count() == 0) co_return std::nullopt;
        co_return decode_row<Row>(statement, *result, 0);
    }
    static Task<std::int64_t> affected_of(Task<ResultPtr> answer) {
        const ResultPtr result = co_await std::move(answer);
        co_return result->affected();
    }
    Task<ResultPtr> run(const StatementInfo& statement, Parameters parameters);
    Task<ResultPtr> run_exclusive(const StatementInfo& statement, Parameters parameters);
    void count() const {
        if (counter_ != nullptr) ++*counter_;
    }
    Pool* pool_ = nullptr;
    int* counter_ = nullptr;
    std::shared_ptr<const Bracket> bracket_;
};

}  // namespace marque::db
