// The strict JSON parser: one pass of recursive descent, its depth and number of values bounded.
//
// Written by hand because the fast parsers lose what the shop needs: the exact text of an amount, and duplicate names.
#include "json/value.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/parse.h"
#include "core/text.h"

namespace marque::json {
namespace {

/// Nobody needs more digits; some readers of numbers need quadratic time for them.
constexpr std::size_t number_bytes_max = 1'000;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
    const auto continuation = [&](unsigned shift) { byte(0x80U | ((code_point >> shift) & 0x3FU)); };
    if (code_point < 0x80) return byte(code_point);
    if (code_point < 0x800) {
        byte(0xC0U | (code_point >> 6U));
        return continuation(0);
    }
    if (code_point < 0x10000) {
        byte(0xE0U | (code_point >> 12U));
    } else {
        byte(0xF0U | (code_point >> 18U));
        continuation(12);
    }
    continuation(6);
    continuation(0);
}

class Parser {
public:
    Parser(std::string_view text, Limits limits) : text_(text), limits_(limits) {}

    std::expected<Value, SyntaxError> run() {
        if (const auto length = utf8_length(text_); !length) return std::unexpected(SyntaxError{length.error()});
        Value root;
        if (!parse_value(root, 0)) return std::unexpected(SyntaxError{std::move(error_)});
        skip_space();
        if (at_ != text_.size()) {
            fail("nothing may follow the value");
            return std::unexpected(SyntaxError{std::move(error_)});
        }
        return root;
    }

private:
    bool fail(std::string_view what) {
        if (error_.empty()) error_ = fmt::format("{} (at byte {})", what, at_);
        return false;
    }

    /// The next byte; NUL at the end, which is no byte of any valid text.
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char expected) {
        if (peek() != expected) return false;
        ++at_;
        return true;
    }

    void skip_space() {
        while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') ++at_;
    }

    bool parse_value(Value& out, std::size_t depth) {
        skip_space();
        if (++values_ > limits_.values_max) return fail(fmt::format("more than {} values", limits_.values_max));
        switch (peek()) {
            case '{':
                return nested_fits(depth) && parse_object(out.data.emplace<Object>(), depth + 1);
            case '[':
                return nested_fits(depth) && parse_array(out.data.emplace<Array>(), depth + 1);
            case '"':
                return parse_string(out.data.emplace<std::string>());
            case 't':
                out.data = true;
                return parse_word("true");
            case 'f':
                out.data = false;
                return parse_word("false");
            case 'n':
                out.data = nullptr;
                return parse_word("null");
            default:
                return parse_number(out);
        }
    }

    bool nested_fits(std::size_t depth) {
        return depth < limits_.depth_max || fail(fmt::format("nested deeper than {}", limits_.depth_max));
    }

    bool parse_word(std::string_view word) {
        if (!text_.substr(at_).starts_with(word)) return fail("expected a value");
        at_ += word.size();
        return true;
    }

    bool parse_array(Array& out, std::size_t depth) {
        ++at_;
        skip_space();
        if (take(']')) return true;
        while (true) {
            if (!parse_value(out.emplace_back(), depth)) return false;
            skip_space();
            if (take(']')) return true;
            if (!take(',')) return fail("expected ',' or ']'");
        }
    }

    bool parse_object(Object& out, std::size_t depth) {
        ++at_;
        skip_space();
        if (take('}')) return true;
        while (true) {
            skip_space();
            if (peek() != '"') return fail("expected a name in quotes");
            auto& [name, member] = out.emplace_back(std::string{}, Value{});
            if (!parse_string(name)) return false;
            skip_space();
            if (!take(':')) return fail("expected ':'");
            if (!parse_value(member, depth)) return false;
            skip_space();
            if (take('}')) return names_differ(out);
            if (!take(',')) return fail("expected ',' or '}'");
        }
    }

