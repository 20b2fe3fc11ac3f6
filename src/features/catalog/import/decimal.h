#pragma once
// Decimal text to whole numbers, exactly: money and quantities never pass through a floating point number.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace marque::catalog::import {

// "52", "52.5" and "52.5000" with two places are 5200, 5250 and 5250. Digits beyond the places must be zeros, a sign is
// refused. The error reads on after the name of the field: "must be ...".
std::expected<std::int64_t, std::string> parse_decimal(std::string_view text, int places);

// The largest amount an import takes, in minor units: far above any price, and safe to multiply by a quantity.
constexpr std::int64_t amount_minor_max = 100'000'000'000;

}  // namespace marque::catalog::import
