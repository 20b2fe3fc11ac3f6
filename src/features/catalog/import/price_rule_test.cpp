// Price rules: parsing with its messages, rounding at its edges, overflow; and the decimal numbers they are made of.
#include "features/catalog/import/price_rule.h"

#include <doctest/doctest.h>

#include <random>

#include "features/catalog/import/decimal.h"

namespace marque::catalog::import {
namespace {

std::int64_t apply(std::string_view rule, std::int64_t price_minor) {
    return apply_price_rule(parse_price_rule(rule).value(), price_minor).value_or(-1);
}

TEST_CASE("decimal text is read exactly") {
    CHECK(parse_decimal("52", 2) == 5200);
    CHECK(parse_decimal("52.5", 2) == 5250);
    CHECK(parse_decimal("52.5000", 2) == 5250);
    CHECK(parse_decimal("0.29", 2) == 29);
    CHECK(parse_decimal("100.0000", 0) == 100);
    CHECK(parse_decimal("92233720368547758.07", 2) == INT64_MAX);
    CHECK(parse_decimal("92233720368547758.08", 2).error() == "is too large: \"92233720368547758.08\"");
    for (const auto* text : {"", ".", ".5", "5.", "1.2.3", "-1", "+1", "1e3", "1,5", " 1", "5.001", "0x1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_decimal(text, 2).has_value());
    }
    CHECK(parse_decimal("1.5", 0).error() == "must be a whole number such as 100, but is \"1.5\"");
}

TEST_CASE("a rule is parsed into whole numbers") {
    const auto rule = parse_price_rule("KG=87.5:10").value();
    CHECK(rule.market == "kg");
    CHECK(rule.factor_millionths == 87'500'000);
    CHECK(rule.round_minor == 1'000);
    CHECK(parse_price_rule("us=0.000001:0.05")->round_minor == 5);
}

TEST_CASE("a malformed rule says what was expected") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"kg", "\"=\" is missing"},
        {"kg=87.5", "\":\" is missing"},
        {"=1:1", "MARKET must be two to eight letters"},
        {"k1=1:1", "MARKET must be two to eight letters"},
        {"kg=:1", "FACTOR must be a decimal number"},
        {"kg=1.0000001:1", "FACTOR must be a decimal number such as 52.50 with at most 6 places"},
        {"kg=0:1", "FACTOR must be above 0"},
        {"kg=1:0.00", "ROUND must be above 0"},
        {"kg=1:0.005", "ROUND must be a decimal number such as 52.50 with at most 2 places"},
        {"kg=1:-5", "ROUND must be a decimal number"},
        {"kg=99999999999999999999:1", "FACTOR is too large"},
    };
    for (const auto& [text, expected] : cases) {
        CAPTURE(text);
        const auto rule = parse_price_rule(text);
        REQUIRE_FALSE(rule.has_value());
        CHECK(rule.error().find(expected) != std::string::npos);
        CHECK(rule.error().find("expected MARKET=FACTOR:ROUND, such as kg=87.5:10") != std::string::npos);
    }
}

TEST_CASE("rounding is half up to the multiple, never below one") {
    CHECK(apply("kg=87.5:10", 5200) == 455'000);  // 52.00 -> 4550
    CHECK(apply("kg=87.5:10", 5699) == 499'000);  // 56.99 -> 4986.625 -> 4990
    CHECK(apply("kg=1:10", 500) == 1'000);        // 5 is half of 10: up
    CHECK(apply("kg=1:10", 1'499) == 1'000);      // 14.99 down
    CHECK(apply("kg=1:10", 1'500) == 2'000);
    CHECK(apply("kg=0.5:0.01", 1) == 1);         // half of the smallest unit: up
    CHECK(apply("kg=0.499999:0.01", 3) == 1);    // 1.499997
    CHECK(apply("kg=0.000001:10", 1) == 1'000);  // never below one ROUND
    CHECK(apply("kg=87.5:10", 0) == 0);
}

TEST_CASE("too large or negative is refused") {
    CHECK(apply("kg=1:0.01", amount_minor_max) == amount_minor_max);
    CHECK(apply("kg=1:0.01", amount_minor_max + 1) == -1);
    CHECK(apply("kg=9000000000000:0.01", INT64_MAX) == -1);
    CHECK(apply("kg=1:90000000000000000", 1) == -1);
    CHECK(apply("kg=1:1", -1) == -1);
}

TEST_CASE("the result is the nearest multiple") {
    const auto seed = std::random_device{}();
    INFO("seed ", seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 5000; ++round) {
        PriceRule rule{"kg", 1 + static_cast<std::int64_t>(random() % 200'000'000),
                       1 + static_cast<std::int64_t>(random() % 5'000)};
        const auto price = static_cast<std::int64_t>(random() % 1'000'000);
        const auto result = apply_price_rule(rule, price).value();
        CHECK(result % rule.round_minor == 0);
        const auto exact = price * rule.factor_millionths;
        const auto distance = 2 * (result * 1'000'000 - exact);
        const auto step = rule.round_minor * 1'000'000;
        const bool lifted = result == rule.round_minor;
        CHECK((lifted || distance > -step));
        CHECK((lifted || distance <= step));
    }
}

TEST_CASE("a market without a rule takes the file's prices; a discount rounded away is dropped") {
    const auto rules = parse_price_rules({"kg=87.5:10"}, {"us", "KG"}).value();
    CHECK(price_in_market(rules, "us", 5200, 6000)->price_minor == 5200);
    CHECK(price_in_market(rules, "us", 5200, 6000)->original_price_minor == 6000);
    CHECK(price_in_market(rules, "KG", 5200, 6000)->price_minor == 455'000);
    CHECK(price_in_market(rules, "kg", 5200, 6000)->original_price_minor == 525'000);
    CHECK_FALSE(price_in_market(rules, "kg", 5200, 5201)->original_price_minor.has_value());
    CHECK(parse_price_rules({"kg=1:1", "kg=2:1"}, {"kg"}).error() ==
          "price rule \"kg=2:1\": market kg already has a rule");
    CHECK(parse_price_rules({"kg=1:1"}, {"us"}).error() ==
          "price rule \"kg=1:1\": market kg is not among the markets imported into");
}

}  // namespace
}  // namespace marque::catalog::import
