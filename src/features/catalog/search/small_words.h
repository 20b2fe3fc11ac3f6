#pragma once
// Words that join or negate others, in the languages the shop speaks.

#include <string_view>

namespace marque::catalog::search {

/// "for", "и", "менен", "size": a query is not asked to match them unless it has nothing else.
[[nodiscard]] bool is_small_word(std::string_view word);

/// "without", "без": what follows is described, not asked for.
[[nodiscard]] bool is_negation(std::string_view word);

}  // namespace marque::catalog::search
