#pragma once
// HTML as shop systems store it in descriptions, made into clean plain text.

#include <string>
#include <string_view>
#include <vector>

namespace marque::catalog::import {

// Tags are removed (paragraphs become blank lines, breaks and blocks line breaks, list items lines beginning "• "),
// entities decoded, white space folded. The result is valid UTF-8 whatever comes in.
std::string html_to_text(std::string_view html);

// The same for something that has to stay on one line, such as a name.
std::string html_to_line(std::string_view html);

// A text from html_to_text taken apart: lines that begin with a bullet, and the prose around them.
struct TextParts {
    std::string prose;
    std::vector<std::string> bullets;
};
TextParts split_bullets(std::string_view text);

}  // namespace marque::catalog::import
