// Markets added to a running thread: served at once, within the budget, and without harm to statements under way.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "db/cluster_fixture.h"

namespace marque::db {

using namespace item_statements;
namespace asio = boost::asio;

namespace {

/// The role of a third market on the fixture's table.
void make_third_market(const ScratchPostgres& postgres) {
    if (postgres.sql("SELECT to_regrole('marque_kz')").empty()) postgres.sql("CREATE ROLE marque_kz");
    postgres.sql(R"(
        CREATE POLICY kz ON item TO marque_kz USING (market = 'KZ') WITH CHECK (market = 'KZ');
        GRANT SELECT, INSERT, UPDATE, DELETE ON item TO marque_kz;
        INSERT INTO item VALUES ('KZ', 1, 'kz item 1', 3))");
}

Task<void> hold(Handle handle, int& left, int& done) {
    const auto slept = co_await handle.write(sleep, 100);
    if (slept.front() == "slept") ++done;
    --left;
}

Task<void> read_all(Handle handle, std::size_t expected, int& left, int& right) {
    const auto items = co_await handle.rows(all);
    if (items.size() == expected) ++right;
    --left;
}

}  // namespace

TEST_CASE("a database's connections are divided among markets and threads, never more than the budget") {
    for (const int budget : {4, 7, 13, 25, 40, 100, 1'000}) {
        for (const int threads : {1, 2, 4, 16}) {
            for (const int markets : {1, 2, 3, 5, 8}) {
                const PoolShare share = share_of({.connections_per_database = budget}, threads, markets);
                const int whole = (share.shared + share.exclusive) * threads * markets + 2;
                INFO(budget << " connections, " << threads << " threads, " << markets << " markets");
                CHECK(share.shared >= 1);
                CHECK(share.exclusive >= 1);
                CHECK((whole <= budget) == !share.over_budget);
            }
        }
    }
}

TEST_CASE("[R10] a market added to a busy cluster is served, and its neighbours make room for it") {
    // Two markets: two shared connections and four exclusive ones each; three: two and two.
    ClusterFixture fixture{{.connections_per_database = 14}};
    make_third_market(fixture.postgres());
    int left = 0;
    int right = 0;
    const auto spawn = [&](auto task) {
        ++left;
        asio::co_spawn(fixture.context, std::move(task), asio::detached);
    };
    // Every exclusive connection is in use while the third market comes, and many reads wait in the pipelines.
    for (int i = 0; i < 8; ++i) spawn(hold(i % 2 == 0 ? fixture.kg() : fixture.us(), left, right));
    for (int i = 0; i < 200; ++i) spawn(read_all(fixture.kg(), 4, left, right));
    while (fixture.cluster.figures().open < 10) fixture.context.run_one();
    const auto before = fixture.cluster.markets();
    fixture.cluster.add_market(market_code("kz"), fixture.postgres().url());
    CHECK(before.size() == 2);
    CHECK(fixture.cluster.markets().size() == 3);
    CHECK(fixture.cluster.same_database(market_code("kz"), market_code("us")));
    for (int i = 0; i < 8; ++i) spawn(hold(fixture.cluster.market(market_code("kz")), left, right));
    for (int i = 0; i < 20; ++i) spawn(read_all(fixture.cluster.market(market_code("kz")), 1, left, right));
    while (left > 0) fixture.context.run_one();
    CHECK(right == 236);
    CHECK(fixture.cluster.figures().open <= 12);
}

}  // namespace marque::db
