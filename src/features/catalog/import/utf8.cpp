// Strict UTF-8: overlong forms, surrogates and code points above U+10FFFF are invalid.
#include "features/catalog/import/utf8.h"

namespace marque::catalog::import {

DecodedPoint decode_point(std::string_view text, std::size_t position) {
    constexpr DecodedPoint invalid{replacement_character, 1, false};
    const auto at = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char lead = at(position);
    if (lead < 0x80) {
        return {lead, 1, true};
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || length > text.size() - position) {
        return invalid;
    }
    char32_t point = lead & (0xFFU >> (length + 1));
    for (std::size_t index = 1; index < length; ++index) {
        const unsigned char byte = at(position + index);
        if ((byte & 0xC0U) != 0x80U) {
            return invalid;
        }
        point = (point << 6U) | (byte & 0x3FU);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (overlong || surrogate || point > 0x10FFFF) {
        return invalid;
    }
    return {point, length, true};
}

void append_point(std::string& text, char32_t point) {
    const auto push = [&](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (point < 0x80) {
        push(point);
    } else if (point < 0x800) {
        push(0xC0U | (point >> 6U));
        push(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        push(0xE0U | (point >> 12U));
        push(0x80U | ((point >> 6U) & 0x3FU));
        push(0x80U | (point & 0x3FU));
    } else {
        push(0xF0U | (point >> 18U));
        push(0x80U | ((point >> 12U) & 0x3FU));
        push(0x80U | ((point >> 6U) & 0x3FU));
        push(0x80U | (point & 0x3FU));
    }
}

}  // namespace marque::catalog::import
