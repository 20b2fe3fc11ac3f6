// What a customer is charged, in both kinds of market: shipping, discounts and tax, to the minor unit.
#include "features/orders/quote.h"

#include <doctest/doctest.h>

#include "features/orders/rulebook.h"

using namespace marque;
using namespace marque::orders;

namespace {

RulebookRows kg() {
    return {.market = *MarketCode::parse("kg"),
            .currency = "KGS",
            .languages = {"ru"},
            .tax_inclusive = true,
            .tax_label = "VAT",
            .shipping_minor = 20'000,
            .shipping_free_from_minor = 500'000,
            .default_weight_g = 500,
            .tax = {.milli_percent = 12'000}};
}

RulebookRows us() {
    return {.market = *MarketCode::parse("us"),
            .currency = "USD",
            .languages = {"en"},
            .tax_inclusive = false,
            .tax_label = "Sales tax",
            .shipping_minor = 695,
            .shipping_free_from_minor = 7'500,
            .default_weight_g = 500,
            .tax = {.regions = {{"MN", 6'875, true, {}}, {"NY", 4'000, true, {}}, {"MA", 6'250, false, {}}}}};
}

QuoteLine line(std::int64_t price_minor, std::int32_t quantity) {
    return {.price_minor = price_minor, .quantity = quantity, .product = "dress", .tax_class = "clothing"};
}

Quote quoted(RulebookRows rows, std::vector<QuoteLine> lines, QuoteChoices choices = {}) {
    static std::vector<std::unique_ptr<Rulebook>> kept;  // quotes point into them
    kept.push_back(std::make_unique<Rulebook>(compile(std::move(rows), 1, false)));
    auto made = quote(*kept.back(), lines, choices, {});
    REQUIRE(made.has_value());
    return std::move(*made);
}

promotions::Promotion percentage(std::int64_t milli, std::optional<std::string> code = {}) {
    return {.id = 1, .code = std::move(code), .name = "Sale", .milli_percent = milli};
}

}  // namespace

TEST_CASE("[R11] VAT of Kyrgyzstan is contained in the price and told, not added") {
    const auto made = quoted(kg(), {line(112'000, 1)});
    CHECK(made.tax_minor == 0);
    CHECK(made.tax_included_minor == 12'000);
    CHECK(made.shipping_minor == 20'000);
    CHECK(made.total_minor == 132'000);
}

TEST_CASE("[R11] sales tax of a US state is added once, half a cent up, on the goods and their shipping") {
    const auto made = quoted(us(), {line(1'999, 3)}, {.region = "MN"});
    CHECK(made.subtotal_minor == 5'997);
    CHECK(made.taxable_minor == 5'997 + 695);
    CHECK(made.tax_minor == 460);
    CHECK(made.total_minor == 5'997 + 695 + 460);
}

TEST_CASE("shipping is free from the market's threshold on, and not one unit below") {
    CHECK(quoted(us(), {line(7'499, 1)}).shipping_minor == 695);
    CHECK(quoted(us(), {line(2'500, 3)}).shipping_minor == 0);
}

TEST_CASE("a discount is taken off before tax, and what it leaves decides whether shipping is free") {
    auto rows = us();
    rows.promotions = {percentage(10'000)};
    const auto made = quoted(rows, {line(3'333, 1), line(3'333, 1), line(3'334, 1)}, {.region = "MN"});
    CHECK(made.discount_minor == 1'000);
    CHECK(made.lines[0].discount_minor == 333);
    CHECK(made.lines[1].discount_minor == 333);
    CHECK(made.lines[2].discount_minor == 334);
    CHECK(made.shipping_minor == 0);
    CHECK(made.tax_minor == 619);  // 9000 * 6.875 % = 618.75
}

TEST_CASE("clothing: New York taxes a piece from $110 on, Massachusetts only what a piece costs beyond $175") {
    auto rows = us();
    rows.tax.rules = {{"NY", "clothing", 0, tax::RuleKind::exempt_below, 11'000},
                      {"MA", "clothing", 0, tax::RuleKind::excess_over, 17'500}};
    CHECK(quoted(rows, {line(10'999, 2)}, {.region = "NY"}).tax_minor == 0);
    CHECK(quoted(rows, {line(11'000, 2)}, {.region = "NY"}).tax_minor == 880);
    CHECK(quoted(rows, {line(17'500, 1)}, {.region = "MA"}).taxable_minor == 0);
    CHECK(quoted(rows, {line(20'000, 2)}, {.region = "MA"}).taxable_minor == 5'000);
    rows.promotions = {percentage(50'000)};
    CHECK(quoted(rows, {line(20'000, 1)}, {.region = "NY"}).tax_minor == 0);
}

TEST_CASE("rounding: once an order or once a line, halves up or to the even cent") {
    const std::vector lines{line(8, 1), line(8, 1), line(8, 1)};  // 6.25 % of 8 is half a cent
    const auto tax = [&](Rounding rounding) {
        auto rows = us();
        rows.rounding = rounding;
        return quoted(rows, lines, {.region = "MA"}).tax_minor;
    };
    CHECK(tax(Rounding::order_half_up) == 2);
    CHECK(tax(Rounding::order_half_even) == 2);
    CHECK(tax(Rounding::line_half_up) == 3);
    CHECK(tax(Rounding::line_half_even) == 0);
}

TEST_CASE("buy two, get one: the cheapest pieces are given; an exclusive coupon goes alone") {
    auto rows = kg();
    rows.promotions = {{.id = 7,
                        .name = "3 for 2",
                        .kind = promotions::Kind::buy_x_get_y,
                        .milli_percent = 100'000,
                        .buy_quantity = 2,
                        .get_quantity = 1},
                       {.id = 8,
                        .code = "ALONE",
                        .name = "Alone",
                        .kind = promotions::Kind::fixed,
                        .amount_minor = 5'000,
                        .stacking = promotions::Stacking::exclusive,
                        .priority = -1}};
    const auto free_piece = quoted(rows, {line(30'000, 2), line(10'000, 2)});
    CHECK(free_piece.discount_minor == 10'000);
    CHECK(free_piece.lines[1].discount_minor == 10'000);
    const auto alone = quoted(rows, {line(30'000, 2), line(10'000, 2)}, {.codes = {"ALONE"}});
    CHECK(alone.discount_minor == 5'000);
    CHECK(alone.given.size() == 1);
    rows.promotions[1].priority = 1;
    const auto late = quoted(rows, {line(30'000, 3)}, {.codes = {"ALONE"}});
    REQUIRE(late.refused.size() == 1);
    CHECK(late.refused[0].reason == promotions::Reason::not_combinable);
}

TEST_CASE("[A9] amounts beyond 2^53 are refused, not wrapped") {
    const auto rules = compile(us(), 1, false);
    for (const std::int64_t price : {amount_minor_max, INT64_MAX, INT64_MAX / 2, std::int64_t{-1}}) {
        const std::vector lines{line(price, 2)};
        const auto made = quote(rules, lines, {}, {});
        REQUIRE(!made.has_value());
        CHECK(made.error() == &amount_too_large);
    }
}
