// The transliteration tables of slugs and the rule that keeps slugs apart.
#include "features/catalog/import/slug_text.h"

#include <array>

#include "features/catalog/import/utf8.h"

namespace marque::catalog::import {

namespace {

// U+00C0 to U+017F without accents.
constexpr std::array<std::string_view, 192> latin = {
    // clang-format off
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o",
    "o", "x", "o", "u", "u", "u", "u", "y", "th", "ss", "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e",
    "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "y", "a", "a", "a",
    "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c", "d", "d", "d", "d", "e", "e", "e", "e", "e", "e", "e", "e",
    "e", "e", "g", "g", "g", "g", "g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i", "i",
    "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l", "l", "l", "l", "l", "n", "n", "n", "n",
    "n", "n", "n", "ng", "ng", "o", "o", "o", "o", "o", "o", "oe", "oe", "r", "r", "r", "r", "r", "r", "s", "s", "s",
    "s", "s", "s", "s", "s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u", "u", "u", "u", "u", "u", "u", "u",
    "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s",
    // clang-format on
};

// U+0430 to U+044F, the small Cyrillic letters.
constexpr std::array<std::string_view, 32> cyrillic = {
    // clang-format off
    "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh",
    "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
    // clang-format on
};

std::string_view cyrillic_extra(char32_t point) {
    switch (point) {
        case 0x401:
        case 0x451:
            return "yo";
        case 0x4A2:
        case 0x4A3:
            return "ng";
        case 0x4AE:
        case 0x4AF:
            return "u";
        case 0x4E8:
        case 0x4E9:
            return "o";
        default:
            return "";
    }
}

// Signs inside words, whose place must not become a hyphen: Luma's "HeatTech™" is one word, "Men’s" becomes "mens".
bool is_silent(char32_t point) {
    return point == '\'' || point == 0x2019 || point == 0xAE || point == 0xA9 || point == 0x2122 || point == 0x42A ||
           point == 0x42C || point == 0x44A || point == 0x44C || (point >= 0x300 && point <= 0x36F);
}

std::string spelled(char32_t point) {
    if ((point >= 'a' && point <= 'z') || (point >= '0' && point <= '9')) {
        return {static_cast<char>(point)};
    }
    if (point >= 'A' && point <= 'Z') {
        return {static_cast<char>(point - 'A' + 'a')};
    }
    if (point >= 0xC0 && point < 0xC0 + latin.size()) {
        return std::string(latin[point - 0xC0]);
    }
    if (point >= 0x410 && point < 0x450) {
        return std::string(cyrillic[(point - 0x410) % 32]);
    }
    return std::string(cyrillic_extra(point));
}

// Cuts at a byte, which is a character in a slug, and takes care that no hyphen is left at the end.
std::string shortened(std::string slug, std::size_t bytes_max) {
    slug.resize(std::min(slug.size(), bytes_max));
    while (slug.ends_with('-')) {
        slug.pop_back();
    }
    return slug;
}

std::string suffixed(const std::string& slug, const std::string& suffix) {
    return shortened(slug, slug_bytes_max - std::min(slug_bytes_max, suffix.size() + 1)) + "-" + suffix;
}

}  // namespace

std::string slug_from(std::string_view text) {
    std::string slug;
    bool hyphen_owed = false;
    for (std::size_t position = 0; position < text.size();) {
        const auto decoded = decode_point(text, position);
        position += decoded.bytes;
        if (is_silent(decoded.point)) {
            continue;
        }
        const auto letters = spelled(decoded.point);
        if (letters.empty()) {
            hyphen_owed = !slug.empty();
            continue;
        }
        if (hyphen_owed) {
            slug += '-';
            hyphen_owed = false;
        }
        slug += letters;
    }
    return shortened(std::move(slug), slug_bytes_max);
}

bool SlugRegistry::take(const std::string& slug) { return taken_.insert(slug).second; }

std::string SlugRegistry::claim(const std::string& wanted, std::string_view key) {
    if (!wanted.empty() && take(wanted)) {
        return wanted;
    }
    const auto key_slug = shortened(slug_from(key), slug_bytes_max / 2);
    auto base = wanted.empty() ? (key_slug.empty() ? std::string("product") : key_slug) : wanted;
    if (!wanted.empty() && !key_slug.empty()) {
        base = suffixed(wanted, key_slug);
    }
    auto slug = base;
    for (long number = 2; !take(slug); ++number) {
        slug = suffixed(base, std::to_string(number));
    }
    return slug;
}

}  // namespace marque::catalog::import
