#pragma once
// Money: a 64-bit count of minor units and its currency (ruling 11). Arithmetic refuses to mix currencies or overflow.

#include <array>
#include <compare>
#include <string>

#include "core/parse.h"

namespace marque {

/// ISO 4217 code with its number of decimals.
class Currency {
public:
    static constexpr TextFacts facts{.pattern = "^[A-Z]{3}$", .min_length = 3, .max_length = 3, .example = "KGS"};

    constexpr Currency() = default;
    /// Three letters in any case; the currency must be one whose decimals we know.
    [[nodiscard]] static Parsed<Currency> parse(std::string_view text);
    [[nodiscard]] std::string to_text() const { return std::string{letters_.data(), letters_.size()}; }
    [[nodiscard]] constexpr int decimals() const { return decimals_; }
    /// 10 to the power of decimals: how many minor units make one major unit.
    [[nodiscard]] constexpr std::int64_t minor_per_major() const {
        std::int64_t scale = 1;
        for (int i = 0; i < decimals_; ++i) scale *= 10;
        return scale;
    }
    friend constexpr auto operator<=>(const Currency&, const Currency&) = default;

private:
    constexpr Currency(std::string_view code, int decimals)
        : letters_{code[0], code[1], code[2]}, decimals_(decimals) {}
    std::array<char, 3> letters_{'X', 'X', 'X'};
    int decimals_ = 2;
};

class Money {
public:
    constexpr Money() = default;
    constexpr Money(std::int64_t minor, Currency currency) : minor_(minor), currency_(currency) {}

    /// "1250", "1250.5" or "1250.00" as an amount of `currency`; more decimals than it has are refused.
    [[nodiscard]] static Parsed<Money> parse(std::string_view text, Currency currency);

    [[nodiscard]] constexpr std::int64_t minor() const { return minor_; }
    [[nodiscard]] constexpr Currency currency() const { return currency_; }
    /// With exactly the currency's decimals: "1250.00", "-0.05". This is also its JSON number.
    [[nodiscard]] std::string to_text() const;

    /// A bug (not a user's mistake) when currencies differ or the sum leaves 64 bits: the request is aborted.
    [[nodiscard]] Money operator+(Money other) const;
    [[nodiscard]] Money operator-(Money other) const;
    [[nodiscard]] Money operator*(std::int64_t count) const;

    friend constexpr bool operator==(const Money&, const Money&) = default;

private:
    std::int64_t minor_ = 0;
    Currency currency_{};
};

/// amount × numerator / denominator, rounded half up on the absolute value (how tax and percentages are rounded).
[[nodiscard]] std::int64_t scaled_half_up(std::int64_t amount, std::int64_t numerator, std::int64_t denominator);

}  // namespace marque
