// Amounts in the launch markets' languages.
#include "core/money_text.h"

#include <doctest/doctest.h>

namespace marque {

TEST_CASE("[R62] amounts read as people of the language write them") {
    const Currency som = Currency::parse("KGS").value();
    const Currency dollar = Currency::parse("USD").value();
    const Currency yen = Currency::parse("JPY").value();
    CHECK(money_for_people(Money{125'000, som}, "сом", "ru") == "1\u00a0250,00\u00a0сом");
    CHECK(money_for_people(Money{12'500'050, som}, "сом", "ru") == "125\u00a0000,50\u00a0сом");
    CHECK(money_for_people(Money{12'500'050, som}, "сом", "ky") == "125\u00a0000,50\u00a0сом");
    CHECK(money_for_people(Money{12'500'050, som}, "сом", "en") == "125,000.50\u00a0сом");
    CHECK(money_for_people(Money{125'005, dollar}, "$", "en") == "$1,250.05");
    CHECK(money_for_people(Money{-5, dollar}, "$", "en") == "-$0.05");
    CHECK(money_for_people(Money{12'500'050, dollar}, "$", "ru") == "125\u00a0000,50\u00a0$");
    CHECK(money_for_people(Money{1'250, yen}, "¥", "en") == "¥1,250");
}

}  // namespace marque
