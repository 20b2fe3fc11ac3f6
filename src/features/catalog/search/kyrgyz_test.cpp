// Stems of Kyrgyz nouns, and of words that only look as if they had suffixes.
#include "features/catalog/search/kyrgyz.h"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace marque::catalog::search {

TEST_CASE("Kyrgyz: case, possessive and plural come off") {
    const std::vector<std::pair<std::string, std::vector<std::string>>> cases{
        {"көйнөк",
         {"көйнөк", "көйнөктөр", "көйнөктү", "көйнөктүн", "көйнөккө", "көйнөктө", "көйнөктөн", "көйнөгү", "көйнөгүм",
          "көйнөктөрү", "көйнөктөрдүн", "көйнөктөрдөн", "көйнөгүбүз", "көйнөгүңүз", "көйнөктөгү"}},
        {"футболка",
         {"футболкалар", "футболкага", "футболканын", "футболканы", "футболкада", "футболкадан", "футболкасы",
          "футболкаларды", "футболкаларга", "футболкабыз"}},
        {"шым", {"шымдар", "шымдын", "шымды", "шымга", "шымдан", "шымдары"}},
        {"пальто", {"пальтолор", "пальтодон", "пальтого"}},
        {"топ", {"топтор", "топтун"}},
        {"сумка", {"сумкалар", "сумкасы", "сумкалардын"}},
        {"аял", {"аялдар", "аялдардын"}},
        {"кийим", {"кийим", "кийимдер", "кийимдерди"}},
        {"джинсы", {"джинсы", "джинсылар"}},
    };
    for (const auto& [stem, words] : cases) {
        for (const auto& word : words) {
            CAPTURE(word);
            CHECK(kyrgyz_stem(word) == stem);
        }
    }
}

TEST_CASE("Kyrgyz: words without suffixes stay") {
    for (const std::string word : {"ак", "кара", "сары", "күрөң", "кызыл", "жашыл", "шапка", "юбка", "майка", "куртка",
                                   "кардиган", "чемодан", "пахта", "шорты", "брюки", "dress", "42", ""}) {
        CAPTURE(word);
        CHECK(kyrgyz_stem(word) == word);
    }
}

}  // namespace marque::catalog::search
