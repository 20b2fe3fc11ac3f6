#pragma once
// The text of the SMS that carries a code.

#include <string>
#include <string_view>

namespace marque::identity {

/// In Kyrgyz, Russian or English (any other language: English). The last line has the form of origin-bound codes,
/// "@host #code", by which browsers offer the code to the shop's own site only. Fits one SMS where the host's name
/// leaves room: 70 letters with Cyrillic, else 160; the warning is left out before a second SMS is needed.
[[nodiscard]] std::string code_message(std::string_view code, std::string_view language, std::string_view host);

}  // namespace marque::identity
