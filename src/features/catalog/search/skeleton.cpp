// Letters to sounds by table, then the differences between the usual ways of romanising are levelled.
#include "features/catalog/search/skeleton.h"

#include <array>

#include "features/catalog/search/words.h"

namespace marque::catalog::search {
namespace {

// Sounds without a Latin letter of their own: S ш щ, J ж, C ц, Q ч.
struct Spelling {
    std::string_view letters;
    std::string_view sounds;
};

/// Longer ones first.
constexpr std::array latin_groups{
    Spelling{"shch", "S"}, Spelling{"sch", "S"}, Spelling{"tch", "Q"}, Spelling{"sh", "S"}, Spelling{"zh", "J"},
    Spelling{"kh", "h"},   Spelling{"ch", "Q"},  Spelling{"ts", "C"},  Spelling{"tz", "C"}, Spelling{"ck", "k"},
    Spelling{"ph", "f"},   Spelling{"yo", "e"},  Spelling{"jo", "e"},  Spelling{"ye", "e"}, Spelling{"je", "e"},
    Spelling{"oe", "o"},   Spelling{"ue", "u"},  Spelling{"oo", "u"},  Spelling{"w", "v"},  Spelling{"q", "k"},
    Spelling{"y", "i"}};

std::string_view cyrillic_sounds(char32_t letter) {
    static constexpr std::array<std::string_view, 32> table{"a", "b", "v", "g", "d", "e", "J", "z", "i",  "i", "k",
                                                            "l", "m", "n", "o", "p", "r", "s", "t", "u",  "f", "h",
                                                            "C", "Q", "S", "S", "",  "i", "",  "e", "iu", "ia"};
    if (letter >= U'а' && letter <= U'я') return table[letter - U'а'];
    switch (letter) {
        case U'ө':
            return "o";
        case U'ү':
        case U'ұ':
            return "u";
        case U'ң':
            return "n";
        case U'қ':
            return "k";
        case U'ғ':
            return "g";
        case U'ә':
            return "a";
        case U'і':
            return "i";
        case U'һ':
            return "h";
        default:
            return "?";
    }
}

std::string_view latin_sound(char letter, Reading reading) {
    const bool other = reading == Reading::other;
    switch (letter) {
        case 'j':
            return other ? "J" : "i";
        case 'c':
            return other ? "C" : "k";
        case 'x':
            return other ? "h" : "ks";
        default:
            return {};
    }
}

/// Sounds of a Latin word, group by group.
std::string latin_sounds(std::string_view word, Reading reading) {
    std::string sounds;
    while (!word.empty()) {
        const Spelling* group = nullptr;
        for (const auto& candidate : latin_groups) {
            if (word.starts_with(candidate.letters)) {
                group = &candidate;
                break;
            }
        }
        if (group != nullptr) {
            sounds += group->sounds;
            word.remove_prefix(group->letters.size());
            continue;
        }
        const auto sound = latin_sound(word.front(), reading);
        if (sound.empty()) {
            sounds += word.front();
        } else {
            sounds += sound;
        }
        word.remove_prefix(1);
    }
    return sounds;
}

/// й before е, doubled letters, нг and ң, тс and ц: one sound each, whichever alphabet they came from.
std::string levelled(std::string_view sounds) {
    std::string out;
    for (const char sound : sounds) {
        const char last = out.empty() ? '\0' : out.back();
        if (sound == last) continue;
        if (sound == 'e' && last == 'i') {
            out.back() = 'e';
        } else if (sound == 'g' && last == 'n') {
            continue;
        } else if (sound == 's' && last == 't') {
            out.back() = 'C';
        } else if (sound == 'h' && last == 'k') {
            out.back() = 'h';
        } else if (sound == 'Q' && last == 'S') {
            continue;
        } else {
            out += sound;
        }
    }
    return out;
}

}  // namespace

std::string skeleton_of(std::string_view word, Reading reading) {
    std::string sounds;
    std::string latin;
    for (const auto letter : letters_of(word)) {
        if (letter < 0x80) {
            latin += static_cast<char>(letter);
            continue;
        }
        sounds += latin_sounds(latin, reading);
        latin.clear();
        const auto added = cyrillic_sounds(letter);
        if (added == "?") return {};
        sounds += added;
    }
    sounds += latin_sounds(latin, reading);
    return levelled(sounds);
}

std::vector<std::string> skeletons_of(std::string_view word) {
    std::vector<std::string> skeletons{skeleton_of(word)};
    if (word.find_first_of("jcx") != std::string_view::npos) {
        auto other = skeleton_of(word, Reading::other);
        if (other != skeletons.front()) skeletons.push_back(std::move(other));
    }
    if (skeletons.front().empty()) skeletons.clear();
    return skeletons;
}

}  // namespace marque::catalog::search
