#pragma once
// A parsed JSON text as a light tree: what the binder (read.h) walks. The parser itself stays in value.cpp.

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace marque::json {

struct Value;
using Array = std::vector<Value>;
using Object = std::vector<std::pair<std::string, Value>>;  // in the order of the text; duplicates were refused

/// A number with a fraction or exponent, or beyond 64 bits: its own text, so that money is read exactly.
struct Decimal {
    std::string text;
};

struct Value {
    std::variant<std::nullptr_t, bool, std::int64_t, Decimal, std::string, Array, Object> data{nullptr};

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(data); }
    template <class T>
    [[nodiscard]] const T* as() const {
        return std::get_if<T>(&data);
    }
    /// The member of an object, or nullptr.
    [[nodiscard]] const Value* member(std::string_view name) const;
};

/// Why a text is no acceptable JSON: syntax, bad UTF-8, a duplicate key, too deep, too many values, too long a string.
struct SyntaxError {
    std::string message;
};

struct Limits {
    std::size_t depth_max = 32;
    std::size_t values_max = 10'000;
    std::size_t string_bytes_max = 64 * 1024;  // of one string or name, its escapes undone
};

/// Strict RFC 8259: no comments, no trailing commas, duplicate keys refused, UTF-8 checked, nothing after the value.
[[nodiscard]] std::expected<Value, SyntaxError> parse(std::string_view text, Limits limits = {});

}  // namespace marque::json
