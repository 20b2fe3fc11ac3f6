// Sorted lists, looked up by halves.
#include "features/catalog/search/small_words.h"

#include <algorithm>
#include <array>

namespace marque::catalog::search {
namespace {

constexpr auto sorted(auto words) {
    std::ranges::sort(words);
    return words;
}

constexpr auto small_words = sorted(std::to_array<std::string_view>({
    "a",   "an",  "and",  "at",    "by",    "for",  "from",   "in",      "is",        "it",       "my",  "of",
    "on",  "or",  "size", "sizes", "that",  "the",  "this",   "to",      "with",      "your",     "в",   "во",
    "для", "до",  "и",    "из",    "или",   "к",    "ко",     "мне",     "на",        "о",        "от",  "по",
    "под", "при", "с",    "со",    "у",     "это",  "размер", "размера", "размеры",   "размеров", "бул", "да",
    "де",  "деп", "жана", "же",    "менен", "үчүн", "өлчөм",  "өлчөмү",  "өлчөмдөгү",
}));

constexpr auto negations =
    sorted(std::to_array<std::string_view>({"without", "no", "not", "without", "без", "не", "эмес"}));

}  // namespace

bool is_small_word(std::string_view word) { return std::ranges::binary_search(small_words, word) || is_negation(word); }

bool is_negation(std::string_view word) { return std::ranges::binary_search(negations, word); }

}  // namespace marque::catalog::search
