// The small languages of Magento's cells, and slugs.
#include "features/catalog/import/attributes.h"

#include <doctest/doctest.h>

#include <random>

#include "core/text.h"
#include "features/catalog/import/slug_text.h"

namespace marque::catalog::import {
namespace {

TEST_CASE("attributes: commas inside values, quotes, odd pieces") {
    const auto attributes =
        parse_attributes("has_options=0,size=XS, long,color=\"Black, \"\"matt\"\"\",note=a=b,=x,empty=");
    CHECK(find_attribute(attributes, {"size"}) == "XS, long");
    CHECK(find_attribute(attributes, {"colour", "Color"}) == "Black, \"matt\"");
    CHECK(find_attribute(attributes, {"note"}) == "a=b,=x");
    CHECK(find_attribute(attributes, {"empty", "missing"}) == "");
    CHECK(parse_attributes("").empty());
    CHECK(find_attribute(parse_attributes("size=3\",color=Red"), {"color"}) == "Red");
    CHECK(find_attribute(parse_attributes("size=\"open,color=Red"), {"color"}) == "Red");
}

TEST_CASE("variations") {
    const auto variations = parse_variations("sku=A-XS,size=XS,color=Black|sku=A-S,size=S|").value();
    REQUIRE(variations.size() == 2);
    CHECK(variations[0].sku == "A-XS");
    CHECK(variations[0].size == "XS");
    CHECK(variations[0].color == "Black");
    CHECK(variations[1].color == "");
    CHECK(parse_variations("").error() == "is empty (expected sku=...,size=...,color=...|sku=...)");
    CHECK(parse_variations("sku=A|size=S").error() ==
          "names no sku in \"size=S\" (expected sku=...,size=...,color=...)");
}

TEST_CASE("the category is the deepest path that is no showcase") {
    const auto choose = [](std::string_view cell) {
        const auto path = choose_category(cell);
        return path ? path->category + ">" + path->subcategory : "none";
    };
    CHECK(choose("Default Category/Men/Tops/Hoodies & Sweatshirts,Default Category/Collections/Eco Friendly,"
                 "Default Category") == "Men>Hoodies & Sweatshirts");
    CHECK(choose("Default Category/Promotions/Women Sale,Default Category/Women/Tops/Tees") == "Women>Tees");
    CHECK(choose("Default Category/Gear") == "Gear>");
    CHECK(choose("Shop/Gear,Shop/Gear/Bags") == "Gear>Bags");
    CHECK(choose("Shop/Shirts\\/Tops/A") == "Shirts/Tops>A");
    CHECK(choose("Default Category/Collections/Erin Recommends,Default Category") == "none");
    CHECK(choose("Default Category") == "none");
    CHECK(choose("") == "none");
    CHECK(choose(" , /, //") == "none");
}

TEST_CASE("slugs are ASCII, digits and single hyphens") {
    CHECK(slug_from("Chaz Kangeroo Hoodie") == "chaz-kangeroo-hoodie");
    CHECK(slug_from("Ryker LumaTech™ Tee (Crew-neck)") == "ryker-lumatech-tee-crew-neck");
    CHECK(slug_from("  --Men's & Women’s--  ") == "mens-womens");
    CHECK(slug_from("Café Ærø Straße Łódź") == "cafe-aero-strasse-lodz");
    CHECK(slug_from("Юбка чёрная, объём") == "yubka-chyornaya-obyom");
    CHECK(slug_from("Көйнөк үңкүр") == "koynok-ungkur");
    CHECK(slug_from("™—…") == "");
    CHECK(slug_from("日本") == "");
    CHECK(slug_from(std::string(119, 'a') + " bcd").size() == 119);
    CHECK(slug_from(std::string(300, 'a')).size() == slug_bytes_max);
}

TEST_CASE("colliding slugs take the key, then a number") {
    SlugRegistry slugs;
    CHECK(slugs.claim("tee", "MT01") == "tee");
    CHECK(slugs.claim("tee", "MT02") == "tee-mt02");
    CHECK(slugs.claim("tee", "MT02") == "tee-mt02-2");
    CHECK(slugs.claim("tee", "MT02") == "tee-mt02-3");
    CHECK(slugs.claim("tee", "™") == "tee-2");
    CHECK(slugs.claim("", "MT 03") == "mt-03");
    CHECK(slugs.claim("", "") == "product");
    CHECK(slugs.claim("", "") == "product-2");
    const std::string longest(slug_bytes_max, 'a');
    CHECK(slugs.claim(longest, "x") == longest);
    const auto next = slugs.claim(longest, std::string(200, 'k'));
    CHECK(next.size() == slug_bytes_max);
    CHECK(slugs.claim(longest, std::string(200, 'k')) != next);
}

TEST_CASE("random text never crashes, and slugs from it are slugs") {
    const auto seed = std::random_device{}();
    INFO("seed ", seed);
    std::mt19937 random(seed);
    SlugRegistry slugs;
    constexpr std::string_view alphabet = "sku=size,|\"/\\a- \xC3\xA9\xD0\xB6\xFF";
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (auto length = random() % 40; length > 0; --length) {
            text += random() % 5 == 0 ? static_cast<char>(random() & 0xFFU) : alphabet[random() % alphabet.size()];
        }
        (void)parse_attributes(text);
        (void)parse_variations(text);
        (void)choose_category(text);
        const auto slug = slugs.claim(slug_from(text), text.substr(0, 5));
        INFO("text ", text, " slug ", slug);
        CHECK(Slug::parse(slug).has_value());
    }
}

}  // namespace
}  // namespace marque::catalog::import
