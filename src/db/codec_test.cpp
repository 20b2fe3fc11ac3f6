// Values to and from PostgreSQL's text, without a database.
#include "db/codec.h"

#include <doctest/doctest.h>

#include "core/check.h"

namespace marque::db {

namespace {

enum class Colour { red, dark_blue };
ENUMERATION(Colour, red, dark_blue)

constexpr StatementInfo statement{"test.codec", "SELECT 1"};

template <class T>
T decoded(std::optional<std::string_view> cell) {
    T out{};
    decode_cell(statement, cell, out);
    return out;
}

}  // namespace

TEST_CASE("array literals keep every text as it was") {
    const std::vector<std::optional<std::string>> elements{
        "plain", "", "with space", "quote\" and \\", "comma, brace {}", std::nullopt, "null", "NULL", "строка", "a\nb"};
    CHECK(split_array(join_array(elements)) == elements);
    CHECK(join_array({}) == "{}");
    CHECK(split_array("{}").empty());
    CHECK(split_array("{1,NULL,\"NULL\"}") == std::vector<std::optional<std::string>>{"1", std::nullopt, "NULL"});
}

TEST_CASE("malformed array literals are bugs") {
    for (const std::string_view text : {"", "{", "1,2", "{1,2", "{\"a}", "{\"a\\}", "{{1},{2}}", "{\"a\"b}", "{1}x}"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(static_cast<void>(split_array(text)), Bug);
    }
}

TEST_CASE("scalars decode, and what does not fit is a bug") {
    CHECK(decoded<bool>("t"));
    CHECK(decoded<std::int32_t>("-7") == -7);
    CHECK(decoded<UserId>("19") == UserId{19});
    CHECK(decoded<Colour>("dark_blue") == Colour::dark_blue);
    CHECK(decoded<std::optional<std::string>>(std::nullopt) == std::nullopt);
    CHECK(decoded<std::optional<std::string>>("") == "");
    CHECK(decoded<std::vector<std::int64_t>>("{1,2}") == std::vector<std::int64_t>{1, 2});
    CHECK_THROWS_AS(decoded<std::int32_t>("3000000000"), Bug);
    CHECK_THROWS_AS(decoded<std::int32_t>(std::nullopt), Bug);
    CHECK_THROWS_AS(decoded<Colour>("green"), Bug);
}

TEST_CASE("a failed decode does not repeat the value, which may be a person's") {
    try {
        static_cast<void>(decoded<std::int32_t>("+996555123456"));
        FAIL("expected a Bug");
    } catch (const Bug& bug) {
        const std::string_view what{bug.what()};
        CHECK(what.find("test.codec") != std::string_view::npos);
        CHECK(what.find("996555") == std::string_view::npos);
    }
}

TEST_CASE("parameters encode") {
    CHECK(encode_parameter(true) == "t");
    CHECK(encode_parameter(std::int64_t{-5}) == "-5");
    CHECK(encode_parameter(Colour::dark_blue) == "dark_blue");
    CHECK(encode_parameter(std::optional<UserId>{}) == std::nullopt);
    CHECK(encode_parameter(std::vector<std::string>{"a", "b c"}) == "{a,\"b c\"}");
}

TEST_CASE("bytes keep every value") {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    CHECK(decoded<Bytes>(encode_value(Bytes{all})).bytes == all);
    CHECK(hex_of_bytes("\x1f\x8b") == "\\x1f8b");
    CHECK(bytes_of_hex("\\x") == "");
    for (const std::string_view text : {"", "1f", "\\x1", "\\x1G", "\\x1F"}) CHECK_FALSE(bytes_of_hex(text));
}

}  // namespace marque::db
