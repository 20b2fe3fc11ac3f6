#pragma once
// Phone numbers: parsed by libphonenumber, kept in E.164 (ruling 8).

#include <compare>
#include <string>

#include "core/parse.h"

namespace marque {

class Phone {
public:
    static constexpr TextFacts facts{.format = "phone", .min_length = 5, .max_length = 40, .example = "+996505231255"};

    Phone() = default;
    /// Spaces, dashes, brackets and a missing "+" are accepted; the number must be possible in its region.
    [[nodiscard]] static Parsed<Phone> parse(std::string_view text);
    /// E.164: "+996505231255".
    [[nodiscard]] const std::string& to_text() const { return e164_; }
    /// The last two digits with the rest hidden, for logs and screens: "+996*******55".
    [[nodiscard]] std::string masked() const;
    friend auto operator<=>(const Phone&, const Phone&) = default;

private:
    explicit Phone(std::string e164) : e164_(std::move(e164)) {}
    std::string e164_;
};

}  // namespace marque
