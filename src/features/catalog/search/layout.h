#pragma once
// Text typed with the keyboard in the wrong layout: "aen,jkrf" is футболка, "вкуыы" is dress.

#include <string>
#include <string_view>

namespace marque::catalog::search {

/// The text as the other layout (QWERTY or ЙЦУКЕН) would have written it, in lower case; empty where it holds letters
/// of both alphabets or of neither. Kyrgyz layouts have the Russian letters in the same places.
[[nodiscard]] std::string other_layout(std::string_view text);

}  // namespace marque::catalog::search
