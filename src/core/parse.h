#pragma once
// How strong types are made: a type can only be built through parse(), which returns the value or what was expected.
//
// Every boundary (JSON, path, query, database, command line) works through the two concepts below, so a new strong type
// is usable everywhere by writing parse() once.

#include <concepts>
#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <string_view>

namespace marque {

/// A value, or a sentence fragment for the person who sent it: "must be between 1 and 99".
template <class T>
using Parsed = std::expected<T, std::string>;

/// What JSON Schema says of a text type. Empty and zero fields are left out.
struct TextFacts {
    std::string_view format{};
    std::string_view pattern{};
    std::size_t min_length = 0;
    std::size_t max_length = 0;
    std::string_view example{};
};

/// What JSON Schema says of an integer type.
struct IntegerFacts {
    std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
    std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
    std::int64_t example = 1;
};

/// A strong type written as text: T::parse(text), value.to_text() and T::facts.
template <class T>
concept TextScalar = requires(const T& value, std::string_view text) {
    { T::parse(text) } -> std::same_as<Parsed<T>>;
    { value.to_text() } -> std::convertible_to<std::string>;
    { T::facts } -> std::convertible_to<TextFacts>;
};

/// A strong type written as a whole number: T::parse(number), value.value() and T::facts.
template <class T>
concept IntegerScalar = requires(const T& value, std::int64_t number) {
    { T::parse(number) } -> std::same_as<Parsed<T>>;
    { value.value() } -> std::convertible_to<std::int64_t>;
    { T::facts } -> std::convertible_to<IntegerFacts>;
};

/// The whole text as a signed 64-bit integer, or nothing: no spaces, no plus sign, no rest.
[[nodiscard]] Parsed<std::int64_t> parse_integer(std::string_view text);

}  // namespace marque
