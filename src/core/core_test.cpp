// The words of the business: what each accepts, refuses and says.
#include <doctest/doctest.h>

#include <set>

#include "core/check.h"
#include "core/clock.h"
#include "core/device.h"
#include "core/digest.h"
#include "core/id.h"
#include "core/market.h"
#include "core/money.h"
#include "core/phone.h"
#include "core/quantity.h"
#include "core/random.h"
#include "core/text.h"

using namespace marque;

namespace {

Currency kgs() { return *Currency::parse("KGS"); }

}  // namespace

TEST_CASE("money is read exactly and written with the currency's decimals") {
    CHECK(Money::parse("1250", kgs())->to_text() == "1250.00");
    CHECK(Money::parse("1250.5", kgs())->minor() == 125'050);
    CHECK(Money::parse("-0.05", kgs())->to_text() == "-0.05");
    CHECK(Money::parse("5", *Currency::parse("jpy"))->to_text() == "5");
    CHECK(Money::parse("92233720368547758.07", kgs())->minor() == INT64_MAX);
    for (const auto* bad : {"", ".", "1.", ".5", "1.234", "1e3", "+1", "1,5", "0x1", "92233720368547758.08", "--1"}) {
        INFO(bad);
        CHECK_FALSE(Money::parse(bad, kgs()));
    }
}

TEST_CASE("money refuses to mix currencies and to overflow, loudly") {
    const Money most{INT64_MAX, kgs()};
    CHECK_THROWS_AS((void)(most + Money{1, kgs()}), Bug);
    CHECK_THROWS_AS((void)(most * 2), Bug);
    CHECK_THROWS_AS((void)(most - Money{1, *Currency::parse("USD")}), Bug);
    CHECK(Money{INT64_MIN, kgs()}.to_text() == "-92233720368547758.08");
}

TEST_CASE("scaling rounds half away from zero") {
    CHECK(scaled_half_up(1'000, 6'875, 100'000) == 69);
    CHECK(scaled_half_up(-1'000, 6'875, 100'000) == -69);
    CHECK(scaled_half_up(1, 1, 2) == 1);
    CHECK(scaled_half_up(1, 1, 3) == 0);
}

TEST_CASE("[R4][R5] phones are taken as people write them") {
    CHECK(Phone::parse("+1 (312) 805-9851")->to_text() == "+13128059851");
    CHECK(Phone::parse("996 505 23 12 55")->to_text() == "+996505231255");
    CHECK(Phone::parse("+15551234567")->to_text() == "+15551234567");
    CHECK(Phone::parse("+996505231255")->masked() == "+996*******55");
    for (const auto* bad :
         {"", "+", "abc", "+1+996505231255", "+99650523125x", "12", "+996", "+99650523125512345678"}) {
        INFO(bad);
        CHECK_FALSE(Phone::parse(bad));
    }
    CHECK_FALSE(Phone::parse("4999601391101391"));  // possible in Germany, but longer than E.164 allows
    CHECK(Phone::parse("+996505231255")->masked() == "+996*******55");
    CHECK(Phone::parse("+49962")->masked() == "+***62");
}

TEST_CASE("[R4][R5] a phone without a country's code is one of the people around it") {
    const auto read = [](std::string_view text, const std::string& region) {
        const auto typed = TypedPhone::parse(text);
        if (!typed) return typed.error();
        const auto phone = typed->in(region);
        return phone ? phone->to_text() : phone.error();
    };
    for (const auto* text : {"0700 123 456", "700123456", "996700123456", "+996 700 123 456", "996 (700) 12-34-56"}) {
        CHECK(read(text, "KG") == "+996700123456");
    }
    for (const auto* text : {"(312) 805-9851", "312 805 9851", "1-312-805-9851", "+1 (312) 805-9851"}) {
        CHECK(read(text, "US") == "+13128059851");
    }
    CHECK(read("555 123 4567", "US") == "+15551234567");  // possible, though no plan knows it
    CHECK(read("8 701 123 45 67", "KZ") == "+77011234567");
    // In the other market's shop, or in one of no region, the country's code must be there.
    CHECK(read("996700123456", "US") == "+996700123456");
    CHECK(read("13128059851", "KG") == "+13128059851");
    CHECK(read("996700123456", "") == "+996700123456");
    CHECK_FALSE(read("0700 123 456", "").starts_with('+'));
    CHECK_FALSE(read("0700 123 456", "US").starts_with('+'));
    CHECK_FALSE(read("805-9851", "US").starts_with('+'));  // without its area it is somebody's in every area
    for (const auto* text : {"", "12", "phone", "70012345", "805-9851", "+0700123456", "7001234567890123456"}) {
        INFO(text);
        CHECK_FALSE(read(text, "KG").starts_with('+'));
    }
}

TEST_CASE("[R3] where a phone belongs, and which a market takes") {
    const std::vector<std::string> us{"US"};
    const std::vector<std::string> kg{"KG"};
    const std::vector<std::string> unknown{"unknown"};
    const std::vector<std::string> none;
    const auto problem = [](std::string_view text, const auto& regions, const auto& types) {
        return judge(*Phone::parse(text), regions, types).problem;
    };
    CHECK(place_of(*Phone::parse("+13128059851")).region == "US");
    CHECK(place_of(*Phone::parse("+996505231255")).type == PhoneType::mobile);
    CHECK(place_of(*Phone::parse("+15551234567")).region.empty());

    for (const auto* good : {"+13128059851", "+12015550123"}) CHECK_FALSE(problem(good, us, none));
    CHECK_FALSE(problem("+996505231255", kg, none));
    // Ruling 8: possible is enough where the market says so.
    CHECK_FALSE(problem("+15551234567", us, unknown));
    CHECK(problem("+15551234567", us, none) == PhoneProblem::other_type);
    // Canada, Jamaica, Puerto Rico; also numbers there that nobody has.
    for (const auto* other : {"+15062345678", "+18762101234", "+17872345678", "+15061111111", "+18761111111"}) {
        INFO(other);
        CHECK(problem(other, us, unknown) == PhoneProblem::other_region);
    }
    const std::vector<std::string> both{"US", "CA"};
    CHECK_FALSE(problem("+15062345678", both, none));
    // Toll-free, 900, unassigned behind 900, pay-per-call 976, a KG fixed line.
    for (const auto* number : {"+18002345678", "+19002345678", "+19001111111", "+12129761234"}) {
        INFO(number);
        CHECK(problem(number, us, unknown) == PhoneProblem::other_type);
    }
    CHECK(problem("+996312123456", kg, unknown) == PhoneProblem::other_type);
    CHECK_FALSE(problem("+18002345678", us, std::vector<std::string>{"toll_free"}));
}

TEST_CASE("[R3][R10] the longest matching prefix picks the market") {
    const MarketSet set{.markets = {{.code = *MarketCode::parse("us"), .phone_prefixes = {"+1"}},
                                    {.code = *MarketCode::parse("ru"), .phone_prefixes = {"+7"}},
                                    {.code = *MarketCode::parse("kz"), .phone_prefixes = {"+77"}}},
                        .default_market = *MarketCode::parse("us")};
    CHECK(set.find_by_phone("+77012345678")->code.to_text() == "kz");
    CHECK(set.find_by_phone("+79161234567")->code.to_text() == "ru");
    CHECK(set.find_by_phone("+13128059851")->code.upper() == "US");
    CHECK(set.find_by_phone("+996505231255") == nullptr);
}

TEST_CASE("market codes come in any case; ALL is no market") {
    CHECK(MarketCode::parse("Kg")->upper() == "KG");
    CHECK(MarketCode::parse("KG")->to_text() == "kg");
    for (const auto* bad : {"", "k", "all", "ALL", "k1", "toolongcode", "k g"}) CHECK_FALSE(MarketCode::parse(bad));
}

TEST_CASE("slugs, ids, quantities and texts refuse what they cannot be") {
    CHECK(Slug::parse("silk-dress-2"));
    for (const auto* bad : {"", "-a", "a-", "a--b", "A", "a b", "ж"}) CHECK_FALSE(Slug::parse(bad));
    CHECK(UserId::parse("19")->value() == 19);
    for (const auto* bad : {"", "0", "-1", "019", "1.0", "9223372036854775808", "x"}) CHECK_FALSE(UserId::parse(bad));
    CHECK(Quantity::parse(99));
    CHECK(Quantity::parse(0).error() == "must be between 1 and 99");
    CHECK_FALSE(Quantity::parse(1'000'000'000));
    CHECK(Text<1, 3>::parse("  жук ")->to_text() == "жук");
    CHECK_FALSE(Text<1, 3>::parse("    "));
    CHECK_FALSE(Text<1, 9>::parse("a\xC0\xAF"));
    CHECK_FALSE(Text<1, 9>::parse("\xED\xA0\x80"));
    CHECK_FALSE(Text<1, 9>::parse(std::string_view{"a\0b", 3}));
    CHECK(Uuid::parse(Uuid::random().to_text()));
    CHECK_FALSE(Uuid::parse("0191e7c8-5b7a-4c1e-9d0a-3f6b2a9c8d7"));
}

TEST_CASE("[R39] a device is called by its browser and its system") {
    CHECK(device_name("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
                      "Safari/537.36 Edg/142.0.0.0") == "Edge · Linux");
    CHECK(device_name("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
                      "Mobile Safari/537.36") == "Chrome · Android");
    CHECK(device_name("Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                      "Version/26.0 Mobile/15E148 Safari/604.1") == "Safari · iOS");
    CHECK(device_name("Shop/2.1 (iPhone; iOS 19.2)") == "iOS");
    CHECK(device_name("curl/8.14") == "curl/8.14");
    CHECK(device_name("").empty());
    std::string cyrillic = "x";
    for (int i = 0; i < 50; ++i) cyrillic += "ж";
    CHECK(device_name(cyrillic) == cyrillic.substr(0, 59));
}

TEST_CASE("[R125] times are told in UTC and read with any offset") {
    CHECK(Timestamp::parse("2026-01-31T09:15:00Z")->to_text() == "2026-01-31T09:15:00Z");
    CHECK(Timestamp::parse("2026-01-31T15:15:00+06:00")->to_text() == "2026-01-31T09:15:00Z");
    CHECK(Timestamp::parse("2026-01-31 09:15:00.25+00")->to_text() == "2026-01-31T09:15:00.250000Z");
    for (const auto* bad : {"", "2026-02-30T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T09:15:00", "yesterday"}) {
        CHECK_FALSE(Timestamp::parse(bad));
    }
}

TEST_CASE("[R16] the business day is the market's own") {
    const auto moment = *Timestamp::parse("2026-03-01T02:30:00Z");
    CHECK(local_date_digits(moment, "Asia/Bishkek") == "20260301");
    CHECK(local_date_digits(moment, "America/New_York") == "20260228");
}

TEST_CASE("random draws stay in range and do not repeat") {
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        CHECK(random_below(6) < 6);
        seen.insert(random_letters("abcdefghijklmnop", 16));
    }
    CHECK(seen.size() == 1'000);
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
