// Migrations up and down, and each way in which a database may not fit the program.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "core/digest.h"
#include "db/admin.h"
#include "db/fresh_database.h"

namespace marque::db {
namespace {

constexpr Statement<bool(std::string)> has_table{"test.has_table", "SELECT to_regclass($1) IS NOT NULL"};

struct SmallSet {
    std::vector<Migration> all{
        {1, "0001_one", "first", "CREATE TABLE one (id int)", "DROP TABLE one", "a1"},
        {2, "0002_two", "second", "-- a comment\nCREATE TABLE two (id int);\n\nINSERT INTO two VALUES (1)",
         "DROP TABLE two", "a2"},
    };
};

template <class Action>
std::string message_of(Action action) {
    try {
        action();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing was thrown";
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE_FIXTURE(SmallSet, "migrations go up once, are listed, and go down one at a time") {
    AdminConnection connection{fresh_database()};
    auto states = migration_status(connection, all);
    REQUIRE(states.size() == 2);
    CHECK(!states[0].applied);
    CHECK(!connection.rows(has_table, "marque_migrations").front());  // looking changes nothing

    CHECK(migrate_up(connection, all) == std::vector<std::string>{"0001_one", "0002_two"});
    CHECK(migrate_up(connection, all).empty());
    states = migration_status(connection, all);
    CHECK(states[1].applied);
    CHECK(!states[1].checksum_differs);

    CHECK(migrate_down_one(connection, all) == "0002_two");
    CHECK(!connection.rows(has_table, "two").front());
    CHECK(connection.rows(has_table, "one").front());
    CHECK(migrate_down_one(connection, all) == "0001_one");
    CHECK(migrate_down_one(connection, all) == std::nullopt);
    CHECK(migrate_up(connection, all).size() == 2);
}

TEST_CASE_FIXTURE(SmallSet, "a migration that comes late with a lower number is applied, too") {
    AdminConnection connection{fresh_database()};
    CHECK(migrate_up(connection, std::span{all}.subspan(1)).size() == 1);
    CHECK(migrate_up(connection, all) == std::vector<std::string>{"0001_one"});
}

TEST_CASE_FIXTURE(SmallSet, "a file changed after it was applied is refused by name") {
    AdminConnection connection{fresh_database()};
    migrate_up(connection, all);
    all[0].checksum = "b1";
    CHECK(migration_status(connection, all)[0].checksum_differs);
    CHECK(contains(message_of([&] { migrate_up(connection, all); }), "first/migrations/0001_one.up.sql was changed"));
}

TEST_CASE_FIXTURE(SmallSet, "a database newer than the program is refused") {
    AdminConnection connection{fresh_database()};
    migrate_up(connection, all);
    all.pop_back();
    CHECK(contains(message_of([&] { migrate_up(connection, all); }),
                   "newer than this program: it has migration 0002_two"));
    CHECK(contains(message_of([&] { migrate_down_one(connection, all); }), "newer than this program"));
    const auto states = migration_status(connection, all);
    REQUIRE(states.size() == 2);
    CHECK(states[1].checksum_differs);
}

TEST_CASE_FIXTURE(SmallSet, "a failing migration names file, line and reason, and leaves nothing behind") {
    AdminConnection connection{fresh_database()};
    all[1].up = "CREATE TABLE two (id int);\n\nSELECT 'сом';\n  SELECT missing FROM two;\n";
    auto message = message_of([&] { migrate_up(connection, all); });
    CHECK(contains(message, "second/migrations/0002_two.up.sql: 42703 line 4: column \"missing\" does not exist"));
    CHECK(connection.rows(has_table, "one").front());
    CHECK(!connection.rows(has_table, "two").front());

    all[1].up = "CREATE TABLE two (id int PRIMARY KEY);\nINSERT INTO two VALUES (1);\nINSERT INTO two\nVALUES (1);";
    message = message_of([&] { migrate_up(connection, all); });
    CHECK(contains(message, "23505 line 3: duplicate key"));

    all[1].up = "CREATE TABLE two (id int); COMMIT; SELECT 1";
    CHECK(contains(message_of([&] { migrate_up(connection, all); }), "ended its transaction"));
    connection.run("DROP TABLE two");

    all[1].up = "CREATE TABLE two (id int)";
    CHECK(migrate_up(connection, all) == std::vector<std::string>{"0002_two"});
}

TEST_CASE_FIXTURE(SmallSet, "[K1] undoing what would not come back is refused, says what it is, and changes nothing") {
    AdminConnection connection{fresh_database()};
    migrate_up(connection, all);
    connection.run("INSERT INTO two VALUES (7); INSERT INTO one VALUES (1)");
    CHECK(contains(message_of([&] { migrate_down_one(connection, all); }),
                   "undoing 0002_two would lose data: two (2 rows)"));
    CHECK(connection.rows(has_table, "two").front());
    CHECK(migration_status(connection, all)[1].applied);
    connection.run("DELETE FROM two WHERE id = 7");
    CHECK(migrate_down_one(connection, all) == "0002_two");  // its one row comes again
    all[0].down = "ALTER TABLE one ADD COLUMN was int; UPDATE one SET was = id; ALTER TABLE one DROP COLUMN id";
    all[0].up = "ALTER TABLE one ADD COLUMN id int CHECK (id > 0); UPDATE one SET id = -was; ALTER TABLE one DROP was";
    CHECK(contains(message_of([&] { migrate_down_one(connection, all); }), "it could not be applied again"));
    CHECK(migrate_down_one(connection, all, true) == "0001_one");
}

TEST_CASE_FIXTURE(SmallSet, "[K2] a migration that waits for a table lets those pass who use it, and comes again") {
    using Clock = std::chrono::steady_clock;
    const std::string url = fresh_database();
    AdminConnection connection{url};
    migrate_up(connection, std::span{all}.first(1));
    all[1].up = "ALTER TABLE one ADD COLUMN more int";
    AdminConnection reader{url};
    reader.run("BEGIN; SELECT FROM one");  // as a report would, for longer than a migration waits
    std::atomic<bool> migrated = false;
    std::jthread migrating{[&] {
        migrate_up(connection, all);
        migrated = true;
    }};
    AdminConnection buyer{url};
    Clock::duration longest{};
    const auto began = Clock::now();
    while (!migrated) {
        const auto asked = Clock::now();
        buyer.run("INSERT INTO one (id) VALUES (1)");
        longest = std::max(longest, Clock::now() - asked);
        if (Clock::now() - began > std::chrono::milliseconds{1'500}) reader.run("ROLLBACK");
    }
    CHECK(longest > std::chrono::milliseconds{500});  // they did wait behind it
    CHECK(longest < std::chrono::milliseconds{1'000});
    CHECK(Clock::now() - began > std::chrono::milliseconds{1'500});
}

TEST_CASE("the embedded migrations are in order and what was hashed is what is run") {
    const auto all = embedded_migrations();
    REQUIRE(!all.empty());
    CHECK(all[0].name == "0001_roles");
    CHECK(all[0].feature == "markets");
    for (std::size_t i = 0; i < all.size(); ++i) {
        CAPTURE(all[i].name);
        CHECK(sha256_hex(all[i].up) == all[i].checksum);
        CHECK(!all[i].down.empty());
        if (i > 0) CHECK(all[i - 1].number < all[i].number);
    }
}

TEST_CASE("all migrations go up, open to two markets, go down to nothing, and up again") {
    AdminConnection connection{fresh_database()};
    const auto all = embedded_migrations();
    CHECK(migrate_up(connection, all).size() == all.size());
    provision_market(connection, *MarketCode::parse("KG"));
    provision_market(connection, *MarketCode::parse("US"));
    while (migrate_down_one(connection, all)) {
    }
    static constexpr Statement<std::string()> leftovers{
        "test.leftovers",
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i' "
        "UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"};
    CHECK(connection.rows(leftovers) == std::vector<std::string>{"marque_migrations"});
    CHECK(migrate_up(connection, all).size() == all.size());
}

}  // namespace marque::db
