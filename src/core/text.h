#pragma once
// Bounded text, slugs and UUIDs: words that can only be built well-formed.

#include <compare>
#include <cstdint>
#include <string>

#include "core/parse.h"

namespace marque {

/// Number of Unicode code points, or nothing when the bytes are not valid UTF-8 or hold NUL.
[[nodiscard]] Parsed<std::size_t> utf8_length(std::string_view text);

/// Text without leading and trailing white space.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Lower-case of ASCII letters; other bytes stay.
[[nodiscard]] std::string lowered(std::string_view text);
[[nodiscard]] std::string uppered(std::string_view text);

/// Text a person typed: trimmed, valid UTF-8, Min to Max code points.
template <std::size_t Min, std::size_t Max>
class Text {
public:
    static constexpr TextFacts facts{.min_length = Min, .max_length = Max};

    Text() = default;
    [[nodiscard]] static Parsed<Text> parse(std::string_view raw) {
        const auto text = trimmed(raw);
        const auto length = utf8_length(text);
        if (!length) return std::unexpected(length.error());
        if (*length < Min || *length > Max) {
            return std::unexpected("must have " + std::to_string(Min) + " to " + std::to_string(Max) + " characters");
        }
        return Text{std::string{text}};
    }
    [[nodiscard]] const std::string& to_text() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    friend auto operator<=>(const Text&, const Text&) = default;

private:
    explicit Text(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// The readable key of a product or category in a URL: "silk-dress-2".
class Slug {
public:
    static constexpr TextFacts facts{
        .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", .min_length = 1, .max_length = 120, .example = "silk-dress"};

    Slug() = default;
    [[nodiscard]] static Parsed<Slug> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }
    friend auto operator<=>(const Slug&, const Slug&) = default;

private:
    explicit Slug(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// RFC 9562 identifier for what leaves the shop's own database (ruling 18), lower-case with hyphens.
class Uuid {
public:
    static constexpr TextFacts facts{.format = "uuid", .example = "0191e7c8-5b7a-4c1e-9d0a-3f6b2a9c8d7e"};

    Uuid() = default;
    [[nodiscard]] static Parsed<Uuid> parse(std::string_view text);
    /// The number in the last 64 bits, all others 0: no random UUID looks like that.
    [[nodiscard]] static Uuid of_number(std::int64_t number);
    /// A new random (version 4) UUID from the system's cryptographic generator.
    [[nodiscard]] static Uuid random();
    [[nodiscard]] const std::string& to_text() const { return text_; }
    friend auto operator<=>(const Uuid&, const Uuid&) = default;

private:
    explicit Uuid(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace marque
