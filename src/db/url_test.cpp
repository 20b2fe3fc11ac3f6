// Which database URLs are taken, and that no password gets into a log.
#include <doctest/doctest.h>

#include "db/cluster.h"

using marque::db::masked_url;
using marque::db::normalised_url;

TEST_CASE("driver parts are accepted and ignored, everything else is left alone") {
    for (const char* scheme : {"postgresql", "postgres", "postgresql+psycopg2", "postgresql+asyncpg", "PostgreSQL"}) {
        const auto url = normalised_url(std::string{scheme} + "://shop:secret@db:5433/marque?sslmode=require");
        REQUIRE(url.has_value());
        CHECK(*url == "postgresql://shop:secret@db:5433/marque?sslmode=require");
    }
    CHECK(normalised_url("  postgresql:///marque?host=/run/postgresql \n") ==
          "postgresql:///marque?host=/run/postgresql");
    CHECK(normalised_url("postgresql://one:1,two:2/marque?target_session_attrs=primary").has_value());
    CHECK(normalised_url("postgresql://shop:p%40ss%2Fword@[::1]:5432/marque").has_value());
    CHECK(normalised_url("postgresql://marque@/db?host=%2Ftmp%2Fa%20b").has_value());
}

TEST_CASE("what is no PostgreSQL URL is refused with the form expected, and without the password") {
    for (const char* url : {"", "marque", "mysql://shop:secret@db/marque", "host=db password=secret",
                            "postgresqlx://db/marque", "postgresql://shop:sec@ret@db/marque",
                            "postgresql://shop:sec/ret@db/marque", "postgresql://shop:sec%zzret@db/marque"}) {
        CAPTURE(url);
        const auto refused = normalised_url(url);
        REQUIRE(!refused.has_value());
        CHECK(refused.error().find("postgresql://USER:PASSWORD@HOST:PORT/DATABASE") != std::string::npos);
        CHECK(refused.error().find("ret") == std::string::npos);
    }
    const auto unknown = normalised_url("postgresql://db/marque?ssl=require");
    REQUIRE(!unknown.has_value());
    CHECK(unknown.error().find("sslmode=require") != std::string::npos);
}

TEST_CASE("a masked URL shows everything but the password") {
    CHECK(masked_url("postgresql://shop:secret@db:5433/marque") == "postgresql://shop:***@db:5433/marque");
    CHECK(masked_url("postgresql://shop:a:b@db/marque") == "postgresql://shop:***@db/marque");
    CHECK(masked_url("postgresql://shop:sec@ret@db/marque") == "postgresql://shop:***@db/marque");
    CHECK(masked_url("postgresql://shop:sec/ret@db/marque") == "postgresql://shop:***@db/marque");
    CHECK(masked_url("postgresql://shop:sec?ret@db/marque") == "postgresql://shop:***@db/marque");
    CHECK(masked_url("postgresql://shop@db:5433/marque") == "postgresql://shop@db:5433/marque");
    CHECK(masked_url("postgresql://db:5433/marque") == "postgresql://db:5433/marque");
    CHECK(masked_url("postgresql://[::1]:5433/marque") == "postgresql://[::1]:5433/marque");
    CHECK(masked_url("postgresql://db/marque?user=shop&password=secret&sslmode=require") ==
          "postgresql://db/marque?user=shop&password=***&sslmode=require");
    CHECK(masked_url("postgresql://db/marque?password=secret") == "postgresql://db/marque?password=***");
    CHECK(masked_url("shop:secret@db") == "shop:***@db");
}
