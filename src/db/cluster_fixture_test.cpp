// What every test of pools starts from: two roles, one table with row-level security, and the loop that runs tasks.
#include "db/cluster_fixture.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>

namespace marque::db {

namespace {

Layout fresh_layout() {
    const ScratchPostgres& postgres = ScratchPostgres::instance();
    for (const std::string role : {"marque_kg", "marque_us"}) {  // other tests make them, too
        if (postgres.sql("SELECT to_regrole('" + role + "')").empty()) postgres.sql("CREATE ROLE " + role);
    }
    postgres.sql(R"(
        DROP TABLE IF EXISTS late_check, item;
        CREATE TABLE item (market text NOT NULL, id bigint NOT NULL, name text NOT NULL,
            on_hand bigint CONSTRAINT item_on_hand_not_negative CHECK (on_hand >= 0),
            CONSTRAINT item_key PRIMARY KEY (market, id));
        CREATE TABLE late_check (market text NOT NULL, item bigint NOT NULL,
            CONSTRAINT late_check_item FOREIGN KEY (market, item) REFERENCES item (market, id)
                DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO item SELECT 'KG', n, 'kg item ' || n, n FROM generate_series(1, 3) n;
        INSERT INTO item VALUES ('KG', 4, 'kg item without stock', NULL), ('US', 1, 'us item 1', 7);
        ALTER TABLE item ENABLE ROW LEVEL SECURITY;
        ALTER TABLE item FORCE ROW LEVEL SECURITY;
        CREATE POLICY kg ON item TO marque_kg USING (market = 'KG') WITH CHECK (market = 'KG');
        CREATE POLICY us ON item TO marque_us USING (market = 'US') WITH CHECK (market = 'US');
        GRANT SELECT, INSERT, UPDATE, DELETE ON item, late_check TO marque_kg, marque_us)");
    return Layout{.databases = {{.url = postgres.url(), .markets = {market_code("kg"), market_code("us")}}}};
}

}  // namespace

ClusterFixture::ClusterFixture(PoolLimits limits)
    : owned_context_(std::make_unique<boost::asio::io_context>()),
      context(*owned_context_),
      cluster(context, fresh_layout(), limits, 1) {}

ClusterFixture::~ClusterFixture() {
    cluster.close();
    context.restart();
    context.poll();
}

void ClusterFixture::run(Task<void> task) {
    context.restart();  // a poll() that found nothing left to do has stopped it
    bool done = false;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr error) {
        done = true;
        failure = error;
    });
    while (!done) context.run_one();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace marque::db
