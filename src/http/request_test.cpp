// Decoding of targets and query strings, and look-up of headers.
#include "http/request.h"

#include <doctest/doctest.h>

namespace marque::http {
namespace {

TEST_CASE("header names are compared without case") {
    Request request;
    request.headers = {{"Host", "shop"}, {"X-Market", "kg"}, {"accept", ""}};
    CHECK(request.header("host") == "shop");
    CHECK(request.header("x-mARKET") == "kg");
    CHECK(request.header("Accept").empty());
    CHECK(request.header("X-Marke").empty());
    CHECK(request.header("X-Markets").empty());
}

TEST_CASE("percent-decoding") {
    CHECK(percent_decoded("silk-dress", false) == "silk-dress");
    CHECK(percent_decoded("a%20b%2Fc%2f", false) == "a b/c/");
    CHECK(percent_decoded("a+b", false) == "a+b");
    CHECK(percent_decoded("a+b%2B", true) == "a b+");
    CHECK(percent_decoded("%D0%96", false) == "\xd0\x96");
    CHECK(percent_decoded("", false) == "");
    for (const auto* broken :
         {"%", "%2", "a%", "%zz", "%2x", "% 2", "%+1", "%-1", "%00", "%ff", "%C0%AF", "%D0", "%ED%A0%80"}) {
        CAPTURE(std::string{broken});
        CHECK_FALSE(percent_decoded(broken, false));
    }
}

TEST_CASE("query strings") {
    CHECK(parse_query("") == Pairs{});
    CHECK(parse_query("a=1&b=%20x&a=+&c&=d&e==f&&g=") ==
          Pairs{{"a", "1"}, {"b", " x"}, {"a", " "}, {"c", ""}, {"", "d"}, {"e", "=f"}, {"g", ""}});
    CHECK_FALSE(parse_query("a=%"));
    CHECK_FALSE(parse_query("%=a"));
    std::string many = "a=1";
    for (int i = 1; i < 64; ++i) many += "&a=1";
    CHECK(parse_query(many)->size() == 64);
    CHECK_FALSE(parse_query(many + "&a=1"));
}

}  // namespace
}  // namespace marque::http
