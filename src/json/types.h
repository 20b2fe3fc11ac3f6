#pragma once
// Member types that exist only at the JSON boundary, and the traits the reader, the writer and the schema share.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.h"
#include "core/record.h"

namespace marque::json {

/// An amount as it was sent, a number or a string, kept digit by digit: only the handler knows the currency.
struct AmountText {
    std::string text;

    /// "1250", "1250.5", "-0.05": digits and at most one point, no exponent.
    [[nodiscard]] static Parsed<AmountText> parse(std::string_view text);
    [[nodiscard]] Parsed<Money> in(Currency currency) const { return Money::parse(text, currency); }
};

/// JSON text that was made elsewhere (a stored document, a cached answer) and is inserted as it is.
struct Raw {
    std::string text;
};

/// The same for text that is known to be a T's: its schema is that of T. Not owned.
template <class T>
struct RawOf {
    std::string_view text;
};
template <class T>
inline constexpr bool is_raw_of = false;
template <class T>
inline constexpr bool is_raw_of<RawOf<T>> = true;

/// Members that an answer leaves out where there is nothing, instead of saying null: a record names them in
/// `static constexpr std::array<std::string_view, N> left_out_when_empty`.
template <class T>
constexpr bool may_be_left_out(std::string_view name) {
    if constexpr (requires { T::left_out_when_empty; }) {
        for (const auto candidate : T::left_out_when_empty) {
            if (candidate == name) return true;
        }
    }
    return false;
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

/// An object whose names are data, as translations by language.
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;

template <class Descriptors>
constexpr auto names_of_descriptors() {
    std::array<std::string_view, boost::mp11::mp_size<Descriptors>::value> names{};
    std::size_t index = 0;
    boost::mp11::mp_for_each<Descriptors>([&](auto descriptor) { names[index++] = descriptor.name; });
    return names;
}

/// The names of a record's members, in order of declaration.
template <Record T>
inline constexpr auto member_names = names_of_descriptors<Members<T>>();

/// The words of an enum, in order of declaration.
template <Enumeration T>
inline constexpr auto enum_words = names_of_descriptors<boost::describe::describe_enumerators<T>>();

/// For static_assert in the last branch of a chain of types.
template <class T>
inline constexpr bool no_json_for = false;

}  // namespace marque::json
