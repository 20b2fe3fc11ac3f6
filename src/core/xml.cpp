// Escaping character by character; what XML 1.0 forbids has no escape and is replaced.
#include "core/xml.h"

namespace marque {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Bytes of the UTF-8 sequence at the front, or 0 where there is none. Surrogates and overlong forms are none.
std::size_t sequence_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF && continues(1)) return 2;
    if (lead >= 0xE0 && lead <= 0xEF && continues(1) && continues(2)) {
        if (lead == 0xE0 && byte(1) < 0xA0) return 0;
        if (lead == 0xED && byte(1) > 0x9F) return 0;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4 && continues(1) && continues(2) && continues(3)) {
        if (lead == 0xF0 && byte(1) < 0x90) return 0;
        if (lead == 0xF4 && byte(1) > 0x8F) return 0;
        return 4;
    }
    return 0;
}

bool is_allowed(std::string_view character) {
    if (character.size() == 1) {
        const auto c = static_cast<unsigned char>(character[0]);
        return c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
    }
    return character != "\xEF\xBF\xBE" && character != "\xEF\xBF\xBF";
}

std::string_view escape_of(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&apos;";
        case '\r':
            return "&#13;";  // a parser would make it a line feed
        default:
            return {};
    }
}

}  // namespace

void append_xml(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const auto bytes = sequence_bytes(text);
        const auto character = text.substr(0, bytes == 0 ? 1 : bytes);
        if (bytes == 0 || !is_allowed(character)) {
            out += replacement;
        } else if (const auto escape = escape_of(character[0]); !escape.empty()) {
            out += escape;
        } else {
            out += character;
        }
        text.remove_prefix(character.size());
    }
}

std::string xml_escaped(std::string_view text) {
    std::string out;
    append_xml(out, text);
    return out;
}

std::string_view shortened(std::string_view text, std::size_t characters_max) {
    std::size_t size = 0;
    for (std::size_t count = 0; count < characters_max && size < text.size(); ++count) {
        const auto bytes = sequence_bytes(text.substr(size));
        size += bytes == 0 ? 1 : bytes;
    }
    return text.substr(0, size);
}

}  // namespace marque
