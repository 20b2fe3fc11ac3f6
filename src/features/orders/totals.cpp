// Totals of an order.
#include "features/orders/totals.h"

namespace marque::orders {

Totals totals_of(std::span<const PricedLine> lines, const MarketInfo& market, std::int64_t tax_milli_percent) {
    constexpr std::int64_t whole_milli_percent = 100'000;
    Money subtotal{0, market.currency};
    for (const auto& line : lines) subtotal = subtotal + Money{line.price_minor, market.currency} * line.quantity;
    const bool ships_free = market.shipping_free_from_minor > 0 && subtotal.minor() >= market.shipping_free_from_minor;
    Totals totals{.subtotal = subtotal,
                  .shipping = Money{ships_free ? 0 : market.shipping_minor, market.currency},
                  .tax = Money{0, market.currency},
                  .tax_included = Money{0, market.currency}};
    if (market.tax_inclusive) {
        const std::int64_t base = whole_milli_percent + tax_milli_percent;
        totals.tax_included = Money{scaled_half_up(subtotal.minor(), tax_milli_percent, base), market.currency};
    } else {
        totals.tax = Money{scaled_half_up(subtotal.minor(), tax_milli_percent, whole_milli_percent), market.currency};
    }
    totals.total = totals.subtotal + totals.shipping + totals.tax;
    return totals;
}

}  // namespace marque::orders
