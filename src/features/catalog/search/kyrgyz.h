#pragma once
// A light stemmer for Kyrgyz nouns, which Snowball lacks: case, possessive and plural suffixes are taken off where
// vowel harmony and the consonant before them allow it.

#include <string>
#include <string_view>

namespace marque::catalog::search {

/// The stem of a folded word: "көйнөктөрдүн" is "көйнөк", "көйнөгү" too. A word without such suffixes is its own stem.
[[nodiscard]] std::string kyrgyz_stem(std::string_view word);

}  // namespace marque::catalog::search
