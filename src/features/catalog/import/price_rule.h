#pragma once
// How a file's prices become a market's: kg=87.5:10 multiplies by 87.5 and rounds to tens, once, at import time.
// Afterwards the market has its own prices; nothing is converted when somebody pays.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace marque::catalog::import {

struct PriceRule {
    std::string market;                  // In lower case, as on the command line.
    std::int64_t factor_millionths = 0;  // 87.5 is 87'500'000.
    std::int64_t round_minor = 0;        // 10 is 1'000 in a currency of two places.
};

struct MarketPrice {
    std::int64_t price_minor = 0;
    std::optional<std::int64_t> original_price_minor;  // Always above the price.
};

// Parses MARKET=FACTOR:ROUND. The error is a whole sentence saying what was expected.
std::expected<PriceRule, std::string> parse_price_rule(std::string_view text);

// The rules of a command line; a market named twice is an error, as is one that is not imported into.
std::expected<std::vector<PriceRule>, std::string> parse_price_rules(const std::vector<std::string>& texts,
                                                                     const std::vector<std::string>& markets);

// Rounds half up to a multiple of ROUND, but a positive price never becomes less than one ROUND.
std::expected<std::int64_t, std::string> apply_price_rule(const PriceRule& rule, std::int64_t price_minor);

// What a market asks: the file's prices where there is no rule for it. An original price that rounding brought down to
// the price is dropped, for it would announce a discount of nothing.
std::expected<MarketPrice, std::string> price_in_market(const std::vector<PriceRule>& rules, std::string_view market,
                                                        std::int64_t price_minor,
                                                        std::optional<std::int64_t> original_price_minor);

}  // namespace marque::catalog::import
