#pragma once
// Web origins (RFC 6454): what a browser sends as `Origin`.

#include <string_view>

namespace marque {

/// As a browser writes it: scheme, host in small letters and a port that is not the scheme's own; nothing behind.
[[nodiscard]] bool is_origin(std::string_view text);

}  // namespace marque
