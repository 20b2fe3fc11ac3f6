#pragma once
// C++ values to and from PostgreSQL's text format, and which column types each may stand for (the statement test asks).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.h"
#include "core/market.h"
#include "core/parse.h"
#include "core/record.h"
#include "db/statement.h"

namespace marque::db {

/// A column or parameter held something its C++ type cannot: a bug, so the request is aborted (core/check.h).
[[noreturn]] void fail_decode(const StatementInfo& statement, std::string_view what);

/// Elements of an array literal '{…}' (one dimension), unquoted; nullopt is NULL.
[[nodiscard]] std::vector<std::optional<std::string>> split_array(std::string_view literal);
/// An array literal of text elements, quoted where needed.
[[nodiscard]] std::string join_array(const std::vector<std::optional<std::string>>& elements);

/// JSON kept as its own text (json and jsonb columns).
struct JsonText {
    std::string text;
};

/// Raw bytes (bytea columns).
struct Bytes {
    std::string bytes;
};
/// PostgreSQL's hex form of bytes, "\x1f8b", and back; nullopt where it is none.
[[nodiscard]] std::string hex_of_bytes(std::string_view bytes);
[[nodiscard]] std::optional<std::string> bytes_of_hex(std::string_view hex);

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T>
std::optional<std::string> encode_parameter(const T& value);

template <class T>
std::string encode_value(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
        return value ? "t" : "f";
    } else if constexpr (std::is_integral_v<T>) {
        return std::to_string(value);
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        return std::string{std::string_view{value}};
    } else if constexpr (std::is_same_v<T, JsonText>) {
        return value.text;
    } else if constexpr (std::is_same_v<T, Bytes>) {
        return hex_of_bytes(value.bytes);
    } else if constexpr (Enumeration<T>) {
        return std::string{enum_word(value)};
    } else if constexpr (std::is_same_v<T, MarketCode>) {
        return std::string{value.upper()};  // ruling 4: upper-case in the database
    } else if constexpr (TextScalar<T>) {
        return value.to_text();
    } else if constexpr (IntegerScalar<T>) {
        return std::to_string(value.value());
    } else {
        static_assert(is_vector<T>, "this type cannot be a statement's parameter");
        std::vector<std::optional<std::string>> elements;
        elements.reserve(value.size());
        for (const auto& element : value) elements.push_back(encode_parameter(element));
        return join_array(elements);
    }
}

template <class T>
std::optional<std::string> encode_parameter(const T& value) {
    if constexpr (is_optional<T>) {
        if (!value) return std::nullopt;
        return encode_value(*value);
    } else {
        return encode_value(value);
    }
}

template <class T>
void decode_text(const StatementInfo& statement, std::string_view text, T& out) {
    if constexpr (std::is_same_v<T, bool>) {
        out = text == "t";
    } else if constexpr (std::is_integral_v<T>) {
        const auto number = parse_integer(text);
        if (!number || !std::in_range<T>(*number)) fail_decode(statement, text);
        out = static_cast<T>(*number);
    } else if constexpr (std::is_same_v<T, std::string>) {
        out.assign(text);
    } else if constexpr (std::is_same_v<T, JsonText>) {
        out.text.assign(text);
    } else if constexpr (std::is_same_v<T, Bytes>) {
        auto bytes = bytes_of_hex(text);
        if (!bytes) fail_decode(statement, "bytes that are not hexadecimal");
        out.bytes = std::move(*bytes);
    } else if constexpr (Enumeration<T>) {
        if (!enum_from_word(text, out)) fail_decode(statement, text);
    } else if constexpr (TextScalar<T>) {
        auto parsed = T::parse(text);
        if (!parsed) fail_decode(statement, text);
        out = std::move(*parsed);
    } else if constexpr (IntegerScalar<T>) {
        const auto number = parse_integer(text);
        if (!number) fail_decode(statement, text);
        auto parsed = T::parse(*number);
        if (!parsed) fail_decode(statement, text);
        out = *parsed;
    } else {
        static_assert(is_vector<T>, "this type cannot be a column");
        for (auto& element : split_array(text)) {
            if (!element) fail_decode(statement, "NULL in array");
            decode_text(statement, *element, out.emplace_back());
        }
    }
}

template <class T>
void decode_cell(const StatementInfo& statement, std::optional<std::string_view> cell, T& out) {
    if constexpr (is_optional<T>) {
        if (cell) decode_text(statement, *cell, out.emplace());
    } else {
        if (!cell) fail_decode(statement, "NULL in a column that is not optional");
        decode_text(statement, *cell, out);
    }
}

/// The PostgreSQL type names (pg_catalog.format_type) a C++ type may stand for.
template <class T>
std::vector<std::string_view> column_types() {
    if constexpr (is_optional<T>) {
        return column_types<typename T::value_type>();
    } else if constexpr (std::is_same_v<T, bool>) {
        return {"boolean"};
    } else if constexpr (std::is_same_v<T, std::int32_t>) {
        return {"integer", "smallint"};
    } else if constexpr (std::is_integral_v<T> || is_id<T>) {
        return {"bigint", "integer", "smallint"};
    } else if constexpr (IntegerScalar<T>) {
        return {"integer", "bigint", "smallint"};
    } else if constexpr (std::is_same_v<T, JsonText>) {
        return {"jsonb", "json"};
    } else if constexpr (std::is_same_v<T, Bytes>) {
        return {"bytea"};
    } else if constexpr (is_vector<T>) {
        return {"text[]", "bigint[]", "integer[]", "character varying[]", "boolean[]"};
    } else if constexpr (TextScalar<T>) {
        return {"text", "character varying", "uuid", "timestamp with time zone"};
    } else {
        return {"text", "character varying", "character", "uuid", "timestamp with time zone", "date"};
    }
}

}  // namespace marque::db
