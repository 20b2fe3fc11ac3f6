// Row-level security as PostgreSQL enforces it: what a market's role sees, and what it is refused.
#include <doctest/doctest.h>

#include "db/admin.h"
#include "db/fresh_database.h"

namespace marque::db {
namespace {

constexpr Statement<std::string()> names{"test.names", "SELECT name FROM things ORDER BY name"};
constexpr Statement<void(std::string, std::string)> add{"test.add",
                                                        "INSERT INTO things (market, name) VALUES ($1, $2)"};
constexpr Statement<void(std::string)> remove{"test.remove", "DELETE FROM things WHERE name = $1"};
constexpr Statement<void(std::string, std::string)> move{"test.move", "UPDATE things SET market = $2 WHERE name = $1"};

using Names = std::vector<std::string>;

/// A database with roles.up.sql applied, a table of things, and the markets KG and US.
struct Shop {
    std::string url = fresh_database();
    AdminConnection connection{url};
    MarketCode kg = *MarketCode::parse("KG");
    MarketCode us = *MarketCode::parse("US");

    Shop() {
        connection.run(std::string{embedded_migrations().front().up});
        connection.run(
            "CREATE TABLE things (id bigint GENERATED ALWAYS AS IDENTITY, market text NOT NULL, name text NOT NULL);"
            "CREATE TABLE common (code text); CREATE TABLE marque_migrations (number int); CREATE SEQUENCE numbers;"
            "GRANT SELECT ON common TO PUBLIC");
        provision_market(connection, kg);
        provision_market(connection, us);
        connection.run("INSERT INTO things (market, name) VALUES ('KG', 'kalpak'), ('US', 'stetson'), ('ALL', 'cap')");
    }
    std::string state_of(const std::string& sql) {
        try {
            connection.run(sql);
        } catch (const Error& error) {
            return error.sqlstate;
        }
        return "";
    }
};

}  // namespace

TEST_CASE_FIXTURE(Shop, "a market's role sees its own rows and those of ALL, the shared role only ALL") {
    CHECK(connection.rows(names) == Names{"cap", "kalpak", "stetson"});  // a superuser is above policies
    connection.become("kg");
    CHECK(connection.rows(names) == Names{"cap", "kalpak"});
    connection.become("us");
    CHECK(connection.rows(names) == Names{"cap", "stetson"});
    connection.become("shared");
    CHECK(connection.rows(names) == Names{"cap"});
    connection.become("");  // RESET ROLE is open to every session: the role is no defence against injected SQL
    CHECK(connection.rows(names).size() == 3);
}

TEST_CASE_FIXTURE(Shop, "a market writes its own rows only") {
    connection.become("kg");
    CHECK(connection.execute(add, "KG", "ak-kalpak") == 1);
    CHECK_THROWS_AS(connection.execute(add, "US", "foreign"), Error);
    CHECK_THROWS_AS(connection.execute(add, "ALL", "everywhere"), Error);
    CHECK_THROWS_AS(connection.execute(move, "kalpak", "US"), Error);
    CHECK(connection.execute(move, "stetson", "KG") == 0);
    CHECK(connection.execute(remove, "stetson") == 0);
    CHECK(connection.execute(move, "cap", "KG") == 0);  // a shared row cannot be taken from the others
    CHECK(connection.execute(remove, "cap") == 0);
    CHECK(connection.execute(remove, "kalpak") == 1);
    connection.become("shared");
    CHECK(connection.execute(add, "ALL", "scarf") == 1);
    CHECK_THROWS_AS(connection.execute(add, "KG", "foreign"), Error);
    CHECK(connection.execute(remove, "ak-kalpak") == 0);
    connection.become("");
    CHECK(connection.rows(names) == Names{"ak-kalpak", "cap", "scarf", "stetson"});
}

TEST_CASE_FIXTURE(Shop, "other tables are read only, the journal is closed, nothing can be made or switched off") {
    connection.become("kg");
    CHECK(state_of("SELECT * FROM common") == "");
    CHECK(state_of("SELECT nextval('numbers')") == "");
    for (const char* refused : {"INSERT INTO common VALUES ('x')", "SELECT * FROM marque_migrations", "TRUNCATE things",
                                "CREATE TABLE mine (id int)", "ALTER TABLE things DISABLE ROW LEVEL SECURITY",
                                "DROP POLICY market_kg_select ON things", "SELECT marque_provision_market('US')"}) {
        CAPTURE(refused);
        CHECK(state_of(refused) == "42501");
    }
    CHECK(state_of("SET row_security = off; SELECT * FROM things") == "42501");
}

TEST_CASE_FIXTURE(Shop, "provisioning again changes nothing, and covers tables that came since") {
    static constexpr Statement<std::int64_t()> policies{"test.policies", "SELECT count(*) FROM pg_policy"};
    const auto before = connection.rows(policies);
    provision_market(connection, kg);
    CHECK(connection.rows(policies) == before);
    connection.run("CREATE TABLE later (market text); INSERT INTO later VALUES ('US'); SELECT marque_secure_tables()");
    connection.become("kg");
    CHECK(state_of("SELECT * FROM later") == "42501");
    connection.become("");
    provision_market(connection, kg);
    connection.become("kg");
    static constexpr Statement<std::int64_t()> count{"test.count", "SELECT count(*) FROM later"};
    CHECK(connection.rows(count).front() == 0);
}

TEST_CASE_FIXTURE(Shop, "the owner of the tables is bound by the policies, too, once it is no superuser") {
    connection.run(
        "CREATE ROLE ordinary LOGIN CREATEROLE; GRANT CREATE ON SCHEMA public TO ordinary; SET ROLE ordinary;"
        "CREATE TABLE owned (market text); RESET ROLE;"
        "SELECT marque_secure_tables(); INSERT INTO owned VALUES ('KG'); SET ROLE ordinary");
    static constexpr Statement<std::int64_t()> count{"test.count_owned", "SELECT count(*) FROM owned"};
    CHECK(connection.rows(count).front() == 0);
    connection.run("RESET ROLE; DROP TABLE owned; DROP OWNED BY ordinary; DROP ROLE ordinary");
}

TEST_CASE("an ordinary owner with CREATEROLE migrates, provisions and takes on the roles") {
    const std::string url = fresh_database();
    AdminConnection superuser{url};
    superuser.run("CREATE ROLE shopkeeper LOGIN CREATEROLE");
    superuser.run("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO shopkeeper', current_database()); END $$");
    std::string own_url = url;
    own_url.replace(own_url.find("user=owner"), 10, "user=shopkeeper");
    {
        AdminConnection owner{own_url};
        const auto all = embedded_migrations();
        CHECK(migrate_up(owner, all).size() == all.size());
        provision_market(owner, *MarketCode::parse("KG"));
        provision_market(owner, *MarketCode::parse("XY"));
        owner.become("xy");
        CHECK_THROWS_AS(owner.run("CREATE TABLE mine (id int)"), Error);
        owner.become("");
        owner.become("shared");
    }
    superuser.run("DROP OWNED BY shopkeeper CASCADE; REASSIGN OWNED BY shopkeeper TO owner");
}

TEST_CASE("a role that may log in or bypass the policies is not accepted as a market's") {
    AdminConnection connection{fresh_database()};
    connection.run(std::string{embedded_migrations().front().up});
    connection.run("CREATE ROLE marque_qq BYPASSRLS");
    CHECK_THROWS_WITH_AS(provision_market(connection, *MarketCode::parse("QQ")),
                         doctest::Contains("may log in or bypass row-level security"), std::runtime_error);
    connection.run("DROP ROLE marque_qq");
}

}  // namespace marque::db
