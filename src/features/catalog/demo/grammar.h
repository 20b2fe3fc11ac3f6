// Words into sentences: agreement in gender and number, nouns into templates, capitals and slugs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace marque::demo {

enum class Gender { masculine, feminine, neuter, plural };

// Resolves "[a|b]" (singular or plural) and "[a|b|c|d]" (masculine, feminine, neuter or plural) and puts the noun
// in for "{noun}".
std::string inflect(std::string_view text, Gender gender, std::string_view noun = {});

// The first letter as a capital: Latin, Russian or Kyrgyz.
std::string capitalize(std::string text);

// ASCII lower case with hyphens.
std::string slugify(std::string_view text);

// Joins the parts that are not empty with one space each.
std::string join_words(const std::vector<std::string>& parts);

}  // namespace marque::demo
