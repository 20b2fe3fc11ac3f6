// The embedded viewer.
#include "http/docs_page.h"

#include <doctest/doctest.h>

namespace marque::http {
namespace {

TEST_CASE("the page keeps to a policy without inline script and style") {
    const auto page = docs_page_html();
    CHECK(page.starts_with("<!doctype html>"));
    CHECK(page.ends_with("</html>\n"));
    CHECK(page.find("<script src=\"/docs/viewer.js\" defer></script>") != std::string_view::npos);
    CHECK(page.find("<style") == std::string_view::npos);
    CHECK(page.find("style=") == std::string_view::npos);
    CHECK(page.find("<script>") == std::string_view::npos);
}

TEST_CASE("the script carries the style sheet and loads nothing from elsewhere") {
    const auto script = docs_page_script();
    CHECK(script.starts_with("\"use strict\";\nconst viewer_css = \"/* Look of the API viewer"));
    CHECK(script.ends_with("start();\n"));
    CHECK(script.find("http://") == std::string_view::npos);
    CHECK(script.find("https://") == std::string_view::npos);
}

}  // namespace
}  // namespace marque::http
