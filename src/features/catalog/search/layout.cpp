// The keys of both layouts in the same order.
#include "features/catalog/search/layout.h"

#include "features/catalog/search/words.h"

namespace marque::catalog::search {
namespace {

constexpr std::u32string_view latin_keys = U"`qwertyuiop[]asdfghjkl;'zxcvbnm,.~{}:\"<>";
constexpr std::u32string_view cyrillic_keys = U"ёйцукенгшщзхъфывапролджэячсмитьбюёхъжэбю";
static_assert(latin_keys.size() == cyrillic_keys.size());

char32_t lower(char32_t letter) {
    if (letter >= U'A' && letter <= U'Z') return letter + 0x20;
    if (letter >= U'А' && letter <= U'Я') return letter + 0x20;
    return letter == U'Ё' ? U'ё' : letter;
}

}  // namespace

std::string other_layout(std::string_view text) {
    std::u32string letters = letters_of(text);
    bool latin = false;
    bool cyrillic = false;
    for (auto& letter : letters) {
        letter = lower(letter);
        latin = latin || (letter >= U'a' && letter <= U'z');
        cyrillic = cyrillic || (letter >= 0x400 && letter < 0x530);
    }
    if (latin == cyrillic) return {};
    const auto from = latin ? latin_keys : cyrillic_keys;
    const auto to = latin ? cyrillic_keys : latin_keys;
    for (auto& letter : letters) {
        const auto key = from.find(letter);
        if (key != std::u32string_view::npos) letter = to[key];
    }
    return text_of(letters);
}

}  // namespace marque::catalog::search
