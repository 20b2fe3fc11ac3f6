#pragma once
// How many pieces of one SKU a cart line or order line holds.

#include <compare>

#include "core/parse.h"

namespace marque {

class Quantity {
public:
    /// 99 pieces of one SKU is what a shopper may take at once; wholesale is another business.
    static constexpr IntegerFacts facts{.minimum = 1, .maximum = 99, .example = 1};

    constexpr Quantity() = default;
    [[nodiscard]] static Parsed<Quantity> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be between 1 and 99");
        return Quantity{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }
    friend constexpr auto operator<=>(Quantity, Quantity) = default;

private:
    explicit constexpr Quantity(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 1;
};

}  // namespace marque
