#pragma once
// base64url without padding (RFC 4648, section 5), as tokens use it: one text for each row of bytes and no other.

#include <optional>
#include <string>
#include <string_view>

namespace marque::identity {

[[nodiscard]] std::string base64url(std::string_view bytes);

/// Nothing unless the text is the one canonical encoding of its bytes: no padding, no white space, no stray bits.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace marque::identity
