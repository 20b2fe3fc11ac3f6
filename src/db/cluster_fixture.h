#pragma once
// For tests only: two markets in one scratch database, and a way to run coroutines to their end.

#include <exception>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

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
inline constexpr Statement<std::string(std::int64_t)> sleep{
    "item.sleep", "SELECT 'slept' FROM pg_sleep($1::bigint / 1000.0)"};
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
    explicit ClusterFixture(PoolLimits limits = {}) : cluster(context, layout(), limits, 1) {}
    ~ClusterFixture() {
        cluster.close();
        context.restart();
        context.poll();
    }

    Handle kg() { return cluster.market(market_code("kg")); }
    Handle us() { return cluster.market(market_code("us")); }

    template <class T>
    T run(Task<T> task) {
        bool done = false;
        std::exception_ptr failure;
        std::optional<T> value;
        boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr error, T result) {
            done = true;
            failure = error;
            value = std::move(result);
        });
        while (!done) context.run_one();
        if (failure) std::rethrow_exception(failure);
        return std::move(*value);
    }
    void run(Task<void> task) {
        bool done = false;
        std::exception_ptr failure;
        boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr error) {
            done = true;
            failure = error;
        });
        while (!done) context.run_one();
        if (failure) std::rethrow_exception(failure);
    }

    static ScratchPostgres& postgres() { return ScratchPostgres::instance(); }
    static Layout layout();

    boost::asio::io_context context;
    Cluster cluster;
};

}  // namespace marque::db
