// What the binder says of one value, and where.
#include "json/read.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace marque::json {
namespace {

/// A name as it may be shown: somebody else chose it, so it can be endless or unreadable.
std::string shown(std::string_view name) {
    constexpr std::size_t shown_max = 100;
    if (!utf8_length(name)) return "(unreadable name)";
    if (name.size() <= shown_max) return std::string{name};
    auto end = shown_max;
    while ((static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
    return fmt::format("{}…", name.substr(0, end));
}

bool contains(std::span<const std::string_view> words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

Parsed<AmountText> AmountText::parse(std::string_view text) {
    constexpr std::size_t length_max = 40;
    const auto refuse = [] { return std::unexpected("must be an amount, like 1250.50"); };
    auto rest = text;
    if (rest.starts_with('-')) rest.remove_prefix(1);
    const auto dot = rest.find('.');
    const auto is_digits = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (text.size() > length_max || !is_digits(rest.substr(0, dot))) return refuse();
    if (dot != std::string_view::npos && !is_digits(rest.substr(dot + 1))) return refuse();
    return AmountText{std::string{text}};
}

Reading::Step Reading::enter(std::string_view name) {
    const auto length = path_.size();
    if (!path_.empty()) path_ += '.';
    path_ += shown(name);
    return {*this, length};
}

Reading::Step Reading::enter(std::size_t index) {
    const auto length = path_.size();
    path_ += fmt::format("[{}]", index);
    return {*this, length};
}

void Reading::refuse(std::string_view message) {
    if (!full()) errors_.push_back({path_, std::string{message}});
}

void Reading::refuse_member(std::string_view name, std::string_view message) {
    const auto step = enter(name);
    refuse(message);
}

void Reading::read(const Value& value, bool& out) {
    if (const auto* found = value.as<bool>()) {
        out = *found;
    } else {
        refuse("must be true or false");
    }
}

void Reading::read(const Value& value, std::int64_t& out) {
    if (const auto* number = value.as<std::int64_t>()) {
        out = *number;
        return;
    }
    const auto* decimal = value.as<Decimal>();
    const bool whole = decimal != nullptr && decimal->text.find_first_of(".eE") == std::string::npos;
    refuse(whole ? "is too large a number" : "must be a whole number");
}

void Reading::read(const Value& value, std::int32_t& out) {
    std::int64_t number = out;
    const auto errors_before = errors_.size();
    read(value, number);
    if (errors_.size() == errors_before) keep(*this, int32_from_number(number), out);
}

void Reading::read(const Value& value, std::string& out) {
    if (auto text = text_of(value, false, string_bytes_max)) out = std::move(*text);
}

void Reading::read(const Value& value, AmountText& out) {
    if (const auto* number = value.as<std::int64_t>()) {
        out.text = std::to_string(*number);
    } else if (const auto* decimal = value.as<Decimal>()) {
        keep(*this, AmountText::parse(decimal->text), out);
    } else if (const auto* text = value.as<std::string>()) {
        keep(*this, AmountText::parse(*text), out);
    } else {
        refuse("must be a number or a string");
    }
}

std::optional<std::string> Reading::text_of(const Value& value, bool number_too, std::size_t bytes_max) {
    if (const auto* number = value.as<std::int64_t>(); number != nullptr && number_too) return std::to_string(*number);
    const auto* text = value.as<std::string>();
    if (text == nullptr) {
        refuse("must be a string");
    } else if (text->size() > bytes_max) {
        refuse(fmt::format("must have at most {} bytes", bytes_max));
    } else if (text->find('\0') != std::string::npos) {
        refuse("must not contain NUL");
    } else {
        return *text;
    }
    return std::nullopt;
}

const Array* Reading::array_of(const Value& value) {
    const auto* array = value.as<Array>();
    if (array == nullptr) {
        refuse("must be a list");
    } else if (array->size() > elements_max) {
        refuse(fmt::format("must have at most {} elements", elements_max));
        return nullptr;
    }
    return array;
}

const Object* Reading::object_of(const Value& value) {
    const auto* object = value.as<Object>();
    if (object == nullptr) refuse("must be an object");
    return object;
}

const Object* Reading::map_of(const Value& value) {
    const auto* object = object_of(value);
    if (object == nullptr || object->size() <= elements_max) return object;
    refuse(fmt::format("must have at most {} names", elements_max));
    return nullptr;
}

void Reading::refuse_unknown(const Object& object, std::span<const std::string_view> known) {
    for (const auto& [name, member] : object) {
        if (full()) return;
        if (!contains(known, name)) refuse_member(name, "is not a known field");
    }
}

void Reading::check_names(Pairs pairs, std::span<const std::string_view> known) {
    for (const auto& [name, text] : pairs) {
        if (full()) return;
        if (!contains(known, name)) refuse_member(name, "is not a known parameter");
    }
    for (const auto& name : known) {
        if (std::ranges::count(pairs, name, &std::pair<std::string, std::string>::first) > 1) {
            refuse_member(name, "must be given once");
        }
    }
}

std::string one_of(std::span<const std::string_view> words) {
    return fmt::format("must be one of: {}", fmt::join(words, ", "));
}

const std::string* find_parameter(Reading::Pairs pairs, std::string_view name) {
    const auto found = std::ranges::find(pairs, name, &std::pair<std::string, std::string>::first);
    return found == pairs.end() ? nullptr : &found->second;
}

Parsed<bool> bool_from_text(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return std::unexpected("must be true or false");
}

Parsed<std::int32_t> int32_from_number(std::int64_t number) {
    constexpr std::int64_t minimum = std::numeric_limits<std::int32_t>::min();
    constexpr std::int64_t maximum = std::numeric_limits<std::int32_t>::max();
    if (number < minimum || number > maximum) {
        return std::unexpected(fmt::format("must be between {} and {}", minimum, maximum));
    }
    return static_cast<std::int32_t>(number);
}

Parsed<std::string> string_from_text(std::string_view text) {
    if (text.size() > string_bytes_max) {
        return std::unexpected(fmt::format("must have at most {} bytes", string_bytes_max));
    }
    if (const auto length = utf8_length(text); !length) return std::unexpected(length.error());
    return std::string{text};
}

}  // namespace marque::json
