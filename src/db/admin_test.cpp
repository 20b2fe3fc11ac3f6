// AdminConnection: rows, errors, the comparison of statements with PostgreSQL, and what failures to connect say.
#include "db/admin.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "db/connect.h"
#include "db/fresh_database.h"

namespace marque::db {
namespace {

struct Row {
    std::int64_t id;
    std::string name;
    std::optional<bool> sold;
};
RECORD(Row, id, name, sold);

std::string message_of(const std::string& url) {
    try {
        const AdminConnection connection{url};
    } catch (const Unavailable& error) {
        return error.what();
    }
    return "connected";
}

/// Listens on a free port of 127.0.0.1 and never answers, or is closed to have a port where nobody listens.
struct SilentServer {
    int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    int port = 0;
    SilentServer() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        REQUIRE(bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port = ntohs(address.sin_port);
    }
    ~SilentServer() { close(socket); }
};

}  // namespace

TEST_CASE("rows, parameters and errors") {
    AdminConnection connection{fresh_database()};
    connection.run("CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, sold boolean)");
    static constexpr Statement<void(std::int64_t, std::string, std::optional<bool>)> add{
        "test.add_item", "INSERT INTO items VALUES ($1, $2, $3)"};
    static constexpr Statement<Row(std::vector<std::int64_t>)> read{
        "test.read_items", "SELECT id, name, sold FROM items WHERE id = ANY($1) ORDER BY id"};
    CHECK(connection.execute(add, 1, "it's a \"hat\"", std::nullopt) == 1);
    CHECK(connection.execute(add, 2, "шапка", true) == 1);
    const auto rows = connection.rows(read, {1, 2, 3});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].name == "it's a \"hat\"");
    CHECK(!rows[0].sold);
    CHECK(rows[1].sold == true);
    try {
        connection.execute(add, 2, "again", std::nullopt);
        FAIL("a duplicate was taken");
    } catch (const Error& error) {
        CHECK(error.sqlstate == "23505");
        CHECK(error.statement == "test.add_item");
        CHECK(error.violates("items_pkey"));
    }
    AdminConnection moved{std::move(connection)};
    CHECK(moved.rows(read, {1}).size() == 1);
}

TEST_CASE("disagreements between a statement and PostgreSQL are found") {
    AdminConnection connection{fresh_database()};
    connection.run("CREATE TABLE items (id bigint, name text, sold boolean, price numeric)");
    using Problems = std::vector<std::string>;
    static constexpr Statement<Row(std::int64_t)> good{"t", "SELECT id, name, sold FROM items WHERE id = $1"};
    static constexpr Statement<Row(std::int64_t)> wrong_type{"t",
                                                             "SELECT id, name, price AS sold FROM items WHERE id = $1"};
    static constexpr Statement<Row()> wrong_name{"t", "SELECT id, name AS title, sold FROM items"};
    static constexpr Statement<Row()> too_few{"t", "SELECT id, name FROM items"};
    static constexpr Statement<Row()> too_many{"t", "SELECT id, name, sold, price FROM items"};
    static constexpr Statement<bool()> wrong_scalar{"t", "SELECT id FROM items"};
    static constexpr Statement<std::int64_t(bool)> wrong_parameter{"t", "SELECT id FROM items WHERE id = $1"};
    static constexpr Statement<void(std::int64_t)> bad_sql{"t", "UPDATE items SET missing = $1"};
    static constexpr Statement<void(std::int64_t, std::optional<std::string>)> write{
        "t", "UPDATE items SET name = $2 WHERE id = $1"};
    CHECK(connection.disagreements(good).empty());
    CHECK(connection.disagreements(write).empty());
    CHECK(connection.disagreements(wrong_type) ==
          Problems{"column sold is numeric in PostgreSQL, but its C++ type stands for boolean"});
    CHECK(connection.disagreements(wrong_name) == Problems{"column 2 is named title, the member name"});
    CHECK(connection.disagreements(too_few) == Problems{"PostgreSQL sees 2 columns, C++ declares 3"});
    CHECK(connection.disagreements(too_many) == Problems{"PostgreSQL sees 4 columns, C++ declares 3"});
    CHECK(connection.disagreements(wrong_scalar) ==
          Problems{"column 1 is bigint in PostgreSQL, but its C++ type stands for boolean"});
    CHECK(connection.disagreements(wrong_parameter).size() == 1);
    REQUIRE(connection.disagreements(bad_sql).size() == 1);
    CHECK(connection.disagreements(bad_sql).front().find("42703") != std::string::npos);
}

TEST_CASE("a failure to connect says what was tried and what to check, and keeps the password") {
    SilentServer nobody;
    const std::string refused =
        message_of(fmt::format("postgresql+psycopg2://shop:secret@127.0.0.1:{}/marque", nobody.port));
    CAPTURE(refused);
    CHECK(refused.find(fmt::format("shop:***@127.0.0.1:{}/marque", nobody.port)) != std::string::npos);
    CHECK(refused.find("is PostgreSQL running at 127.0.0.1") != std::string::npos);
    CHECK(refused.find("secret") == std::string::npos);

    CHECK(message_of("postgresql://shop@no-such-host.invalid/marque").find("check the host name") != std::string::npos);
    CHECK(message_of("postgresql:///marque?host=/nonexistent").find("no server listens on that Unix socket") !=
          std::string::npos);
    CHECK(message_of("mysql://shop:secret@db/marque").find("must look like postgresql://") != std::string::npos);

    std::string missing = fresh_database();
    missing.replace(missing.find("/test_"), 6, "/missing_");
    CHECK(message_of(missing).find("create the database: createdb --owner=owner missing_") != std::string::npos);
    std::string stranger = fresh_database();
    stranger.replace(stranger.find("user=owner"), 10, "user=stranger");
    CHECK(message_of(stranger).find("check user and password") != std::string::npos);
}

TEST_CASE("a server that accepts and never answers is given up") {
    SilentServer silent;
    REQUIRE(listen(silent.socket, 1) == 0);
    ConnectFailure failure;
    const std::string url = fmt::format("postgresql://shop@127.0.0.1:{}/marque", silent.port);
    CHECK(!try_connect(url, std::chrono::milliseconds{50}, failure));
    CHECK(connect_advice(url, failure).find("nothing answered in time") != std::string::npos);
}

TEST_CASE("advice follows the SQLSTATE, in whatever language the message is") {
    const std::string url = "postgresql://shop:secret@db/marque";
    CHECK(connect_advice(url, {"28P01", "Passwort-Authentifizierung für Benutzer »shop« fehlgeschlagen", false})
              .find("check user and password") != std::string::npos);
    CHECK(connect_advice(url + "?sslmode=disable", {"28000", "no pg_hba.conf entry for host", false})
              .find("only SSL connections") != std::string::npos);
    CHECK(connect_advice(url, {"", "server does not support SSL, but SSL was required", false})
              .find("does not offer it") != std::string::npos);
    CHECK(connect_advice(url, {"53300", "too many", false}).find("max_connections") != std::string::npos);
    CHECK(version_problem(130'000).empty());
    CHECK(version_problem(120'022).find("PostgreSQL 12.22") != std::string::npos);
    CHECK(version_problem(90'624).find("13 or newer") != std::string::npos);
}

}  // namespace marque::db
