// What a quote costs inside the server: lines, discounts, shipping and tax from a market's rulebook in memory. Prints a
// line of `name nanoseconds` each, of one core, which bench/run reads.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "features/orders/rulebook.h"

using namespace marque;
using namespace marque::orders;

namespace {

constexpr int rounds = 5;
constexpr int repetitions = 20'000;

/// CPU time of this thread, which neighbours on the machine take no part of.
double cpu_s() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

promotions::Promotion coupon(std::int64_t id) {
    return {.id = id, .code = fmt::format("COUPON-{}", id), .name = "Coupon", .milli_percent = 10'000, .priority = 5};
}

/// A shop in the middle of a season: coupons of everybody, promotions of categories and brands, three for two.
RulebookRows rows() {
    RulebookRows rows{.market = *MarketCode::parse("us"),
                      .currency = "USD",
                      .languages = {"en"},
                      .tax_label = "Sales tax",
                      .shipping_minor = 695,
                      .shipping_free_from_minor = 7'500,
                      .default_weight_g = 500};
    rows.shipping.zones = {{"remote", {"AK", "HI"}}, {"domestic", {}}};
    rows.shipping.options = {{.zone = "domestic", .code = "standard", .price_rule = shipping::PriceRule::flat},
                             {.zone = "domestic", .code = "express", .price_minor = 1'995, .free_from_minor = 0},
                             {.zone = "domestic",
                              .code = "heavy",
                              .price_rule = shipping::PriceRule::weight,
                              .tiers = {{0, 900}, {2'000, 1'900}, {5'000, 2'900}}}};
    for (int i = 0; i < 50; ++i) {
        rows.tax.regions.push_back({fmt::format("S{:02}", i), 4'000 + i, true, {{0, 5'000 + i}}});
        if (i % 7 == 0) {
            rows.tax.rules.push_back({fmt::format("S{:02}", i), "clothing", 0, tax::RuleKind::exempt_below, 11'000});
        }
    }
    for (int i = 1; i <= 200; ++i) rows.promotions.push_back(coupon(i));
    rows.promotions.push_back({.id = 300, .name = "Dresses", .milli_percent = 15'000, .categories = {"dresses"}});
    rows.promotions.push_back({.id = 301, .name = "Brand", .milli_percent = 5'000, .brands = {"ak bulut"}});
    rows.promotions.push_back({.id = 302,
                               .name = "3 for 2",
                               .kind = promotions::Kind::buy_x_get_y,
                               .milli_percent = 100'000,
                               .buy_quantity = 2,
                               .get_quantity = 1,
                               .categories = {"socks"}});
    rows.promotions.push_back({.id = 303,
                               .name = "Free shipping",
                               .kind = promotions::Kind::free_shipping,
                               .min_subtotal_minor = 100'000,
                               .priority = 9});
    return rows;
}

void measure(std::string_view name, std::size_t line_count) {
    const Rulebook rules = compile(rows(), 1, false);
    const std::vector<std::string> dresses{"dresses", "women"}, socks{"socks", "women"};
    std::vector<QuoteLine> lines;
    for (std::size_t i = 0; i < line_count; ++i) {
        lines.push_back({.price_minor = 1'999 + static_cast<std::int64_t>(i) * 731,
                         .quantity = static_cast<std::int32_t>(1 + i % 4),
                         .product = "silk-dress",
                         .brand = i % 2 == 0 ? "Ak Bulut" : "Steppe",
                         .categories = i % 2 == 0 ? dresses : socks,
                         .tax_class = "clothing",
                         .weight_g = 300});
    }
    const QuoteChoices choices{.region = "S14", .codes = {"COUPON-7", "COUPON-77"}, .now = Timestamp::now()};
    std::array<double, rounds> results{};
    for (double& result : results) {
        const double began = cpu_s();
        for (int i = 0; i < repetitions; ++i) {
            if (!quote(rules, lines, choices, {})) throw std::runtime_error("a quote was refused");
        }
        result = (cpu_s() - began) * 1e9 / repetitions;
    }
    std::ranges::sort(results);
    fmt::print("{} {:.0f}\n", name, results[rounds / 2]);
}

}  // namespace

int main() {
    measure("quote_3_lines", 3);
    measure("quote_10_lines", 10);
}
