#pragma once
// Records to JSON text, appended straight into a string: no tree in between.

#include "core/check.h"
#include "json/types.h"
#include "json/value.h"

namespace marque::json {

/// A string in quotes, escaped as RFC 8259 demands and no further; the text is valid UTF-8 and passes through.
void append_text(std::string& out, std::string_view text);
void append_integer(std::string& out, std::int64_t number);
/// The shortest text that reads back as the same number; for ratings and statistics, never for money.
void append_double(std::string& out, double number);
void append_value(std::string& out, const Value& value);

template <class T>
void write(std::string& out, const T& value);

template <Record T>
void write_record(std::string& out, const T& record) {
    char separator = '{';
    for_each_member(record, [&](std::string_view name, const auto& member) {
        if constexpr (is_optional<std::remove_cvref_t<decltype(member)>>) {
            if (!member && may_be_left_out<T>(name)) return;
        }
        out += separator;
        out += '"';
        out += name;
        out += "\":";
        json::write(out, member);
        separator = ',';
    });
    if (separator == '{') out += '{';
    out += '}';
}

template <class T>
void write_map(std::string& out, const std::map<std::string, T>& map) {
    out += '{';
    for (const auto& [name, value] : map) {
        if (out.back() != '{') out += ',';
        append_text(out, name);
        out += ':';
        json::write(out, value);
    }
    out += '}';
}

template <class T>
void write_elements(std::string& out, const T& elements) {
    char separator = '[';
    for (const auto& element : elements) {
        out += separator;
        json::write(out, element);
        separator = ',';
    }
    if (separator == '[') out += '[';
    out += ']';
}

template <class T>
void write(std::string& out, const T& value) {
    if constexpr (std::same_as<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::integral<T> && (std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t))) {
        append_integer(out, value);
    } else if constexpr (std::same_as<T, double>) {
        append_double(out, value);
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        append_text(out, value);
    } else if constexpr (std::same_as<T, Raw> || is_raw_of<T>) {
        out += value.text;
    } else if constexpr (std::same_as<T, Money>) {
        out += value.to_text();
    } else if constexpr (std::same_as<T, AmountText>) {
        append_text(out, value.text);
    } else if constexpr (std::same_as<T, Value>) {
        append_value(out, value);
    } else if constexpr (is_optional<T>) {
        if (!value) {
            out += "null";
        } else {
            json::write(out, *value);
        }
    } else if constexpr (TextScalar<T>) {
        append_text(out, value.to_text());
    } else if constexpr (IntegerScalar<T>) {
        append_integer(out, value.value());
    } else if constexpr (Enumeration<T>) {
        check(!enum_word(value).empty(), "the enum has a word for its value");
        append_text(out, enum_word(value));
    } else if constexpr (Record<T>) {
        write_record(out, value);
    } else if constexpr (is_map<T>) {
        write_map(out, value);
    } else if constexpr (requires { value.begin() != value.end(); }) {
        write_elements(out, value);
    } else {
        static_assert(no_json_for<T>, "this type cannot be written as JSON: use a RECORD, a strong type or json::Raw");
    }
}

template <class T>
[[nodiscard]] std::string written(const T& value) {
    std::string out;
    json::write(out, value);
    return out;
}

}  // namespace marque::json
