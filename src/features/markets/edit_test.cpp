// Fields of a market as operators write them, and the moves between its states.
#include "features/markets/edit.h"

#include <doctest/doctest.h>

using namespace marque;
using namespace marque::markets;

TEST_CASE("[R10][R11] every field of a market can be set by its name, and a bad value says what was expected") {
    MarketInfo market{.currency = *Currency::parse("KZT")};
    CHECK(set_field(market, "languages", "ru, kk,en"));
    CHECK(market.languages == std::vector<Language>{"ru", "kk", "en"});
    CHECK(set_field(market, "shipping", "1500.50"));
    CHECK(market.shipping_minor == 150'050);
    CHECK(set_field(market, "tax", "6.875"));
    CHECK(market.tax_milli_percent == 6'875);
    CHECK(set_field(market, "tax_inclusive", "No"));
    CHECK_FALSE(market.tax_inclusive);
    CHECK(set_field(market, "phone_regions", ""));
    CHECK(market.phone_regions.empty());
    const MarketInfo before = market;
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"languages", ""},
                                                                                      {"languages", "RU"},
                                                                                      {"prefix", "77"},
                                                                                      {"prefix", "+0"},
                                                                                      {"prefix", ""},
                                                                                      {"shipping", "-1"},
                                                                                      {"shipping", "1.005"},
                                                                                      {"tax", "101"},
                                                                                      {"tax", "1.2345"},
                                                                                      {"tax", "12%"},
                                                                                      {"currency", "QQQ"},
                                                                                      {"name", ""},
                                                                                      {"phone_types", "fax"},
                                                                                      {"address_required", "planet"},
                                                                                      {"phone_regions", "kg"},
                                                                                      {"colour", "red"}}) {
        INFO(name << "=" << value);
        const auto change = set_field(market, name, value);
        REQUIRE_FALSE(change);
        CHECK(change.error().starts_with(name + ": "));
        CHECK(market == before);
    }
}

TEST_CASE("percentages and dates are exact") {
    CHECK(percent_text(12'000) == "12");
    CHECK(percent_text(6'875) == "6.875");
    CHECK(percent_text(0) == "0");
    CHECK(*parse_percent("100") == 100'000);
    CHECK(parse_date("2028-02-29"));
    for (const auto* bad : {"2026-02-29", "2026-1-1", "tomorrow", "2026-13-01", "", "2026-11-21T00:00"}) {
        CHECK_FALSE(parse_date(bad));
    }
}

TEST_CASE("a market opens once, closes, and may open again; it never becomes a draft again") {
    const std::vector<std::string> states{"draft", "live", "closed"};
    int moves = 0;
    for (const auto& from : states) {
        for (const auto& to : states) moves += may_become(from, to) ? 1 : 0;
    }
    CHECK(moves == 3);
    CHECK(may_become("draft", "live"));
    CHECK(may_become("live", "closed"));
    CHECK(may_become("closed", "live"));
}
