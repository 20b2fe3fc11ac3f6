// Reads over shared connections: typing, isolation of markets and neighbours, limits, and recovery.
#include "db/cluster.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "db/cluster_fixture.h"

namespace marque::db {

using namespace item_statements;
namespace asio = boost::asio;

namespace {

struct Tally {
    int right = 0;
    int refused = 0;
    int unavailable = 0;
    std::string last;
    int total() const { return right + refused + unavailable; }
};

Task<void> read_one(Handle handle, std::int64_t id, Tally& tally) {
    try {
        const auto item = co_await handle.find(by_id, id);
        if (item && item->id == id) ++tally.right;
    } catch (const Unavailable& unavailable) {
        ++tally.unavailable;
        tally.last = unavailable.what();
    }
}

Task<void> divide_by(Handle handle, std::int64_t divisor, Tally& tally) {
    try {
        const auto quotient = co_await handle.find(divide, divisor);
        if (quotient == 100 / divisor) ++tally.right;
    } catch (const Error& error) {
        if (error.sqlstate == "22012" && error.statement == "item.divide") ++tally.refused;
    } catch (const Unavailable&) {
        ++tally.unavailable;
    }
}

std::string sqlstate_of(ClusterFixture& fixture, auto task) {
    try {
        fixture.run(std::move(task));
    } catch (const Error& error) {
        return error.sqlstate;
    }
    return "no error";
}

}  // namespace

TEST_CASE("rows come back typed, NULL as nothing") {
    ClusterFixture fixture;
    const auto items = fixture.run(fixture.kg().rows(all));
    REQUIRE(items.size() == 4);
    CHECK(items[1].name == "kg item 2");
    CHECK(items[1].on_hand == 2);
    CHECK(items[3].on_hand == std::nullopt);
    CHECK(!fixture.run(fixture.kg().find(by_id, 99)));
}

TEST_CASE("a handle works as its market's role and sees nothing else") {
    ClusterFixture fixture;
    CHECK(fixture.run(fixture.kg().find(role)) == "marque_kg");
    CHECK(fixture.run(fixture.us().find(role)) == "marque_us");
    CHECK(fixture.run(fixture.kg().find(count)) == 4);
    CHECK(fixture.run(fixture.us().find(count)) == 1);
    CHECK(fixture.cluster.same_database(market_code("kg"), market_code("us")));
    CHECK(fixture.kg().market() == market_code("kg"));
    CHECK(!fixture.cluster.has(market_code("kz")));
}

TEST_CASE("a role that row-level security does not bind is refused") {
    ClusterFixture fixture;
    fixture.postgres().sql("ALTER ROLE marque_kg BYPASSRLS");
    try {
        fixture.run(fixture.kg().rows(all));
        FAIL("expected Unavailable");
    } catch (const Unavailable& unavailable) {
        CHECK(std::string_view{unavailable.what()}.find("BYPASSRLS") != std::string_view::npos);
    }
    fixture.postgres().sql("ALTER ROLE marque_kg NOBYPASSRLS");
}

TEST_CASE("errors do not touch their neighbours in the pipeline") {
    ClusterFixture fixture{{.shared_per_thread = 1}};
    Tally tally;
    for (int i = 0; i < 300; ++i) {
        const std::int64_t divisor = i % 3 == 0 ? 0 : i;
        asio::co_spawn(fixture.context, divide_by(fixture.kg(), divisor, tally), asio::detached);
    }
    while (tally.total() < 300) fixture.context.run_one();
    CHECK(tally.right == 200);
    CHECK(tally.refused == 100);
}

TEST_CASE("a statement that cannot be prepared fails alone, each time with its own error") {
    ClusterFixture fixture{{.shared_per_thread = 1}};
    Tally tally;
    asio::co_spawn(fixture.context, read_one(fixture.kg(), 1, tally), asio::detached);
    CHECK(sqlstate_of(fixture, fixture.kg().find(broken)) == "42703");
    asio::co_spawn(fixture.context, read_one(fixture.kg(), 2, tally), asio::detached);
    CHECK(sqlstate_of(fixture, fixture.kg().find(broken)) == "42703");
    while (tally.total() < 2) fixture.context.run_one();
    CHECK(tally.right == 2);
}

TEST_CASE("a thousand reads at once share two connections") {
    ClusterFixture fixture{{.shared_per_thread = 2}};
    Tally tally;
    for (int i = 0; i < 1'000; ++i) {
        asio::co_spawn(fixture.context, read_one(fixture.kg(), 1 + i % 3, tally), asio::detached);
    }
    while (tally.total() < 1'000) fixture.context.run_one();
    CHECK(tally.right == 1'000);
    CHECK(fixture.cluster.figures().open == 2);
    CHECK(fixture.cluster.figures().runs_by_statement["item.by_id"] == 1'000);
}

TEST_CASE("beyond the queue's limit reads are turned away at once") {
    ClusterFixture fixture{{.shared_per_thread = 1, .queue_max = 10}};
    fixture.run(fixture.kg().find(count));
    Tally tally;
    for (int i = 0; i < 100; ++i) asio::co_spawn(fixture.context, read_one(fixture.kg(), 1, tally), asio::detached);
    while (tally.total() < 100) fixture.context.run_one();
    CHECK(tally.right == 74);  // 64 under way and 10 waiting
    CHECK(tally.unavailable == 26);
    CHECK(tally.last == "database: queue full");
}

TEST_CASE("shared connections refuse to write") {
    ClusterFixture fixture;
    CHECK(sqlstate_of(fixture, fixture.kg().rows(take, 1, 1)) == "25006");
    CHECK(fixture.run(fixture.kg().write(take, 1, 1)).at(0).on_hand == 0);
}

TEST_CASE("a statement beyond its time is cut off, and its neighbours are not") {
    ClusterFixture fixture{{.shared_per_thread = 1, .statement_timeout_ms = 100}};
    Tally tally;
    asio::co_spawn(fixture.context, read_one(fixture.kg(), 1, tally), asio::detached);
    CHECK(sqlstate_of(fixture, fixture.kg().find(sleep, 5'000)) == "57014");
    asio::co_spawn(fixture.context, read_one(fixture.kg(), 2, tally), asio::detached);
    while (tally.total() < 2) fixture.context.run_one();
    CHECK(tally.right == 2);
}

TEST_CASE("reads survive the end of their connection") {
    ClusterFixture fixture{{.shared_per_thread = 1}};
    for (int round = 0; round < 3; ++round) {
        const auto pid = fixture.run(fixture.kg().find(backend)).value();
        Tally tally;
        for (int i = 0; i < 50; ++i) asio::co_spawn(fixture.context, read_one(fixture.kg(), 1, tally), asio::detached);
        // Some statements are under way when their backend is told to end.
        fixture.context.poll();
        fixture.postgres().sql("SELECT pg_terminate_backend(" + std::to_string(pid) + ", 5000)");
        while (tally.total() < 50) fixture.context.run_one();
        CHECK(tally.right == 50);
    }
}

TEST_CASE("a slow read is run once more when its backend is ended") {
    ClusterFixture fixture{{.shared_per_thread = 1}};
    const auto pid = fixture.run(fixture.kg().find(backend)).value();
    std::optional<std::string> answer;
    Handle kg = fixture.kg();  // the coroutine refers to it until it ends
    asio::co_spawn(fixture.context, kg.find(sleep, 300),
                   [&](std::exception_ptr, std::optional<std::string> slept) { answer = std::move(slept); });
    const auto sleeps =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = " + std::to_string(pid);
    while (fixture.postgres().sql(sleeps) != "1") fixture.context.poll();
    fixture.postgres().sql("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
    while (!answer) fixture.context.run_one();
    CHECK(answer == "slept");
}

TEST_CASE("a changed table gets new connections, unseen by the reader") {
    ClusterFixture fixture;
    using Any = Statement<std::int64_t(std::int64_t)>;
    static constexpr Any star{"item.star", "SELECT * FROM (SELECT on_hand FROM item WHERE id = $1) x"};
    static constexpr Statement<std::string()> whole{"item.whole", "SELECT * FROM plan"};
    fixture.postgres().sql(
        "DROP TABLE IF EXISTS plan; CREATE TABLE plan (a text); INSERT INTO plan VALUES ('x');"
        "GRANT SELECT ON plan TO marque_kg");
    CHECK(fixture.run(fixture.kg().find(star, 2)) == 2);
    for (int i = 0; i < 4; ++i) CHECK(fixture.run(fixture.kg().find(whole)) == "x");
    CHECK(fixture.run(fixture.kg().write(whole)).size() == 1);
    fixture.postgres().sql("ALTER TABLE plan ADD b int");
    CHECK(fixture.run(fixture.kg().find(whole)) == "x");
    fixture.postgres().sql("ALTER TABLE plan ADD c int");
    CHECK(fixture.run(fixture.kg().write(whole)).size() == 1);
}

TEST_CASE("a restarted database is found again, and while it is away the answer is quick") {
    ClusterFixture fixture;
    CHECK(fixture.run(fixture.kg().find(count)) == 4);
    CHECK(fixture.run(fixture.kg().write(take, 1, 1)).size() == 1);
    fixture.postgres().stop();
    const auto before = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) {
        CHECK_THROWS_AS(fixture.run(fixture.kg().find(count)), Unavailable);
        CHECK_THROWS_AS(fixture.run(fixture.kg().write(take, 2, 1)), Unavailable);
    }
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds{1});
    fixture.postgres().start();
    const auto back = std::chrono::steady_clock::now();
    std::optional<std::int64_t> answer;
    while (!answer && std::chrono::steady_clock::now() - back < std::chrono::seconds{1}) {
        try {
            answer = fixture.run(fixture.kg().find(count));
        } catch (const Unavailable&) {
            fixture.context.poll();
        }
    }
    CHECK(answer == 4);
    CHECK(fixture.run(fixture.kg().write(take, 2, 1)).size() == 1);
}

TEST_CASE("closing answers everybody who waits") {
    ClusterFixture fixture{{.shared_per_thread = 1}};
    fixture.run(fixture.kg().find(count));
    Tally tally;
    for (int i = 0; i < 200; ++i) asio::co_spawn(fixture.context, read_one(fixture.kg(), 1, tally), asio::detached);
    fixture.context.poll_one();
    fixture.cluster.close();
    fixture.context.restart();
    while (tally.total() < 200 && fixture.context.poll_one() > 0) continue;
    CHECK(tally.total() == 200);
    CHECK(tally.unavailable == 200);
    CHECK(fixture.cluster.figures().open == 0);
}

TEST_CASE("a NUL in a parameter is refused, not cut off") {
    ClusterFixture fixture;
    CHECK(sqlstate_of(fixture, fixture.kg().execute(insert, 9, std::string("a\0b", 3))) == "22021");
}

}  // namespace marque::db
