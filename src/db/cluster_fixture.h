#pragma once
// For tests only: two markets in one scratch database, and a way to run coroutines to their end.

#include <memory>
#include <optional>
#include <string>

#include "db/cluster.h"
#include "db/scratch_postgres.h"

namespace marque::db {

inline MarketCode market_code(std::string_view text) { return MarketCode::parse(text).value(); }

struct Item {
    std::int64_t id;
    std::string name;
    std::optional<std::int64_t> on_hand;
};
RECORD(Item, id, name, on_hand);

namespace item_statements {
inline constexpr Statement<Item(std::int64_t)> by_id{"item.by_id", "SELECT id, name, on_hand FROM item WHERE id = $1"};
inline constexpr Statement<Item()> all{"item.all", "SELECT id, name, on_hand FROM item ORDER BY id"};
inline constexpr Statement<std::int64_t()> count{"item.count", "SELECT count(*) FROM item"};
inline constexpr Statement<std::int64_t(std::int64_t)> divide{"item.divide", "SELECT 100 / $1::bigint"};
inline constexpr Statement<std::string(std::int64_t)> sleep{"item.sleep",
                                                            "SELECT 'slept' FROM pg_sleep($1::bigint / 1000.0)"};
inline constexpr Statement<std::string()> role{"item.role", "SELECT current_user::text"};
inline constexpr Statement<std::int64_t()> backend{"item.backend", "SELECT pg_backend_pid()"};
inline constexpr Statement<std::int64_t()> broken{"item.broken", "SELECT nonsense FROM item"};
inline constexpr Statement<void(std::int64_t, std::string)> insert{
    "item.insert", "INSERT INTO item (market, id, name, on_hand) VALUES (upper(substr(current_user, 8)), $1, $2, 5)"};
inline constexpr Statement<Item(std::int64_t, std::int64_t)> take{
    "item.take", "UPDATE item SET on_hand = on_hand - $2 WHERE id = $1 RETURNING id, name, on_hand"};
inline constexpr Statement<void(std::int64_t)> forget{"item.forget", "DELETE FROM item WHERE id = $1"};
inline constexpr Statement<void(std::int64_t)> late{
    "item.late", "INSERT INTO late_check (item, market) VALUES ($1, upper(substr(current_user, 8)))"};
}  // namespace item_statements

/// A fresh table, a fresh cluster and an io_context for each test case.
class ClusterFixture {
public:
    explicit ClusterFixture(PoolLimits limits = {});
    ~ClusterFixture();
    ClusterFixture(const ClusterFixture&) = delete;
    ClusterFixture& operator=(const ClusterFixture&) = delete;

    Handle kg() { return cluster.market(market_code("kg")); }
    Handle us() { return cluster.market(market_code("us")); }

    /// Runs a task to its end and returns what it returns or throws what it throws.
    template <class T>
    T run(Task<T> task) {
        std::optional<T> value;
        run(store(std::move(task), value));
        return std::move(*value);
    }
    void run(Task<void> task);

    static ScratchPostgres& postgres() { return ScratchPostgres::instance(); }

private:
    template <class T>
    static Task<void> store(Task<T> task, std::optional<T>& out) {
        T value = co_await std::move(task);
        out = std::move(value);
    }
    std::unique_ptr<boost::asio::io_context> owned_context_;

public:
    boost::asio::io_context& context;
    Cluster cluster;
};

}  // namespace marque::db
