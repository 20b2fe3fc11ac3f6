// Names of countries and languages, where markets are data and may be called anything.
#include "core/place_text.h"

#include <doctest/doctest.h>

namespace marque {
namespace {

TEST_CASE("countries are called what people there call them") {
    const auto named = [](std::string_view code, const char* language) {
        return country_for_people(*MarketCode::parse(code), language, "Otherwise");
    };
    CHECK(named("KG", "ky") == "Кыргызстан");
    CHECK(named("KG", "ru") == "Кыргызстан");
    CHECK(named("US", "en") == "United States");
    CHECK(named("US", "ru") == "США");
    CHECK(named("KZ", "ru") == "Казахстан");
    CHECK(named("EUROPE", "en") == "Otherwise");
    CHECK(named("ZQ", "en") == "Otherwise");
}

TEST_CASE("languages call themselves") {
    CHECK(language_for_people("ru") == "Русский");
    CHECK(language_for_people("ky") == "Кыргызча");
    CHECK(language_for_people("en") == "English");
}

}  // namespace
}  // namespace marque
