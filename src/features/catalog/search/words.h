#pragma once
// Texts cut into the words that are indexed and looked up: folded, with apostrophes resolved and hyphens noted.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace marque::catalog::search {

/// Longer words are cut: nobody types them, and a typo search in them would be slow.
inline constexpr std::size_t word_letters_max = 32;

struct Word {
    std::string text;
    /// Stands directly behind a hyphen that joins it to the word before: the "shirt" of "t-shirt".
    bool joined = false;
};

/// A text for cutting: lower case, "ё" as "е", accents of Latin letters gone, everything between words a space or a
/// hyphen. Valid UTF-8 whatever came in.
[[nodiscard]] std::string folded_text(std::string_view text);
/// The same into a string that keeps its memory.
void fold_text(std::string_view text, std::string& out);

/// The words of a folded text, one by one; cheap enough for a whole catalogue.
class WordCutter {
public:
    explicit WordCutter(std::string_view folded) : rest_(folded) {}
    /// False at the end. The word's bytes lie in the folded text or in this object, until the next call.
    bool next(std::string_view& word, bool& joined);

private:
    std::string_view rest_;
    std::string without_apostrophe_;
};

[[nodiscard]] std::vector<Word> words_of(std::string_view text);

/// Letters of a folded word as code points.
[[nodiscard]] std::u32string letters_of(std::string_view word);
[[nodiscard]] std::string text_of(std::u32string_view letters);
void append_letter(std::string& out, char32_t letter);

[[nodiscard]] inline bool is_cyrillic(std::string_view word) {
    return !word.empty() && (static_cast<unsigned char>(word.front()) & 0xFCU) == 0xD0;
}
[[nodiscard]] inline bool is_latin(std::string_view word) {
    return !word.empty() && word.front() >= 'a' && word.front() <= 'z';
}

}  // namespace marque::catalog::search
