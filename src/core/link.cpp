// What is a link that may be shown to everybody.
#include "core/link.h"

#include <algorithm>

#include "core/text.h"

namespace marque {

Parsed<Link> Link::parse(std::string_view raw) {
    constexpr const char* expected = "must be a path of this site (\"/category/dresses\") or start with https://";
    const auto text = trimmed(raw);
    const auto length = utf8_length(text);
    if (!length || *length < facts.min_length || *length > facts.max_length) return std::unexpected(expected);
    // Browsers take a backslash for a slash and drop control characters: "/\evil.example" would be another site.
    const auto is_odd = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == '\\' || c == 0x7F; };
    if (std::ranges::any_of(text, is_odd)) return std::unexpected(expected);
    const bool is_path = text.starts_with('/') && !text.starts_with("//");
    const bool is_elsewhere = text.starts_with("https://") && text.size() > 8 && text[8] != '/';
    if (!is_path && !is_elsewhere) return std::unexpected(expected);
    Link link;
    link.text_ = std::string{text};
    return link;
}

}  // namespace marque
