// Rounding and spreading in 128 bits.
#include "core/rounding.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/check.h"

namespace marque {
namespace {

__extension__ using Wide = __int128;

std::int64_t narrow(Wide number) {
    check(number >= 0 && number <= INT64_MAX, "an amount overflows");
    return static_cast<std::int64_t>(number);
}

}  // namespace

std::int64_t Arithmetic::part_of(std::int64_t amount, std::int64_t numerator, std::int64_t denominator) const {
    check(amount >= 0 && numerator >= 0 && denominator > 0, "a part of a negative amount");
    if (floats) {
        return std::llround(static_cast<double>(amount) *
                            (static_cast<double>(numerator) / static_cast<double>(denominator)));
    }
    const Wide product = static_cast<Wide>(amount) * numerator;
    const Wide whole = product / denominator;
    const Wide twice_rest = 2 * (product % denominator);
    const bool to_even = rounding == Rounding::order_half_even || rounding == Rounding::line_half_even;
    const bool half_goes_up = !to_even || whole % 2 == 1;
    const bool up = twice_rest > denominator || (twice_rest == denominator && half_goes_up);
    return narrow(whole + (up ? 1 : 0));
}

void Arithmetic::spread(std::int64_t amount, std::span<const std::int64_t> weights,
                        std::span<std::int64_t> shares) const {
    check(weights.size() == shares.size(), "a share for each weight");
    Wide total = 0;
    for (const auto weight : weights) total += weight;
    check(total > 0 && amount >= 0, "nothing to spread over");
    if (floats) {
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const double part = static_cast<double>(weights[i]) / static_cast<double>(total);
            shares[i] += std::llround(static_cast<double>(amount) * part);
        }
        return;
    }
    struct Rest {
        Wide lost;
        std::size_t place;
    };
    std::vector<Rest> rests;
    rests.reserve(weights.size());
    std::int64_t left = amount;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Wide product = static_cast<Wide>(amount) * weights[i];
        const auto share = narrow(product / total);
        shares[i] += share;
        left -= share;
        if (product % total != 0) rests.push_back({product % total, i});
    }
    if (left == 0) return;
    std::ranges::sort(
        rests, [](const Rest& a, const Rest& b) { return a.lost != b.lost ? a.lost > b.lost : a.place < b.place; });
    for (std::size_t i = 0; i < static_cast<std::size_t>(left); ++i) ++shares[rests[i].place];
}

}  // namespace marque
