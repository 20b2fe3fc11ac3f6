// Settings: what is read, what is refused, and what stops a production server from starting.
#include "core/config.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace marque;

namespace {

Environment production() {
    return {{"ENVIRONMENT", "production"},
            {"DATABASE_URL", "postgresql://localhost/marque"},
            {"JWT_SECRET", "0123456789012345678901234567890123"},
            {"CORS_ORIGINS", "https://shop.example"},
            {"STRIPE_WEBHOOK_SECRET", "whsec_x"}};
}

bool names(const std::vector<std::string>& sentences, std::string_view word) {
    return std::ranges::any_of(sentences, [&](const auto& sentence) { return sentence.contains(word); });
}

}  // namespace

TEST_CASE("[R112] defaults are what a newcomer needs") {
    const auto config = parse_config({});
    REQUIRE(config);
    CHECK(config->development());
    CHECK(config->port == 8000);
    CHECK(config->host == "127.0.0.1");
    CHECK(config->access_token_minutes == 30);
    CHECK(config->refresh_token_minutes == 10'080);
    CHECK(fail_closed_reasons(*config).empty());
}

TEST_CASE("[R113] CORS_ORIGINS is a comma list or a JSON list") {
    for (const auto* text : {"http://a,http://b", R"(["http://a", "http://b"])", " http://a , http://b "}) {
        CHECK(parse_config({{"CORS_ORIGINS", text}})->cors_origins == std::vector<std::string>{"http://a", "http://b"});
    }
}

TEST_CASE("[H10] an origin that no browser would ever send is a mistake, not a rule") {
    for (const auto* wrong :
         {"*", "null", "shop.example", "https://shop.example/", "https://shop.example/path", "HTTPS://shop.example",
          "https://Shop.example", "https://*.shop.example", "https://shop.example:443", "http://shop.example:80",
          "https://", "ftp://shop.example", "https://a@shop.example", "https://shop.example?x"}) {
        CAPTURE(wrong);
        const auto config = parse_config({{"CORS_ORIGINS", wrong}});
        REQUIRE_FALSE(config);
        CHECK(names(config.error(), "CORS_ORIGINS"));
    }
    CHECK(parse_config({{"CORS_ORIGINS", "https://[::1]:8443,http://localhost:3000"}}));
    CHECK(parse_config({{"PUBLIC_URL", "https://shop.example/"}})->public_https());
    CHECK_FALSE(parse_config({{"PUBLIC_URL", "http://shop.example"}})->public_https());
    CHECK_FALSE(parse_config({{"PUBLIC_URL", "shop.example"}}));
}

TEST_CASE("every mistake is told at once, by name") {
    const auto config = parse_config({{"PORT", "eighty"}, {"DEBUG", "maybe"}, {"DATABASE_URL_MARQUE_K1", "x"}});
    REQUIRE_FALSE(config);
    CHECK(names(config.error(), "PORT: must be a whole number"));
    CHECK(names(config.error(), "DEBUG: must be true or false"));
    CHECK(names(config.error(), "DATABASE_URL_MARQUE_K1"));
}

TEST_CASE("[R14] a database of its own for each market") {
    const auto config =
        parse_config({{"DATABASE_URL_MARQUE_KG", "postgres://a"}, {"DATABASE_URL_MARQUE_US", "postgres://b"}});
    REQUIRE(config);
    CHECK(config->market_database_urls.at(*MarketCode::parse("kg")) == "postgres://a");
    CHECK(config->market_database_urls.size() == 2);
}

TEST_CASE("outside development each missing safeguard stops the start") {
    CHECK(fail_closed_reasons(*parse_config(production())).empty());
    for (const auto* name : {"JWT_SECRET", "CORS_ORIGINS", "STRIPE_WEBHOOK_SECRET", "DATABASE_URL"}) {
        auto environment = production();
        environment.erase(name);
        INFO(name);
        CHECK(names(fail_closed_reasons(*parse_config(environment)), name));
    }
    auto weak = production();
    weak["JWT_SECRET"] = "short";
    CHECK(names(fail_closed_reasons(*parse_config(weak)), "JWT_SECRET"));
}

TEST_CASE("secrets are masked when settings are shown") {
    for (const auto& row : describe_config(production())) {
        if (row.name != "JWT_SECRET" && row.name != "DATABASE_URL") continue;
        CHECK(row.value == "********");
    }
}
