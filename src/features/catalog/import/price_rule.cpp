// Integer arithmetic of price rules; the product of two 64-bit numbers is held in 128 bits.
#include "features/catalog/import/price_rule.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"
#include "features/catalog/import/decimal.h"

namespace marque::catalog::import {

namespace {

__extension__ using Wide = __int128;

constexpr int factor_places = 6;
constexpr int money_places = 2;
constexpr std::int64_t factor_unit = 1'000'000;

}  // namespace

std::expected<PriceRule, std::string> parse_price_rule(std::string_view text) {
    const auto wrong = [&](std::string_view part, std::string_view why) {
        return std::unexpected(fmt::format(
            "price rule \"{:.80}\": {} {} (expected MARKET=FACTOR:ROUND, such as kg=87.5:10)", text, part, why));
    };
    const auto equals = text.find('=');
    const auto colon = text.find(':', equals == std::string_view::npos ? 0 : equals);
    if (equals == std::string_view::npos) {
        return wrong("\"=\"", "is missing");
    }
    if (colon == std::string_view::npos) {
        return wrong("\":\"", "is missing");
    }
    PriceRule rule{.market = lowered(text.substr(0, equals))};
    const bool letters = std::ranges::all_of(rule.market, [](char byte) { return byte >= 'a' && byte <= 'z'; });
    if (rule.market.size() < 2 || rule.market.size() > 8 || !letters) {
        return wrong("MARKET", "must be two to eight letters");
    }
    const auto factor = parse_decimal(text.substr(equals + 1, colon - equals - 1), factor_places);
    if (!factor) {
        return wrong("FACTOR", factor.error());
    }
    const auto round = parse_decimal(text.substr(colon + 1), money_places);
    if (!round) {
        return wrong("ROUND", round.error());
    }
    if (*factor == 0) {
        return wrong("FACTOR", "must be above 0");
    }
    if (*round == 0) {
        return wrong("ROUND", "must be above 0");
    }
    rule.factor_millionths = *factor;
    rule.round_minor = *round;
    return rule;
}

std::expected<std::vector<PriceRule>, std::string> parse_price_rules(const std::vector<std::string>& texts,
                                                                     const std::vector<std::string>& markets) {
    std::vector<PriceRule> rules;
    for (const auto& text : texts) {
        auto rule = parse_price_rule(text);
        if (!rule) {
            return std::unexpected(rule.error());
        }
        const auto same = [&](const std::string& market) { return lowered(market) == rule->market; };
        if (std::ranges::none_of(markets, same)) {
            return std::unexpected(fmt::format(
                "price rule \"{:.80}\": market {} is not among the markets imported into", text, rule->market));
        }
        if (std::ranges::find(rules, rule->market, &PriceRule::market) != rules.end()) {
            return std::unexpected(
                fmt::format("price rule \"{:.80}\": market {} already has a rule", text, rule->market));
        }
        rules.push_back(std::move(*rule));
    }
    return rules;
}

std::expected<std::int64_t, std::string> apply_price_rule(const PriceRule& rule, std::int64_t price_minor) {
    if (price_minor < 0) {
        return std::unexpected("must not be below 0");
    }
    const Wide step = Wide{rule.round_minor} * factor_unit;
    const Wide exact = Wide{price_minor} * rule.factor_millionths;
    Wide multiple = exact / step + (exact % step >= step - step / 2 ? 1 : 0);
    if (multiple == 0 && price_minor > 0) {
        multiple = 1;
    }
    // The multiple is checked first: its product with a large ROUND could leave even 128 bits.
    if (multiple > amount_minor_max || multiple * rule.round_minor > amount_minor_max) {
        return std::unexpected(fmt::format("is too large in market {}", rule.market));
    }
    return static_cast<std::int64_t>(multiple * rule.round_minor);
}

std::expected<MarketPrice, std::string> price_in_market(const std::vector<PriceRule>& rules, std::string_view market,
                                                        std::int64_t price_minor,
                                                        std::optional<std::int64_t> original_price_minor) {
    const auto rule = std::ranges::find(rules, lowered(market), &PriceRule::market);
    MarketPrice result{price_minor, original_price_minor};
    if (rule != rules.end()) {
        const auto price = apply_price_rule(*rule, price_minor);
        if (!price) {
            return std::unexpected(price.error());
        }
        result.price_minor = *price;
        if (original_price_minor) {
            const auto original = apply_price_rule(*rule, *original_price_minor);
            if (!original) {
                return std::unexpected(original.error());
            }
            result.original_price_minor = *original;
        }
    }
    if (result.original_price_minor && *result.original_price_minor <= result.price_minor) {
        result.original_price_minor.reset();
    }
    return result;
}

}  // namespace marque::catalog::import
