#pragma once
// What is left of a word when it no longer matters in which alphabet it was written, and how: футболка, futbolka and
// footbolka's kin share one skeleton, as do джинсы and dzhinsy, көйнөк and koinok.

#include <string>
#include <string_view>
#include <vector>

namespace marque::catalog::search {

/// How the letters of a romanised word are read that have two readings: j as й or ж, c as к or ц, x as кс or х.
enum class Reading { usual, other };

/// The skeleton of a folded word, one byte a sound; empty for a word with letters of other alphabets.
[[nodiscard]] std::string skeleton_of(std::string_view word, Reading reading = Reading::usual);

/// The skeletons a person may have meant: one, or two where a letter has two readings.
[[nodiscard]] std::vector<std::string> skeletons_of(std::string_view word);

}  // namespace marque::catalog::search
