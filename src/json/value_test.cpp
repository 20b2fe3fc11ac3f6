// The parser: what is JSON, what is not, and that limits hold.
#include "json/value.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <random>

#include "json/write.h"

namespace marque::json {
namespace {

std::string error_of(std::string_view text, Limits limits = {}) {
    const auto value = parse(text, limits);
    return value ? "accepted" : value.error().message;
}

std::string round_trip(std::string_view text) {
    const auto value = parse(text);
    return value ? written(*value) : value.error().message;
}

TEST_CASE("texts that are JSON read back as they were") {
    for (const std::string_view text :
         {"null", "true", "false", "0", "-1", R"("")", "[]", "{}", "[[],{}]", R"({"":0})", R"([1,2.50,"a",null,true])",
          "9223372036854775807", "-9223372036854775808", "1e400", "-1.5E+3", "0.10", R"({"b":1,"a":{"b":2}})"}) {
        CHECK(round_trip(text) == text);
    }
    CHECK(round_trip(" \n\t\r[ 1 , { \"a\" : 2 } ] \n") == R"([1,{"a":2}])");
    CHECK(round_trip("-0") == "-0");  // an amount's text, but no whole number
}

TEST_CASE("texts that are not JSON are refused") {
    for (const std::string_view text :
         {"",           " ",        "nul",      "nulll",      "True",  "01",      "-",           "+1",
          ".5",         "1.",       "1.e3",     "1e",         "1e+",   "0x1",     "NaN",         "Infinity",
          "-Infinity",  "[1,]",     "[,1]",     "[1 2]",      "[1",    "]",       "{,}",         R"({"a":1,})",
          R"({"a" 1})", R"({"a"})", R"({a:1})", R"({'a':1})", R"("a)", R"("\x")", R"("\u12G4")", R"("\u12")",
          "\"\n\"",     "\"\t\"",   "// 1\n1",  "1 /* */",    "1 1",   "[]]",     "{}{}",        "\xEF\xBB\xBF[]",
          "\f1",        "\"\\",     "[\"\\u",   R"("\U0041")"}) {
        CAPTURE(text);
        CHECK_FALSE(parse(text).has_value());
    }
}

TEST_CASE("messages say what and where") {
    CHECK(error_of("") == "expected a value (at byte 0)");
    CHECK(error_of("[1,]") == "expected a value (at byte 3)");
    CHECK(error_of("[1 2]") == "expected ',' or ']' (at byte 3)");
    CHECK(error_of(R"({"a" 1})") == "expected ':' (at byte 5)");
    CHECK(error_of("{} {}") == "nothing may follow the value (at byte 3)");
    CHECK(error_of(R"("a)") == "the string is not closed (at byte 2)");
    CHECK(error_of("\"\n\"") == "control characters in strings must be escaped (at byte 1)");
    CHECK(error_of("1.x") == "expected a digit (at byte 2)");
}

TEST_CASE("whole numbers of 64 bits are integers; all others keep their text") {
    CHECK(*parse("9223372036854775807")->as<std::int64_t>() == INT64_MAX);
    CHECK(*parse("-9223372036854775808")->as<std::int64_t>() == INT64_MIN);
    for (const std::string_view text : {"9223372036854775808", "-9223372036854775809", "1e400", "1.0", "1250.50", "1e2",
                                        "100000000000000000000000000000000000000000.000000000000000000000000001"}) {
        const auto value = parse(text);
        REQUIRE(value.has_value());
        REQUIRE(value->as<Decimal>() != nullptr);
        CHECK(value->as<Decimal>()->text == text);
    }
}

TEST_CASE("escapes") {
    CHECK(*parse(R"("\"\\\/\b\f\n\r\t")")->as<std::string>() == "\"\\/\b\f\n\r\t");
    CHECK(*parse(R"("\u0041\u00e9\u20AC\uD83D\uDC57")")->as<std::string>() == "Aé€👗");
    CHECK(*parse(R"("\u0000")")->as<std::string>() == std::string(1, '\0'));
    CHECK(*parse(R"("\uFFFF\uD7FF\uE000")")->as<std::string>() == "\uFFFF\uD7FF\uE000");
    for (const std::string_view text : {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\n")",
                                        R"("\ud800\u0041")", R"("\ud800\ud800")", R"("\udc00\ud800")"}) {
        CAPTURE(text);
        CHECK(error_of(text).starts_with("half of a surrogate pair"));
    }
}

TEST_CASE("only valid UTF-8 is taken") {
    CHECK(error_of("\"\xC3\"") == "must be valid UTF-8");
    CHECK(error_of("\"\xC0\xAF\"") == "must be valid UTF-8");
    CHECK(error_of("\"\xED\xA0\x80\"") == "must be valid UTF-8");
    CHECK(error_of("\"\xF4\x90\x80\x80\"") == "must be valid UTF-8");
    CHECK(error_of("\"\xFF\"") == "must be valid UTF-8");
    CHECK(error_of(std::string_view{"1\0", 2}) == "must not contain NUL");
    CHECK(*parse("\"көйнөк 👗\"")->as<std::string>() == "көйнөк 👗");
}

TEST_CASE("a name stands once in an object") {
    CHECK(error_of(R"({"a":1,"b":2,"a":3})") == "\"a\" stands twice in one object (at byte 19)");
    CHECK(error_of(R"({"a":1,"\u0061":2})").starts_with("\"a\" stands twice"));
    CHECK(error_of(R"([{"x":{"k":1,"k":1}}])").starts_with("\"k\" stands twice"));
    CHECK(error_of(R"({"a":{"a":{}},"b":{"a":1}})") == "accepted");
    const std::string long_name(1000, 'n');
    CHECK(error_of(fmt::format(R"({{"{0}":1,"{0}":2}})", long_name)).starts_with("a name stands twice in one object"));
}

TEST_CASE("[H3] depth, number of values and length of strings are bounded") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(error_of(nested(32)) == "accepted");
    CHECK(error_of(nested(33)) == "nested deeper than 32 (at byte 32)");
    CHECK(error_of(std::string(1'000'000, '[')) == "nested deeper than 32 (at byte 32)");
    CHECK(error_of("[[]]", {.depth_max = 1}) == "nested deeper than 1 (at byte 1)");
    std::string many = "[0";
    for (int i = 0; i < 9'998; ++i) many += ",0";
    CHECK(error_of(many + "]") == "accepted");
    CHECK(error_of(many + ",0]").starts_with("more than 10000 values"));
    CHECK(error_of("[1,2]", {.values_max = 2}).starts_with("more than 2 values"));
    const auto quoted = [](std::size_t size) { return '"' + std::string(size, 'a') + '"'; };
    CHECK(error_of(quoted(64 * 1024)) == "accepted");
    CHECK(error_of(quoted(64 * 1024 + 1)).starts_with("the string is too long"));
    CHECK(error_of("{" + quoted(64 * 1024 + 1) + ":1}").starts_with("the string is too long"));
    CHECK(error_of(std::string(1'000, '1')) == "accepted");
    CHECK(error_of(std::string(1'001, '1')).starts_with("the number is too long"));
}

/// A value of every kind, its strings full of what needs care.
Value random_value(std::mt19937_64& random, int depth) {
    const auto below = [&](std::uint64_t count) { return random() % count; };
    const auto text = [&] {
        static constexpr std::string_view pieces[] = {"a", "\"", "\\", "\n", "\x01", "é", "€", "👗", "/", "\x7f", "ө"};
        std::string out;
        for (auto left = below(8); left > 0; --left) out += pieces[below(std::size(pieces))];
        return out;
    };
    switch (below(depth > 0 ? 7 : 5)) {
        case 0:
            return Value{nullptr};
        case 1:
            return Value{below(2) == 0};
        case 2:
            return Value{static_cast<std::int64_t>(random())};
        case 3:
            return Value{Decimal{fmt::format("{}.{}", below(100'000), below(1'000))}};
        case 4:
            return Value{text()};
        case 5: {
            Array array;
            for (auto left = below(5); left > 0; --left) array.push_back(random_value(random, depth - 1));
            return Value{std::move(array)};
        }
        default: {
            Object object;
            for (auto left = below(5); left > 0; --left) {
                object.emplace_back(text() + std::to_string(left), random_value(random, depth - 1));
            }
            return Value{std::move(object)};
        }
    }
}

TEST_CASE("random values survive writing and reading, and damaged texts never crash") {
    // MARQUE_SEED repeats a run that failed.
    const char* given = std::getenv("MARQUE_SEED");
    const auto seed = given != nullptr ? std::strtoul(given, nullptr, 10) : std::random_device{}();
    MESSAGE("seed ", seed);
    std::mt19937_64 random{seed};
    for (int round = 0; round < 500; ++round) {
        std::string text = written(random_value(random, 6));
        CAPTURE(text);
        const auto value = parse(text);
        REQUIRE(value.has_value());
        REQUIRE(written(*value) == text);
        for (int damage = 0; damage < 3; ++damage) text[random() % text.size()] = static_cast<char>(random());
        if (const auto damaged = parse(text)) REQUIRE(parse(written(*damaged)).has_value());
        REQUIRE(error_of(text.substr(0, random() % text.size())).size() > 0);
    }
}

}  // namespace
}  // namespace marque::json
