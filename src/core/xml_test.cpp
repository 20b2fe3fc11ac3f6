// XML escaping: markup, what XML cannot hold, broken UTF-8.
#include "core/xml.h"

#include <doctest/doctest.h>

namespace marque {
namespace {

TEST_CASE("markup is escaped, text of any script stays") {
    CHECK(xml_escaped("A & B <c> \"d\" 'e'") == "A &amp; B &lt;c&gt; &quot;d&quot; &apos;e&apos;");
    CHECK(xml_escaped("Платье көйнөк 👗 ]]>") == "Платье көйнөк 👗 ]]&gt;");
    CHECK(xml_escaped("a\tb\nc\rd") == "a\tb\nc&#13;d");
    CHECK(xml_escaped("").empty());
    CHECK(xml_escaped("&amp;") == "&amp;amp;");
}

TEST_CASE("what XML 1.0 cannot hold is replaced, byte by byte where it is no UTF-8") {
    const std::string mark = "\xEF\xBF\xBD";
    CHECK(xml_escaped(std::string_view{"a\0b\x01\x1F"
                                       "c",
                                       6}) == "a" + mark + "b" + mark + mark + "c");
    CHECK(xml_escaped("\xEF\xBF\xBE \xEF\xBF\xBF") == mark + " " + mark);
    CHECK(xml_escaped("\x7F") == "\x7F");
    for (const auto* broken : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                               "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
        CAPTURE(broken);
        std::string wanted;
        for (std::size_t i = 0; i < std::string_view{broken}.size(); ++i) wanted += mark;
        CHECK(xml_escaped(broken) == wanted);
    }
    CHECK(xml_escaped("\xE2\x82") == mark + mark);
    CHECK(xml_escaped("\xED\x9F\xBF \xEE\x80\x80 \xF4\x8F\xBF\xBD") == "\xED\x9F\xBF \xEE\x80\x80 \xF4\x8F\xBF\xBD");
}

TEST_CASE("shortening counts characters and cuts none in two") {
    CHECK(shortened("көйнөк", 3) == "көй");
    CHECK(shortened("abc", 3) == "abc");
    CHECK(shortened("abc", 10) == "abc");
    CHECK(shortened("👗👗", 1) == "👗");
    CHECK(shortened("", 5).empty());
}

}  // namespace
}  // namespace marque
