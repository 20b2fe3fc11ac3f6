// PostgreSQL's array literals and hex bytes, and the end of a request whose row does not fit its type.
#include "db/codec.h"

#include <fmt/format.h>

#include "core/check.h"

namespace marque::db {

void fail_decode(const StatementInfo& statement, std::string_view what) {
    // The value itself may be a person's data, so only its length is told.
    const bool own_words = what.starts_with("NULL") || what.starts_with("malformed") || what.starts_with("bytes ");
    const std::string told = own_words ? std::string{what} : fmt::format("a value of {} bytes", what.size());
    fail_check(fmt::format("statement {}: {} does not fit the C++ type", statement.name, told),
               std::source_location::current());
}

namespace {

/// One element of an array literal; `at` stands on its first character and is left on the comma or brace behind it.
std::optional<std::string> array_element(std::string_view literal, std::size_t& at) {
    std::string text;
    if (literal[at] == '"') {
        for (++at; at < literal.size() && literal[at] != '"'; ++at) {
            if (literal[at] == '\\') ++at;
            check(at < literal.size(), "malformed array literal: escape at the end");
            text += literal[at];
        }
        check(at < literal.size(), "malformed array literal: quote left open");
        ++at;
        return text;
    }
    while (at < literal.size() && literal[at] != ',' && literal[at] != '}') text += literal[at++];
    if (text == "NULL") return std::nullopt;
    return text;
}

bool needs_quotes(std::string_view text) {
    if (text.empty()) return true;
    if (text.find_first_of("{}\",\\ \t\n\r\v\f") != std::string_view::npos) return true;
    return text.size() == 4 && (text[0] | 32) == 'n' && (text[1] | 32) == 'u' && (text[2] | 32) == 'l' &&
           (text[3] | 32) == 'l';
}

}  // namespace

std::vector<std::optional<std::string>> split_array(std::string_view literal) {
    check(literal.size() >= 2 && literal.front() == '{' && literal.back() == '}', "malformed array literal");
    std::vector<std::optional<std::string>> elements;
    std::size_t at = 1;
    if (literal.size() == 2) return elements;
    while (true) {
        check(at < literal.size() && literal[at] != '{', "malformed array literal: more than one dimension");
        elements.push_back(array_element(literal, at));
        check(at < literal.size(), "malformed array literal: brace left open");
        if (literal[at] == '}') break;
        check(literal[at] == ',', "malformed array literal: no comma between elements");
        ++at;
    }
    check(at + 1 == literal.size(), "malformed array literal: text behind the brace");
    return elements;
}

std::string join_array(const std::vector<std::optional<std::string>>& elements) {
    std::string out = "{";
    for (const auto& element : elements) {
        if (out.size() > 1) out += ',';
        if (!element) {
            out += "NULL";
        } else if (!needs_quotes(*element)) {
            out += *element;
        } else {
            out += '"';
            for (const char letter : *element) {
                if (letter == '"' || letter == '\\') out += '\\';
                out += letter;
            }
            out += '"';
        }
    }
    out += '}';
    return out;
}

std::string hex_of_bytes(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex = "\\x";
    hex.reserve(2 + bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

std::optional<std::string> bytes_of_hex(std::string_view hex) {
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    if (!hex.starts_with("\\x") || hex.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(hex.size() / 2 - 1);
    for (std::size_t i = 2; i < hex.size(); i += 2) {
        const int high = digit(hex[i]);
        const int low = digit(hex[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

}  // namespace marque::db
