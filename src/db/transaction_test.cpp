// Transactions on exclusive connections: commit, rollback, errors by constraint, timeouts, and unknown outcomes.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "db/cluster_fixture.h"

namespace marque::db {

using namespace item_statements;
namespace asio = boost::asio;

namespace {

Task<std::int64_t> insert_two(Handle handle, bool commit) {
    Transaction transaction = co_await handle.begin();
    const PendingCount inserted = transaction.execute(insert, 10, "ten");
    co_await transaction.flush();
    const auto taken = transaction.query(take, 10, 2);
    transaction.execute(insert, 11, "eleven");
    if (!commit) {
        co_await transaction.flush();
        co_return inserted.affected();
    }
    co_await transaction.commit();
    co_return taken.find().value().on_hand.value() + inserted.affected();
}

Task<void> take_from(Handle handle, std::int64_t id, std::int64_t quantity) {
    Transaction transaction = co_await handle.begin();
    transaction.execute(insert, 20, "twenty");
    transaction.query(take, id, quantity);
    co_await transaction.commit();
}

Task<void> refer_to(Handle handle, std::int64_t id) {
    Transaction transaction = co_await handle.begin();
    transaction.execute(late, id);
    co_await transaction.commit();
}

Task<void> refer_after_flush(Handle handle, std::int64_t id) {
    Transaction transaction = co_await handle.begin();
    transaction.query(count);
    co_await transaction.flush();
    transaction.execute(late, id);
    co_await transaction.commit();
}

/// Keeps a transaction with a row lock open until `go` is set.
Task<void> hold(Handle handle, std::int64_t id, bool& holds, asio::io_context& context, const bool& go) {
    Transaction transaction = co_await handle.begin();
    transaction.query(take, id, 1);
    co_await transaction.flush();
    holds = true;
    while (!go) {
        const auto again = co_await handle.find(count);
        if (!again || context.stopped()) co_return;
    }
    co_await transaction.commit();
}

Task<std::int64_t> hold_briefly(Handle handle) {
    Transaction transaction = co_await handle.begin();
    const auto pid = transaction.query(backend);
    co_await transaction.flush();
    co_return pid.find().value();
}

enum class Ending { good, error, unavailable, unknown };

struct Ended {
    bool done = false;
    Ending ending = Ending::good;
    std::string constraint;
    std::string sqlstate;
};

Ended ending_of(const std::exception_ptr& failure) {
    Ended ended{.done = true};
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const Error& error) {
        ended.ending = Ending::error;
        ended.constraint = error.constraint;
        ended.sqlstate = error.sqlstate;
    } catch (const Unavailable&) {
        ended.ending = Ending::unavailable;
    } catch (const OutcomeUnknown&) {
        ended.ending = Ending::unknown;
    }
    return ended;
}

void start(ClusterFixture& fixture, Task<void> task, Ended& ended) {
    asio::co_spawn(fixture.context, std::move(task),
                   [&ended](const std::exception_ptr& failure) { ended = ending_of(failure); });
}

Ended finish(ClusterFixture& fixture, Task<void> task) {
    Ended ended;
    start(fixture, std::move(task), ended);
    while (!ended.done) fixture.context.run_one();
    return ended;
}

Task<void> execute_only(Handle handle, std::int64_t id) { co_await handle.execute(late, id); }

}  // namespace

TEST_CASE("a committed transaction stays, with its answers") {
    ClusterFixture fixture;
    CHECK(fixture.run(insert_two(fixture.kg(), true)) == 4);
    CHECK(fixture.run(fixture.kg().find(count)) == 6);
    CHECK(fixture.run(fixture.us().find(count)) == 1);
}

TEST_CASE("a transaction that is not committed leaves nothing, and its connection serves on") {
    ClusterFixture fixture{{.connections_per_database = 1}};  // one exclusive connection
    CHECK(fixture.run(insert_two(fixture.kg(), false)) == 1);
    CHECK(fixture.run(fixture.kg().find(count)) == 4);
    CHECK(fixture.run(insert_two(fixture.kg(), true)) == 4);
    CHECK(fixture.run(fixture.kg().find(count)) == 6);
}

TEST_CASE("a violated constraint is named, and everything before it is undone") {
    ClusterFixture fixture{{.connections_per_database = 1}};
    const Ended ended = finish(fixture, take_from(fixture.kg(), 2, 99));
    CHECK(ended.ending == Ending::error);
    CHECK(ended.constraint == "item_on_hand_not_negative");
    CHECK(fixture.run(fixture.kg().find(count)) == 4);
    CHECK(finish(fixture, take_from(fixture.kg(), 2, 1)).ending == Ending::good);
    CHECK(fixture.run(fixture.kg().find(count)) == 5);
}

TEST_CASE("a deferred constraint fails the commit, with and without a transaction") {
    ClusterFixture fixture{{.connections_per_database = 1}};
    CHECK(finish(fixture, refer_to(fixture.kg(), 77)).constraint == "late_check_item");
    CHECK(finish(fixture, execute_only(fixture.kg(), 77)).constraint == "late_check_item");
    CHECK(finish(fixture, refer_to(fixture.kg(), 1)).ending == Ending::good);
    CHECK(finish(fixture, execute_only(fixture.kg(), 1)).ending == Ending::good);
    CHECK(fixture.postgres().sql("SELECT count(*) FROM late_check") == "2");
}

TEST_CASE("writes outside a transaction count rows and return them") {
    ClusterFixture fixture;
    CHECK(fixture.run(fixture.kg().execute(insert, 30, "thirty")) == 1);
    CHECK(fixture.run(fixture.kg().execute(forget, 31)) == 0);
    CHECK(fixture.run(fixture.kg().write(take, 30, 2)).at(0).on_hand == 3);
    CHECK(fixture.run(fixture.kg().execute(forget, 30)) == 1);
}

