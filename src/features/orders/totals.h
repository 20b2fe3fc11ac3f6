#pragma once
// What an order costs: pure arithmetic over minor units, apart from everything that awaits.

#include <cstdint>
#include <span>

#include "core/market.h"
#include "core/money.h"

namespace marque::orders {

struct PricedLine {
    std::int64_t price_minor = 0;
    std::int32_t quantity = 0;
};

struct Totals {
    Money subtotal;
    Money shipping;
    Money tax;           // added on top of the prices
    Money tax_included;  // contained in the prices
    Money total;         // subtotal + shipping + tax
};

/// Shipping is the market's flat cost, free from its threshold on. Tax is rounded half up once, on the subtotal: added
/// where prices exclude it (US), told where they include it (KG). `tax_milli_percent`: 12000 is 12 %.
[[nodiscard]] Totals totals_of(std::span<const PricedLine> lines, const MarketInfo& market,
                               std::int64_t tax_milli_percent);

}  // namespace marque::orders
