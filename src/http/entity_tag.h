#pragma once
// Entity tags: the name of an answer's very bytes, and whether a caller holds them already (RFC 9110, 8.8.3, 13.1.2).

#include <string>
#include <string_view>

namespace marque::http {

/// 128 bits of SHA-256 over what the answer is made of, as 32 hexadecimal digits.
[[nodiscard]] std::string content_digest(std::string_view content);

/// Whether an If-None-Match field names `tag` (`"…"`, with its quotes): any member of the list, weak or not, or `*`.
/// From the first member on that is not well-formed nothing counts.
[[nodiscard]] bool names_tag(std::string_view if_none_match, std::string_view tag);

}  // namespace marque::http
