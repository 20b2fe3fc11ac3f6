#pragma once
// Text as XML character data: what sitemaps and product feeds are made of.

#include <string>
#include <string_view>

namespace marque {

/// Appends `text` (UTF-8) so that it can stand between tags and in quoted attributes. Bytes that are no UTF-8 and
/// characters that XML 1.0 cannot hold (control characters, U+FFFE, U+FFFF) become U+FFFD.
void append_xml(std::string& out, std::string_view text);
[[nodiscard]] std::string xml_escaped(std::string_view text);

/// At most `characters_max` code points of valid UTF-8 text, never cut within one.
[[nodiscard]] std::string_view shortened(std::string_view text, std::size_t characters_max);

}  // namespace marque
