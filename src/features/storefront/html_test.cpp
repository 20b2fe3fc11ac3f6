// What hostile texts become in each place of a page, and which addresses are followed.
#include "features/storefront/html.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace marque::storefront {
namespace {

constexpr std::array hostile{
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title><script>",
    "&lt;script&gt;",
    "<!--",
    "]]>",
    "{}{}{}",
};

TEST_CASE("a text stays a text between tags and in attributes") {
    for (const char* text : hostile) {
        CAPTURE(text);
        Html html;
        html.add(R"(<p title="{}">{}</p>)", text, std::string{text});
        const auto& out = html.text();
        // Only the template's own three signs of markup are left: <p, >, </p>.
        CHECK(std::count(out.begin(), out.end(), '<') == 2);
        CHECK(std::count(out.begin(), out.end(), '>') == 2);
        CHECK(std::count(out.begin(), out.end(), '"') == 2);
        CHECK(std::count(out.begin(), out.end(), '\'') == 0);
    }
    Html html;
    html.add("<p>{}</p>", "Tom & \"Jerry\" <3 it's");
    CHECK(html.text() == "<p>Tom &amp; &quot;Jerry&quot; &lt;3 it&#39;s</p>");
}

TEST_CASE("pieces are put together, flags stand or not, numbers as they are") {
    Html piece;
    piece.add("<b>{}</b>", "<");
    Html html;
    html.add(R"(<p>{}<input value="{}" {}><input {}></p>)", piece, 12, Flag{"checked", true}, Flag{"disabled", false});
    CHECK(html.text() == R"(<p><b>&lt;</b><input value="12" checked><input ></p>)");
}

TEST_CASE("data cannot end its element") {
    Html html;
    html.add_data("application/json", "x", R"({"name":"</script><script>alert(1)//&"})");
    CHECK(html.text() == R"(<script type="application/json" id="x">{"name":"\u003c/script\u003e\u003cscript\u003e)"
                         R"(alert(1)//\u0026"}</script>)");
}

TEST_CASE("only paths and web addresses are followed") {
    for (const char* good : {"/", "/p/dress?market=kg", "https://shop.example/x", "HTTPS://x", "http://x", "#main"}) {
        CHECK(Address::of(good).text() == good);
    }
    for (const char* bad :
         {"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:x", "java\tscript:x", "data:x", "//evil.example",
          "/\\evil.example", "\\\\evil.example", "vbscript:x", "", "p/dress", "https://x y", "\x01https://x"}) {
        CAPTURE(bad);
        CHECK(Address::of(bad).text() == "#");
    }
}

}  // namespace
}  // namespace marque::storefront
