#pragma once
// Texts with {placeholders} and parts in [[ ]] that go when what they name is not known; and HTML made of plain text.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "features/messages/kinds.h"

namespace marque::messages {

/// What is wrong with a text as somebody typed it ("names {x}, …"), or nothing. A brace that encloses no name is a
/// letter like any other.
[[nodiscard]] std::string mistake_in(std::string_view text, const std::vector<std::string_view>& placeholders);

/// Values in their places; those that are not there count as empty.
[[nodiscard]] std::string filled(std::string_view text, const Values& values);

/// In one line, as subjects and headers are: white space and control characters become single spaces.
[[nodiscard]] std::string in_one_line(std::string_view text);

/// Not core/xml.h: mail programs that know HTML 4 only show its &apos; as it stands.
[[nodiscard]] std::string html_escaped(std::string_view text);

/// A mail's HTML part: paragraphs and lines of the text, everything escaped, addresses of pages as links.
[[nodiscard]] std::string html_of(std::string_view text, std::string_view footer, std::string_view language);

}  // namespace marque::messages
