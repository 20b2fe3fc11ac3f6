// Suffixes as patterns: A is а, е, о or ө, I is ы, и, у or ү, as the last vowel of the stem commands.
#include "features/catalog/search/kyrgyz.h"

#include <algorithm>
#include <array>
#include <span>

#include "features/catalog/search/words.h"

namespace marque::catalog::search {
namespace {

constexpr std::u32string_view vowels = U"аеиоуыэюяөү";
constexpr std::u32string_view voiceless = U"кпстфхцчшщ";

bool is_vowel(char32_t letter) { return vowels.find(letter) != std::u32string_view::npos; }
bool is_voiceless(char32_t letter) { return voiceless.find(letter) != std::u32string_view::npos; }

struct Harmony {
    char32_t open = 0;   // A
    char32_t close = 0;  // I
};

/// What the last vowel of a stem asks of its suffixes; nothing for a stem without vowels.
Harmony harmony_of(std::u32string_view stem) {
    for (std::size_t i = stem.size(); i-- > 0;) {
        switch (stem[i]) {
            case U'а':
            case U'ы':
            case U'я':
                return {U'а', U'ы'};
            case U'о':
                return {U'о', U'у'};
            case U'у':
            case U'ю':
                return {U'а', U'у'};
            case U'е':
            case U'э':
            case U'и':
                return {U'е', U'и'};
            case U'ө':
            case U'ү':
                return {U'ө', U'ү'};
            default:
                break;
        }
    }
    return {};
}

struct Suffix {
    std::u32string_view pattern;
    /// A shorter rest is more likely a word that only looks as if it had the suffix (шап-ка, күрө-ң).
    std::size_t stem_letters_min;
};

constexpr std::array place_of{Suffix{U"дAгI", 3}, Suffix{U"тAгI", 3}};
// The last two are possessives with their accusative (көйнөгүн).
constexpr std::array cases{
    Suffix{U"ндAн", 3}, Suffix{U"нIн", 3}, Suffix{U"дIн", 3}, Suffix{U"тIн", 3}, Suffix{U"дAн", 3}, Suffix{U"тAн", 3},
    Suffix{U"нAн", 4},  Suffix{U"ндA", 4}, Suffix{U"нI", 4},  Suffix{U"дI", 3},  Suffix{U"тI", 4},  Suffix{U"гA", 3},
    Suffix{U"кA", 5},   Suffix{U"нA", 5},  Suffix{U"дA", 3},  Suffix{U"тA", 5},  Suffix{U"сIн", 3}, Suffix{U"Iн", 4}};
constexpr std::array possessives{Suffix{U"IңIздAр", 3}, Suffix{U"IбIз", 3}, Suffix{U"IңIз", 3}, Suffix{U"бIз", 4},
                                 Suffix{U"ңIз", 4},     Suffix{U"Iм", 4},   Suffix{U"Iң", 4},   Suffix{U"сI", 3},
                                 Suffix{U"м", 5},       Suffix{U"ң", 5},    Suffix{U"I", 4}};
constexpr std::array plurals{Suffix{U"лAр", 2}, Suffix{U"дAр", 2}, Suffix{U"тAр", 2}};

/// May a suffix that begins with this letter stand behind that one?
bool may_follow(char32_t first, char32_t before) {
    switch (first) {
        case U'т':
        case U'к':
            return is_voiceless(before);
        case U'л':
        case U'д':
        case U'г':
            return !is_voiceless(before);
        case U'I':
            return !is_vowel(before);
        default:  // н, с, м, ң, б
            return is_vowel(before);
    }
}

bool ends_with(std::u32string_view word, const Suffix& suffix) {
    if (word.size() < suffix.pattern.size() + suffix.stem_letters_min) return false;
    const auto stem = word.substr(0, word.size() - suffix.pattern.size());
    const Harmony harmony = harmony_of(stem);
    if (harmony.open == 0 || !may_follow(suffix.pattern.front(), stem.back())) return false;
    const auto tail = word.substr(stem.size());
    // Within a suffix harmony goes on: ү follows ү, but а follows у.
    for (std::size_t i = 0; i < tail.size(); ++i) {
        const char32_t wanted = suffix.pattern[i];
        const auto rule = harmony_of(word.substr(0, stem.size() + i));
        if (tail[i] != (wanted == U'A' ? rule.open : wanted == U'I' ? rule.close : wanted)) return false;
    }
    return true;
}

/// Takes off the first suffix that fits.
bool strip(std::u32string& word, std::span<const Suffix> suffixes) {
    const auto found = std::ranges::find_if(suffixes, [&](const Suffix& suffix) { return ends_with(word, suffix); });
    if (found == suffixes.end()) return false;
    word.resize(word.size() - found->pattern.size());
    // Before a vowel the last consonant had turned soft: көйнөк, көйнөгү.
    if (found->pattern.front() == U'I') {
        if (word.back() == U'г') word.back() = U'к';
        if (word.back() == U'б') word.back() = U'п';
    }
    return true;
}

}  // namespace

std::string kyrgyz_stem(std::string_view word) {
    auto letters = letters_of(word);
    if (!strip(letters, place_of)) strip(letters, cases);
    strip(letters, possessives);
    strip(letters, plurals);
    return text_of(letters);
}

}  // namespace marque::catalog::search
