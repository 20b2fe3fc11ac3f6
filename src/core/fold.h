#pragma once
// Letters as a search compares them: any script in one case, without accents, compatibility forms undone. This is ICU's
// part of it; whoever needs it often keeps the usual alphabets to a table of its own.

#include <string>
#include <string_view>

namespace marque {

/// The text by NFKC case folding, Latin letters without their marks, "ё" as "е"; whatever is neither letter, mark,
/// digit nor apostrophe becomes a space. Bytes that are not UTF-8 become spaces, too.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace marque
