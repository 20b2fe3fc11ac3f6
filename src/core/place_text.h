#pragma once
// Countries and languages as people call them: "Кыргызстан", "English".

#include <string>
#include <string_view>

#include "core/market.h"

namespace marque {

/// What people call the country that a market's code names, in `language`; `otherwise` where the code is no country's
/// or the language has no word for it.
[[nodiscard]] std::string country_for_people(MarketCode code, const Language& language, std::string_view otherwise);

/// What a language calls itself, with a capital: "Русский".
[[nodiscard]] std::string language_for_people(const Language& language);

}  // namespace marque
