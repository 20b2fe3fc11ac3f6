// ICU knows the names; only their capitals are put right here.
#include "core/place_text.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>

#include <array>

namespace marque {
namespace {

struct Usual {
    std::string_view country;
    std::string_view language;
    std::string_view name;
};
/// What people there say, where ICU's word is another.
constexpr std::array usual{Usual{"KG", "ru", "Кыргызстан"}, Usual{"US", "ru", "США"}, Usual{"US", "ky", "АКШ"}};

}  // namespace

std::string country_for_people(MarketCode code, const Language& language, std::string_view otherwise) {
    const std::string country{code.upper()};
    if (country.size() != 2) return std::string{otherwise};
    for (const auto& word : usual) {
        if (word.country == country && word.language == language) return std::string{word.name};
    }
    icu::UnicodeString name;
    icu::Locale{"", country.c_str()}.getDisplayCountry(icu::Locale{language.c_str()}, name);
    std::string text;
    name.toUTF8String(text);
    return text.empty() || text == country ? std::string{otherwise} : text;
}

std::string language_for_people(const Language& language) {
    const icu::Locale locale{language.c_str()};
    icu::UnicodeString name;
    locale.getDisplayLanguage(locale, name);
    if (!name.isEmpty()) name.replace(0, 1, u_toupper(name.char32At(0)));
    std::string text;
    name.toUTF8String(text);
    return text;
}

}  // namespace marque