    /// Sorted, so that an object of many names costs no quadratic time.
    bool names_differ(const Object& object) {
        std::vector<std::string_view> names;
        names.reserve(object.size());
        for (const auto& [name, member] : object) names.emplace_back(name);
        std::ranges::sort(names);
        const auto twice = std::ranges::adjacent_find(names);
        if (twice == names.end()) return true;
        constexpr std::size_t shown_max = 100;
        return fail(twice->size() > shown_max ? "a name stands twice in one object"
                                              : fmt::format("\"{}\" stands twice in one object", *twice));
    }

    bool parse_string(std::string& out) {
        ++at_;
        while (true) {
            const auto start = at_;
            while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' && !is_control(text_[at_])) ++at_;
            out.append(text_.substr(start, at_ - start));
            if (out.size() > limits_.string_bytes_max) return fail("the string is too long");
            if (at_ == text_.size()) return fail("the string is not closed");
            if (take('"')) return true;
            if (!take('\\')) return fail("control characters in strings must be escaped");
            if (!parse_escape(out)) return false;
        }
    }

    static bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

    bool parse_escape(std::string& out) {
        const char kind = peek();
        ++at_;
        switch (kind) {
            case '"':
            case '\\':
            case '/':
                out += kind;
                return true;
            case 'b':
                out += '\b';
                return true;
            case 'f':
                out += '\f';
                return true;
            case 'n':
                out += '\n';
                return true;
            case 'r':
                out += '\r';
                return true;
            case 't':
                out += '\t';
                return true;
            case 'u':
                return parse_unicode_escape(out);
            default:
                --at_;
                return fail("unknown escape");
        }
    }

    /// After "\u": four digits, and the second half when they are the first half of a surrogate pair.
    bool parse_unicode_escape(std::string& out) {
        std::uint32_t unit = 0;
        if (!parse_hex4(unit)) return false;
        if (unit >= 0xDC00 && unit <= 0xDFFF) return fail("half of a surrogate pair");
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            std::uint32_t low = 0;
            if (!take('\\') || !take('u')) return fail("half of a surrogate pair");
            if (!parse_hex4(low)) return false;
            if (low < 0xDC00 || low > 0xDFFF) return fail("half of a surrogate pair");
            unit = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
        }
        append_utf8(out, unit);
        return true;
    }

    bool parse_hex4(std::uint32_t& unit) {
        unit = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const char c = peek();
            const char lower = static_cast<char>(c | 0x20);
            if (is_digit(c)) {
                unit = unit * 16 + static_cast<std::uint32_t>(c - '0');
            } else if (lower >= 'a' && lower <= 'f') {
                unit = unit * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
            } else {
                return fail("expected four hexadecimal digits");
            }
        }
        return true;
    }

    bool parse_digits() {
        if (!is_digit(peek())) return fail("expected a digit");
        while (is_digit(peek())) ++at_;
        return true;
    }

    bool parse_number(Value& out) {
        if (peek() != '-' && !is_digit(peek())) return fail("expected a value");
        const auto start = at_;
        take('-');
        if (!take('0') && !parse_digits()) return false;
        bool whole = true;
        if (take('.')) {
            whole = false;
            if (!parse_digits()) return false;
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            whole = false;
            if (!take('+')) take('-');
            if (!parse_digits()) return false;
        }
        const auto text = text_.substr(start, at_ - start);
        if (text.size() > number_bytes_max) return fail("the number is too long");
        if (whole && text != "-0") {  // no integer of ours is a negative zero
            if (const auto number = parse_integer(text)) {
                out.data = *number;
                return true;
            }
        }
        out.data = Decimal{std::string{text}};
        return true;
    }

    std::string_view text_;
    Limits limits_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
    std::string error_;
};

}  // namespace

const Value* Value::member(std::string_view name) const {
    const auto* object = as<Object>();
    if (object == nullptr) return nullptr;
    for (const auto& [key, value] : *object) {
        if (key == name) return &value;
    }
    return nullptr;
}

std::expected<Value, SyntaxError> parse(std::string_view text, Limits limits) { return Parser{text, limits}.run(); }

}  // namespace marque::json
