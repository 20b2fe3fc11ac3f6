#pragma once
// JSON, path and query text to records. All mistakes are collected in one pass, each with its path:
// "items[2].quantity".
//
// The templates only walk the types; what they find is judged in read.cpp, so that a record costs little compile time.

#include <span>

#include "core/id.h"
#include "core/refusal.h"
#include "json/types.h"
#include "json/value.h"

namespace marque::json {

/// Nobody repairs more mistakes at once; the answer stays small.
inline constexpr std::size_t errors_max = 50;
/// Elements of a list or names of a map in one body.
inline constexpr std::size_t elements_max = 1'000;
/// Of a plain std::string; strong types have their own bounds.
inline constexpr std::size_t string_bytes_max = 10'000;

/// Where a read stands and what it has found wrong so far.
class Reading {
public:
    /// Leaves the path's last step when it goes out of scope.
    class Step {
    public:
        Step(Reading& reading, std::size_t length) : reading_(reading), length_(length) {}
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;
        ~Step() { reading_.path_.resize(length_); }

    private:
        Reading& reading_;
        std::size_t length_;
    };

    [[nodiscard]] Step enter(std::string_view name);
    [[nodiscard]] Step enter(std::size_t index);
    void refuse(std::string_view message);
    void refuse_member(std::string_view name, std::string_view message);
    [[nodiscard]] bool full() const { return errors_.size() >= errors_max; }
    [[nodiscard]] std::vector<FieldError>& errors() { return errors_; }

    void read(const Value& value, bool& out);
    void read(const Value& value, std::int64_t& out);
    void read(const Value& value, std::int32_t& out);
    void read(const Value& value, std::string& out);
    void read(const Value& value, AmountText& out);

    /// The text of a JSON string (or of a whole number, for ids), or nothing after noting why.
    [[nodiscard]] std::optional<std::string> text_of(const Value& value, bool number_too, std::size_t bytes_max);
    [[nodiscard]] const Array* array_of(const Value& value);
    [[nodiscard]] const Object* object_of(const Value& value);
    [[nodiscard]] const Object* map_of(const Value& value);
    void refuse_unknown(const Object& object, std::span<const std::string_view> known);

