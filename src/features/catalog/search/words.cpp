// Folding by tables for ASCII, western European letters and Cyrillic, by ICU for all else; then cutting at the spaces.
#include "features/catalog/search/words.h"

#include "core/fold.h"

namespace marque::catalog::search {
namespace {

/// U+00C0 to U+00FF without case and accents; a space between words. "ß" and "æ", "þ" are left to ICU ('?').
constexpr std::string_view western =
    "aaaaaa?ceeeeiiii?nooooo ouuuuy??"
    "aaaaaa?ceeeeiiii?nooooo ouuuuy?y";

constexpr char32_t elsewhere = 0xFFFFFFFF;

/// The folded letter of a two-byte sequence, ' ' for what stands between words, `elsewhere` for what ICU must see.
char32_t fold_pair(unsigned char lead, unsigned char trail) {
    const char32_t letter = (char32_t{lead} & 0x1FU) << 6U | (char32_t{trail} & 0x3FU);
    if (letter >= 0x410 && letter <= 0x42F) return letter + 0x20;
    if (letter >= 0x430 && letter <= 0x44F) return letter;
    if (letter == 0x401 || letter == 0x451) return 0x435;
    // Kyrgyz Ң, Ө, Ү and their neighbours of other languages stand in pairs, the capital even.
    if (letter >= 0x48A && letter <= 0x4BF) return letter | 1U;
    if (letter >= 0x4D0 && letter <= 0x52F) return letter | 1U;
    if (letter >= 0xC0 && letter <= 0xFF) {
        const char plain = western[letter - 0xC0];
        return plain == '?' ? elsewhere : static_cast<char32_t>(plain);
    }
    if (letter >= 0xA0 && letter < 0xC0 && letter != 0xAA && letter != 0xBA && letter != 0xB5) return ' ';
    return elsewhere;
}

char fold_ascii(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'' || c == '-') return c;
    return ' ';
}

bool continues(std::string_view text, std::size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80;
}

/// False where the tables do not know a letter.
bool fold_by_table(std::string_view text, std::string& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            out += fold_ascii(text[i]);
        } else if (lead >= 0xC2 && lead < 0xE0 && continues(text, i + 1)) {
            const auto letter = fold_pair(lead, static_cast<unsigned char>(text[++i]));
            if (letter == elsewhere) return false;
            append_letter(out, letter);
        } else if (lead == 0xE2 && continues(text, i + 1) && continues(text, i + 2) && text[i + 1] == '\x80') {
            const char last = text[i + 2];
            out += last == '\x99' ? '\'' : last == '\x90' || last == '\x91' ? '-' : ' ';
            i += 2;
        } else {
            return false;
        }
    }
    return true;
}

bool is_hyphen(char c) { return c == '-'; }

}  // namespace

void append_letter(std::string& out, char32_t letter) {
    const auto byte = [&](char32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
    if (letter < 0x80) {
        byte(letter);
    } else if (letter < 0x800) {
        byte(0xC0U | letter >> 6U);
        byte(0x80U | (letter & 0x3FU));
    } else if (letter < 0x10000) {
        byte(0xE0U | letter >> 12U);
        byte(0x80U | (letter >> 6U & 0x3FU));
        byte(0x80U | (letter & 0x3FU));
    } else {
        byte(0xF0U | letter >> 18U);
        byte(0x80U | (letter >> 12U & 0x3FU));
        byte(0x80U | (letter >> 6U & 0x3FU));
        byte(0x80U | (letter & 0x3FU));
    }
}

std::string folded_text(std::string_view text) {
    std::string out;
    fold_text(text, out);
    return out;
}

void fold_text(std::string_view text, std::string& out) {
    out.clear();
    out.reserve(text.size());
    if (fold_by_table(text, out)) return;
    // Hyphens are no part of a word to ICU: it folds what lies between them.
    out.clear();
    while (true) {
        const auto hyphen = text.find('-');
        out += folded(text.substr(0, hyphen));
        if (hyphen == std::string_view::npos) return;
        out += '-';
        text.remove_prefix(hyphen + 1);
    }
}

bool WordCutter::next(std::string_view& word, bool& joined) {
    std::size_t start = 0;
    while (start < rest_.size() && (rest_[start] == ' ' || rest_[start] == '-' || rest_[start] == '\'')) ++start;
    if (start == rest_.size()) return false;
    // The hyphen joins only when it is all that stands between the two.
    joined = start == 1 && is_hyphen(rest_[0]);
    rest_.remove_prefix(start);
    std::size_t end = 0;
    std::size_t letters = 0;
    bool apostrophe = false;
    while (end < rest_.size() && rest_[end] != ' ' && !is_hyphen(rest_[end])) {
        if ((static_cast<unsigned char>(rest_[end]) & 0xC0U) != 0x80 && ++letters > word_letters_max) break;
        apostrophe = apostrophe || rest_[end] == '\'';
        ++end;
    }
    word = rest_.substr(0, end);
    // What is too long for a word is skipped, not cut into several.
    while (end < rest_.size() && rest_[end] != ' ' && !is_hyphen(rest_[end])) ++end;
    rest_.remove_prefix(end);
    if (!apostrophe) return true;
    // "women's" is a form of "women", "plat'e" the romanised soft sign.
    if (word.ends_with("'s")) word.remove_suffix(2);
    without_apostrophe_.clear();
    for (const char c : word) {
        if (c != '\'') without_apostrophe_ += c;
    }
    word = without_apostrophe_;
    return true;
}

std::vector<Word> words_of(std::string_view text) {
    const std::string folded = folded_text(text);
    std::vector<Word> words;
    WordCutter cutter{folded};
    std::string_view word;
    bool joined = false;
    while (cutter.next(word, joined)) words.push_back({std::string{word}, joined && !words.empty()});
    return words;
}

std::u32string letters_of(std::string_view word) {
    std::u32string letters;
    for (std::size_t i = 0; i < word.size();) {
        const auto lead = static_cast<unsigned char>(word[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        char32_t letter = length == 1 ? lead : lead & (0x7FU >> length);
        for (std::size_t k = 1; k < length && i + k < word.size(); ++k) {
            letter = letter << 6U | (static_cast<unsigned char>(word[i + k]) & 0x3FU);
        }
        letters += letter;
        i += length;
    }
    return letters;
}

std::string text_of(std::u32string_view letters) {
    std::string text;
    for (const auto letter : letters) append_letter(text, letter);
    return text;
}

}  // namespace marque::catalog::search
