// The writer: escapes, numbers and every kind of member.
#include "json/write.h"

#include <doctest/doctest.h>

#include <limits>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/quantity.h"

namespace view_of_test {

enum class State { pending, paid };
ENUMERATION(State, pending, paid)

struct Empty {};
RECORD(Empty);

struct View {
    marque::OrderId id;
    marque::Money price;
    State state = State::paid;
    marque::MarketCode market;
    marque::Timestamp created_at;
    marque::Quantity quantity;
    std::optional<std::string> note;
    std::vector<std::string_view> tags;
    std::map<std::string, std::int64_t> counts;
    double rating = 4.5;
    marque::json::Raw raw{"[1]"};
    std::vector<Empty> empties;
    std::uint32_t views = 7;
};
RECORD(View, id, price, state, market, created_at, quantity, note, tags, counts, rating, raw, empties, views);

}  // namespace view_of_test

namespace marque::json {
namespace {

using namespace view_of_test;

TEST_CASE("a record with a member of every kind") {
    View view;
    view.id = OrderId{19};
    view.price = Money{125000, *Currency::parse("KGS")};
    view.market = *MarketCode::parse("KG");
    view.created_at = *Timestamp::parse("2026-01-31T09:15:00Z");
    view.tags = {"new", "a\"b"};
    view.counts = {{"b", 2}, {"a", 1}};
    view.empties.resize(2);
    CHECK(written(view) ==
          R"({"id":"19","price":1250.00,"state":"paid","market":"kg","created_at":"2026-01-31T09:15:00Z","quantity":1,)"
          R"("note":null,"tags":["new","a\"b"],"counts":{"a":1,"b":2},"rating":4.5,)"
          R"("raw":[1],"empties":[{},{}],"views":7})");
    view.note = "n";
    view.tags.clear();
    view.counts.clear();
    view.empties.clear();
    CHECK(written(view).find(R"("note":"n","tags":[],"counts":{},"rating":4.5,"raw":[1],"empties":[],)") !=
          std::string::npos);
}

TEST_CASE("strings are escaped as RFC 8259 demands and no further") {
    CHECK(written("plain") == R"("plain")");
    CHECK(written("\"\\\b\f\n\r\t/") == R"("\"\\\b\f\n\r\t/")");
    CHECK(written(std::string_view{"\0\x01\x1f\x7f", 4}) == "\"\\u0000\\u0001\\u001f\x7f\"");
    CHECK(written("көйнөк 👗") == "\"көйнөк 👗\"");
    std::string all;
    for (char c = 0; c < 127; ++c) all += c;
    const auto back = parse(written(all));
    REQUIRE(back.has_value());
    CHECK(*back->as<std::string>() == all);
}

TEST_CASE("numbers") {
    CHECK(written(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(written(std::numeric_limits<std::int64_t>::max()) == "9223372036854775807");
    CHECK(written(4.0) == "4");
    CHECK(written(0.1) == "0.1");
    CHECK(written(-1e300) == "-1e+300");
    CHECK_THROWS_AS((void)written(std::numeric_limits<double>::infinity()), Bug);
    CHECK_THROWS_AS((void)written(std::numeric_limits<double>::quiet_NaN()), Bug);
    CHECK(written(Money{-5, *Currency::parse("USD")}) == "-0.05");
    CHECK(written(Money{1250, *Currency::parse("JPY")}) == "1250");
    CHECK(written(Money{1, *Currency::parse("KWD")}) == "0.001");
}

TEST_CASE("an enum's value that has no word is a bug") { CHECK_THROWS_AS((void)written(static_cast<State>(7)), Bug); }

}  // namespace
}  // namespace marque::json
