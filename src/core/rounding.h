#pragma once
// How amounts are rounded and spread, by a market's rule: exact, whatever the size.

#include <cstdint>
#include <span>

#include "core/record.h"

namespace marque {

/// Once an order or once a line, halves up or to the even neighbour. A market has one; each order keeps what it was.
enum class Rounding { order_half_up, order_half_even, line_half_up, line_half_even };
ENUMERATION(Rounding, order_half_up, order_half_even, line_half_up, line_half_even);

/// More is refused: 2^53 - 1, above which a number of JSON is not exact in every language.
inline constexpr std::int64_t amount_minor_max = 9'007'199'254'740'991;

struct Arithmetic {
    Rounding rounding = Rounding::order_half_up;
    bool floats = false;  // the negative control "float_money"

    [[nodiscard]] bool by_line() const {
        return rounding == Rounding::line_half_up || rounding == Rounding::line_half_even;
    }
    /// amount × numerator / denominator, rounded. None may be negative, the denominator not 0.
    [[nodiscard]] std::int64_t part_of(std::int64_t amount, std::int64_t numerator, std::int64_t denominator) const;
    /// Adds to `shares` what each gets of `amount` by its weight: rounded down, and what is left goes one by one to
    /// those that lost most, the first of equals first. The shares' sum is `amount` exactly; weights must not all be 0.
    void spread(std::int64_t amount, std::span<const std::int64_t> weights, std::span<std::int64_t> shares) const;
};

}  // namespace marque
