// What a customer is charged, in both kinds of market.
#include "features/orders/totals.h"

#include <doctest/doctest.h>

#include <array>

using namespace marque;
using namespace marque::orders;

namespace {

MarketInfo kg() {
    return {.code = *MarketCode::parse("kg"),
            .currency = *Currency::parse("KGS"),
            .tax_inclusive = true,
            .tax_milli_percent = 12'000,
            .shipping_minor = 20'000,
            .shipping_free_from_minor = 500'000};
}

MarketInfo us() {
    return {.code = *MarketCode::parse("us"),
            .currency = *Currency::parse("USD"),
            .tax_inclusive = false,
            .tax_milli_percent = 0,
            .shipping_minor = 695,
            .shipping_free_from_minor = 7'500};
}

}  // namespace

TEST_CASE("[R11] VAT of Kyrgyzstan is contained in the price and told, not added") {
    const std::array lines{PricedLine{112'000, 1}};
    const auto totals = totals_of(lines, kg(), 12'000);
    CHECK(totals.tax.minor() == 0);
    CHECK(totals.tax_included.to_text() == "120.00");
    CHECK(totals.shipping.to_text() == "200.00");
    CHECK(totals.total.to_text() == "1320.00");
}

TEST_CASE("[R11] sales tax of a US state is added once, half a cent up") {
    const std::array lines{PricedLine{1'999, 3}};
    const auto totals = totals_of(lines, us(), 6'875);
    CHECK(totals.subtotal.to_text() == "59.97");
    CHECK(totals.tax.to_text() == "4.12");
    CHECK(totals.total.to_text() == "71.04");
    CHECK(totals.total == totals.subtotal + totals.shipping + totals.tax);
}

TEST_CASE("shipping is free from the market's threshold on, and not one unit below") {
    const std::array below{PricedLine{7'499, 1}};
    const std::array at{PricedLine{2'500, 3}};
    CHECK(totals_of(below, us(), 0).shipping.minor() == 695);
    CHECK(totals_of(at, us(), 0).shipping.minor() == 0);
}