TEST_CASE("megabytes go there and back") {
    ClusterFixture fixture;
    const std::string big(5'000'000, 'x');
    CHECK(fixture.run(fixture.kg().execute(insert, 40, big)) == 1);
    const auto item = fixture.run(fixture.kg().find(by_id, 40));
    CHECK(item.value().name == big);
}

TEST_CASE("waiting for a lock ends in a lock timeout, waiting for a connection in Unavailable") {
    ClusterFixture fixture{{.connections_per_database = 10,
                            .shared_per_thread = 2,
                            .lock_timeout_ms = 50,
                            .acquire_timeout_ms = 50}};  // two exclusive connections a market
    bool holds = false;
    bool go = false;
    Ended held;
    start(fixture, hold(fixture.kg(), 3, holds, fixture.context, go), held);
    while (!holds) fixture.context.run_one();
    const Ended blocked = finish(fixture, take_from(fixture.kg(), 3, 1));
    CHECK(blocked.ending == Ending::error);
    CHECK(blocked.sqlstate == "55P03");

    bool holds_too = false;
    Ended held_too;
    start(fixture, hold(fixture.kg(), 2, holds_too, fixture.context, go), held_too);
    while (!holds_too) fixture.context.run_one();
    CHECK(finish(fixture, take_from(fixture.kg(), 1, 1)).ending == Ending::unavailable);
    go = true;
    while (!held.done || !held_too.done) fixture.context.run_one();
    CHECK(held.ending == Ending::good);
    CHECK(finish(fixture, take_from(fixture.kg(), 1, 1)).ending == Ending::good);
}

TEST_CASE("many transactions take turns on few connections") {
    ClusterFixture fixture{{.connections_per_database = 10, .shared_per_thread = 2}};
    std::vector<Ended> ended(200);
    fixture.postgres().sql("UPDATE item SET on_hand = 200 WHERE market = 'KG' AND id = 1");
    for (std::size_t i = 0; i < ended.size(); ++i) start(fixture, refer_to(fixture.kg(), 1), ended[i]);
    for (const Ended& each : ended) {
        while (!each.done) fixture.context.run_one();
        CHECK(each.ending == Ending::good);
    }
    CHECK(fixture.postgres().sql("SELECT count(*) FROM late_check") == "200");
    CHECK(fixture.cluster.figures().open == 2);
}

TEST_CASE("an exclusive connection that was ended while idle is replaced") {
    ClusterFixture fixture{{.connections_per_database = 1}};
    const auto pid = fixture.run(hold_briefly(fixture.kg()));
    fixture.postgres().sql("SELECT pg_terminate_backend(" + std::to_string(pid) + ", 5000)");
    const Ending first = finish(fixture, take_from(fixture.kg(), 1, 1)).ending;
    CHECK((first == Ending::good || first == Ending::unavailable));
    if (first != Ending::good) CHECK(finish(fixture, take_from(fixture.kg(), 1, 1)).ending == Ending::good);
}

TEST_CASE("a backend ended in the middle of a transaction undoes it") {
    ClusterFixture fixture;
    bool holds = false;
    bool go = false;
    Ended held;
    start(fixture, hold(fixture.kg(), 3, holds, fixture.context, go), held);
    while (!holds) fixture.context.run_one();
    fixture.postgres().sql(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE state = 'idle in transaction'");
    go = true;
    while (!held.done) fixture.context.run_one();
    CHECK(held.ending != Ending::good);
    CHECK(fixture.run(fixture.kg().find(by_id, 3)).value().on_hand == 3);
}

/// Whom commits wait for, in force when this returns. Whether they wait is the checkpointer's to say, which reads the
/// settings when it gets to it: a new connection shows that the postmaster told it to, and a checkpoint that it has.
void wait_for_standby(const ScratchPostgres& postgres, const std::string& name) {
    postgres.sql("ALTER SYSTEM SET synchronous_standby_names = '" + name + "'");
    postgres.sql("SELECT pg_reload_conf()");
    while (postgres.sql("SHOW synchronous_standby_names") != name) {
    }
    postgres.sql("CHECKPOINT");
}

TEST_CASE("a commit that the standby did not confirm is unknown, and is never cut off by the statement timeout") {
    ClusterFixture fixture{{.connections_per_database = 1, .statement_timeout_ms = 100}};
    const ScratchPostgres& postgres = fixture.postgres();
    CHECK(finish(fixture, take_from(fixture.kg(), 3, 1)).ending == Ending::good);
    wait_for_standby(postgres, "nobody");
    const std::string waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    for (const std::string way : {"pg_cancel_backend", "pg_terminate_backend"}) {
        for (const auto write : {execute_only, refer_to, refer_after_flush}) {
            CAPTURE(way);
            Ended ended;
            start(fixture, write(fixture.kg(), 1), ended);
            while (!ended.done && postgres.sql(waits) != "1") fixture.context.poll();
            postgres.sql("SELECT pg_sleep(0.2)");
            fixture.context.poll();
            CHECK(!ended.done);
            postgres.sql("SELECT " + way + "(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
            while (!ended.done) fixture.context.run_one();
            CHECK(ended.ending == Ending::unknown);
        }
    }
    wait_for_standby(postgres, "");
    CHECK(postgres.sql("SELECT count(*) FROM late_check") == "6");
    CHECK(finish(fixture, take_from(fixture.kg(), 2, 1)).ending == Ending::error);  // 20 exists already
}

}  // namespace marque::db