    /// A query's parameters, percent-decoded.
    using Pairs = std::span<const std::pair<std::string, std::string>>;
    void check_names(Pairs pairs, std::span<const std::string_view> known);

private:
    std::string path_;
    std::vector<FieldError> errors_;
};

/// "must be one of: pending, paid".
[[nodiscard]] std::string one_of(std::span<const std::string_view> words);
[[nodiscard]] const std::string* find_parameter(Reading::Pairs pairs, std::string_view name);

[[nodiscard]] Parsed<bool> bool_from_text(std::string_view text);
[[nodiscard]] Parsed<std::int32_t> int32_from_number(std::int64_t number);
[[nodiscard]] Parsed<std::string> string_from_text(std::string_view text);

template <class T>
void read_into(Reading& reading, const Value& value, T& out);

template <class T>
void keep(Reading& reading, Parsed<T> parsed, T& out) {
    if (parsed) {
        out = std::move(*parsed);
    } else {
        reading.refuse(parsed.error());
    }
}

template <Record T>
void read_record(Reading& reading, const Value& value, T& out) {
    const auto* object = reading.object_of(value);
    if (object == nullptr) return;
    for_each_member(out, [&](std::string_view name, auto& member) {
        const auto* found = value.member(name);
        if (found != nullptr) {
            const auto step = reading.enter(name);
            read_into(reading, *found, member);
        } else if (!is_optional<std::remove_cvref_t<decltype(member)>>) {
            reading.refuse_member(name, "is required");
        }
    });
    reading.refuse_unknown(*object, member_names<T>);
}

template <class T>
void read_elements(Reading& reading, const Value& value, std::vector<T>& out) {
    const auto* array = reading.array_of(value);
    if (array == nullptr) return;
    out.clear();
    out.reserve(array->size());
    for (const auto& element : *array) {
        if (reading.full()) return;
        const auto step = reading.enter(out.size());
        T read{};
        read_into(reading, element, read);
        out.push_back(std::move(read));
    }
}

template <class T>
void read_map(Reading& reading, const Value& value, std::map<std::string, T>& out) {
    const auto* object = reading.map_of(value);
    if (object == nullptr) return;
    out.clear();
    for (const auto& [name, element] : *object) {
        if (reading.full()) return;
        const auto step = reading.enter(name);
        const auto key = string_from_text(name);
        if (!key) reading.refuse(key.error());
        if (key) read_into(reading, element, out[*key]);
    }
}

template <class T>
void read_text_scalar(Reading& reading, const Value& value, T& out) {
    const std::size_t bytes_max = std::max(string_bytes_max, TextFacts{T::facts}.max_length * 4);
    if (const auto text = reading.text_of(value, is_id<T>, bytes_max)) keep(reading, T::parse(*text), out);
}

template <class T>
void read_integer_scalar(Reading& reading, const Value& value, T& out) {
    std::int64_t number = 0;
    const auto errors_before = reading.errors().size();
    reading.read(value, number);
    if (reading.errors().size() == errors_before && !reading.full()) keep(reading, T::parse(number), out);
}

/// Null clears the value; in optional<optional<T>> it is a value of its own, so that "null" and "missing" differ.
template <class T>
void read_optional(Reading& reading, const Value& value, std::optional<T>& out) {
    if (value.is_null()) {
        out.reset();
        if constexpr (is_optional<T>) out.emplace();
        return;
    }
    // T{} rather than emplace(): clang takes Value for not constructible from nothing (value.h holds it in a pair).
    read_into(reading, value, out.emplace(T{}));
}

template <class T>
void read_into(Reading& reading, const Value& value, T& out) {
    if constexpr (requires { reading.read(value, out); }) {
        reading.read(value, out);
    } else if constexpr (std::same_as<T, Value>) {
        out = value;
    } else if constexpr (is_optional<T>) {
        read_optional(reading, value, out);
    } else if constexpr (is_vector<T>) {
        read_elements(reading, value, out);
    } else if constexpr (is_map<T>) {
        read_map(reading, value, out);
    } else if constexpr (TextScalar<T>) {
        read_text_scalar(reading, value, out);
    } else if constexpr (IntegerScalar<T>) {
        read_integer_scalar(reading, value, out);
    } else if constexpr (Enumeration<T>) {
        const auto word = reading.text_of(value, false, string_bytes_max);
        if (word && !enum_from_word(*word, out)) reading.refuse(one_of(enum_words<T>));
    } else if constexpr (Record<T>) {
        read_record(reading, value, out);
    } else {
        static_assert(no_json_for<T>, "this type cannot be read from JSON: use a RECORD, a strong type or AmountText");
    }
}

/// A body (or any other type) from a parsed value: members that are not optional must be there.
template <class T>
[[nodiscard]] std::expected<T, std::vector<FieldError>> read(const Value& value) {
    Reading reading;
    T out{};
    read_into(reading, value, out);
    if (!reading.errors().empty()) return std::unexpected(std::move(reading.errors()));
    return out;
}

/// The same from text; what is no JSON at all is one error without a field.
template <class T>
[[nodiscard]] std::expected<T, std::vector<FieldError>> read_text(std::string_view text, Limits limits = {}) {
    const auto value = parse(text, limits);
    if (!value) return std::unexpected(std::vector<FieldError>{{"", value.error().message}});
    return json::read<T>(*value);
}

/// One path or query parameter, already percent-decoded.
template <class T>
[[nodiscard]] Parsed<T> read_scalar_text(std::string_view text) {
    if constexpr (std::same_as<T, bool>) {
        return bool_from_text(text);
    } else if constexpr (std::same_as<T, std::string>) {
        return string_from_text(text);
    } else if constexpr (TextScalar<T>) {
        const auto checked = string_from_text(text);
        if (!checked) return std::unexpected(checked.error());
        return T::parse(*checked);
    } else if constexpr (Enumeration<T>) {
        T out{};
        if (!enum_from_word(text, out)) return std::unexpected(one_of(enum_words<T>));
        return out;
    } else {
        const auto number = parse_integer(text);
        if (!number) return std::unexpected(number.error());
        if constexpr (std::same_as<T, std::int64_t>) {
            return *number;
        } else if constexpr (std::same_as<T, std::int32_t>) {
            return int32_from_number(*number);
        } else {
            static_assert(IntegerScalar<T>, "this type cannot be read from a path or a query");
            return T::parse(*number);
        }
    }
}

template <class T>
void read_parameter(Reading& reading, std::string_view text, T& out) {
    if constexpr (is_optional<T>) {
        read_parameter(reading, text, out.emplace());
    } else {
        keep(reading, read_scalar_text<T>(text), out);
    }
}

/// A query from its decoded pairs: every parameter may be left out and then keeps the record's own initialiser.
template <Record T>
[[nodiscard]] std::expected<T, std::vector<FieldError>> read_query(Reading::Pairs pairs) {
    Reading reading;
    T out{};
    reading.check_names(pairs, member_names<T>);
    for_each_member(out, [&](std::string_view name, auto& member) {
        const auto* text = find_parameter(pairs, name);
        if (text == nullptr) return;
        const auto step = reading.enter(name);
        read_parameter(reading, *text, member);
    });
    if (!reading.errors().empty()) return std::unexpected(std::move(reading.errors()));
    return out;
}

}  // namespace marque::json
