#pragma once
// E-mail addresses: the shape every mail server accepts, nothing quoted, no comments.

#include <compare>
#include <string>

#include "core/parse.h"

namespace marque {

class Email {
public:
    static constexpr TextFacts facts{.format = "email", .min_length = 6, .max_length = 254, .example = "a@example.com"};

    Email() = default;
    /// Trimmed; local part of at most 64 letters, digits and signs without two dots in a row, domain with a dot. The
    /// domain becomes lower-case, the local part stays as it was typed.
    [[nodiscard]] static Parsed<Email> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }
    friend auto operator<=>(const Email&, const Email&) = default;

private:
    explicit Email(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace marque
