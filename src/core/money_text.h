#pragma once
// Amounts as people read them, in sentences: "1 250,00 сом", "$1,250.00". JSON has Money::to_text() instead.

#include <string>
#include <string_view>

#include "core/market.h"
#include "core/money.h"

namespace marque {

/// With the language's own separators and exactly the currency's decimals. `sign` is the market's ("сом", "$"): before
/// the number in English where it is no word, behind it otherwise.
[[nodiscard]] std::string money_for_people(Money amount, std::string_view sign, const Language& language);
/// The same for price tags: decimals only where they are not all zero, "1 250 сом".
[[nodiscard]] std::string price_for_people(Money amount, std::string_view sign, const Language& language);

}  // namespace marque
