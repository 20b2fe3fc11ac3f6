// Addresses that carry market and language on, and lists in them.
#include "features/storefront/links.h"

#include <doctest/doctest.h>

namespace marque::storefront {
namespace {

TEST_CASE("what the address chose is carried on, and nothing else") {
    const Links chosen{"/c/dresses", "us", "en", {{"size", "M"}, {"utm_source", "x"}, {"page", "2"}}};
    CHECK(chosen.product("silk-dress").text() == "/p/silk-dress?market=us&lang=en");
    CHECK(chosen.product("silk-dress", "dark red").text() == "/p/silk-dress?color=dark%20red&market=us&lang=en");
    CHECK(chosen.here(chosen.words()).text() == "/c/dresses?size=M&page=2&market=us&lang=en");
    CHECK(chosen.in_language("ru").text() == "/c/dresses?size=M&page=2&market=us&lang=ru");
    CHECK(chosen.in_market("kg").text() == "/?market=kg&lang=en");
    const Links plain{"/", "", "", {}};
    CHECK(plain.category("dresses").text() == "/c/dresses");
    CHECK(plain.in_language("ky").text() == "/?lang=ky");
}

TEST_CASE("members are put into lists and taken out again") {
    Parameters words;
    words.set("brand", "A&B,Ümlaut");
    CHECK(words.holds("brand", "A&B"));
    CHECK_FALSE(words.holds("brand", "A"));
    CHECK(words.toggled("brand", "C").get("brand") == "A&B,Ümlaut,C");
    CHECK(words.toggled("brand", "A&B").text() == "?brand=%C3%9Cmlaut");
    CHECK(words.toggled("brand", "A&B").toggled("brand", "Ümlaut").text().empty());
}

TEST_CASE("banners lead to pages whatever their link is called") {
    const Links links{"/", "kg", "", {}};
    CHECK(links.of_banner("/categories/dresses").text() == "/c/dresses?market=kg");
    CHECK(links.of_banner("/category/dresses").text() == "/c/dresses?market=kg");
    CHECK(links.of_banner("/products").text() == "/search?market=kg");
    CHECK(links.of_banner("/products/silk-dress").text() == "/p/silk-dress?market=kg");
    CHECK(links.of_banner("https://blog.example/a").text() == "https://blog.example/a");
    CHECK(links.of_banner("javascript:alert(1)").text() == "#");
    CHECK(links.of_banner("/p/Not A Slug").text() == "#");
}

}  // namespace
}  // namespace marque::storefront
