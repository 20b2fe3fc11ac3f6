#pragma once
// UTF-8 one code point at a time: what the import needs to clean text that comes in any state.

#include <cstddef>
#include <string>
#include <string_view>

namespace marque::catalog::import {

constexpr char32_t replacement_character = 0xFFFD;

struct DecodedPoint {
    char32_t point = 0;
    std::size_t bytes = 0;  // How many bytes it took, at least 1.
    bool valid = true;      // False: the byte does not begin a valid sequence, and point is the replacement character.
};

// Decodes the code point that begins at the position, which lies inside the text.
DecodedPoint decode_point(std::string_view text, std::size_t position);

void append_point(std::string& text, char32_t point);

}  // namespace marque::catalog::import
