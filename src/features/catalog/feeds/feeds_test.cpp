// How sitemaps are split and named, and what page patterns give.
#include <doctest/doctest.h>

#include "features/catalog/feeds/pages.h"
#include "features/catalog/feeds/sitemap.h"

namespace marque::catalog::feeds {
namespace {

const MarketCode kg = *MarketCode::parse("kg");

TEST_CASE("a file holds no more addresses than it may, and everything has one") {
    CHECK(file_count(0, 3) == 1);
    CHECK(file_count(10, 3, 30) == 1);
    CHECK(file_count(11, 3, 30) == 2);
    CHECK(file_count(11, 3, 32) == 2);  // a thing's languages stay together
    CHECK(file_count(20, 3, 30) == 2);
    CHECK(file_count(21, 3, 30) == 3);
    CHECK(file_count(5, 3, 2) == 5);
    CHECK(file_count(200'000, 3) == 25);
    CHECK(addresses_per_file_max <= 50'000);
}

TEST_CASE("each file has one name") {
    CHECK(file_name(kg, 1) == "sitemap-kg.xml");
    CHECK(file_name(kg, 12) == "sitemap-kg-12.xml");
    CHECK(file_wanted("kg")->file == 1);
    CHECK(file_wanted("KG-12")->file == 12);
    for (const auto* name :
         {"", "kg-", "kg-1", "kg-0", "kg-02", "kg--2", "kg-2-3", "kg-x", "k", "-2", "kg-99999999999999999999"}) {
        CAPTURE(std::string{name});
        CHECK_FALSE(file_wanted(name));
    }
}

TEST_CASE("pages are paths of this server or addresses of another") {
    Config config;
    config.public_url = "https://api.shop.example";
    config.product_page = "/p/{slug}?market={market}&lang={language}";
    config.category_page = "https://shop.example/{market}/{language}/{slug}/";
    const Pages pages{config};
    CHECK(pages.product("silk-dress", kg, "ru") == "https://api.shop.example/p/silk-dress?market=kg&lang=ru");
    CHECK(pages.category("women", kg, "ky") == "https://shop.example/kg/ky/women/");
    CHECK(pages.absolute("/media/a.svg") == "https://api.shop.example/media/a.svg");
    CHECK(pages.absolute("https://cdn.example/a.jpg") == "https://cdn.example/a.jpg");
    CHECK(language_tag("ru", kg) == "ru-KG");
    CHECK(language_tag("en", *MarketCode::parse("gulf")) == "en");
}

}  // namespace
}  // namespace marque::catalog::feeds
