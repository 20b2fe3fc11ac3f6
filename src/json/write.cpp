// The texts of JSON's own types.
#include "json/write.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace marque::json {
namespace {

constexpr auto needs_escape = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < 0x20; ++i) table[i] = true;
    table[static_cast<unsigned char>('"')] = true;
    table[static_cast<unsigned char>('\\')] = true;
    return table;
}();

void append_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
            return;
    }
}

}  // namespace

void append_text(std::string& out, std::string_view text) {
    out += '"';
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!needs_escape[static_cast<unsigned char>(text[i])]) continue;
        out.append(text, start, i - start);
        append_escape(out, text[i]);
        start = i + 1;
    }
    out.append(text, start);
    out += '"';
}

void append_integer(std::string& out, std::int64_t number) {
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    out.append(buffer.data(), end);
}

void append_double(std::string& out, double number) {
    check(std::isfinite(number), "JSON has no infinity and no NaN");
    fmt::format_to(std::back_inserter(out), "{}", number);
}

void append_value(std::string& out, const Value& value) {
    if (const auto* truth = value.as<bool>()) return write(out, *truth);
    if (const auto* number = value.as<std::int64_t>()) return append_integer(out, *number);
    if (const auto* decimal = value.as<Decimal>()) return void(out += decimal->text);
    if (const auto* text = value.as<std::string>()) return append_text(out, *text);
    if (const auto* array = value.as<Array>()) return write_elements(out, *array);
    const auto* object = value.as<Object>();
    if (object == nullptr) return void(out += "null");
    char separator = '{';
    for (const auto& [name, member] : *object) {
        out += separator;
        append_text(out, name);
        out += ':';
        append_value(out, member);
        separator = ',';
    }
    if (separator == '{') out += '{';
    out += '}';
}

}  // namespace marque::json
