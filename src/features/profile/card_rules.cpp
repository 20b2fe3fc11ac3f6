// Luhn's check, the market's brands, and which fields belong to which type of payment.
#include "features/profile/card_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace marque::profile {
namespace {

constexpr std::size_t card_digits_min = 13;
constexpr std::size_t card_digits_max = 19;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool passes_luhn(std::string_view digits) {
    int sum = 0;
    bool doubled = false;
    for (auto at = digits.rbegin(); at != digits.rend(); ++at, doubled = !doubled) {
        const int digit = *at - '0';
        sum += doubled ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
    }
    return sum % 10 == 0;
}

/// Any neighbouring groups that together could be a card's number and are one.
bool groups_hold_number(const std::vector<std::string>& groups) {
    for (std::size_t first = 0; first < groups.size(); ++first) {
        std::string digits;
        for (std::size_t last = first; last < groups.size() && digits.size() <= card_digits_max; ++last) {
            digits += groups[last];
            const bool long_enough = digits.size() >= card_digits_min && digits.size() <= card_digits_max;
            if (long_enough && passes_luhn(digits)) return true;
        }
    }
    return false;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

Parsed<LastFour> LastFour::parse(std::string_view text) {
    if (text.size() != 4 || !std::ranges::all_of(text, is_digit)) return std::unexpected("must be four digits");
    LastFour four;
    four.digits_ = text;
    return four;
}

Parsed<ProviderToken> ProviderToken::parse(std::string_view text) {
    const bool visible = std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
    if (text.size() < 8 || text.size() > 255 || !visible) {
        return std::unexpected("must be the provider's token: 8 to 255 letters without spaces");
    }
    ProviderToken token;
    token.text_ = text;
    return token;
}

bool holds_card_number(std::string_view text) {
    std::vector<std::string> groups;
    bool open = false;  // the last group may still grow
    for (const char c : text) {
        if (is_digit(c)) {
            if (!open) groups.emplace_back();
            groups.back() += c;
            open = true;
            continue;
        }
        open = false;
        if (c == ' ' || c == '-' || c == '.') continue;  // what people part the groups of one number with
        if (groups_hold_number(groups)) return true;
        groups.clear();
    }
    return groups_hold_number(groups);
}

bool is_offered(PaymentType type, const MarketInfo& market) {
    const auto& offered = market.payment_methods;
    if (type == PaymentType::cash && contains(offered, "cash_on_delivery")) return true;
    return contains(offered, enum_word(type));
}

std::vector<FieldError> expiry_mistakes(std::optional<std::int32_t> month, std::optional<std::int32_t> year,
                                        Timestamp now, const MarketInfo& market) {
    std::vector<FieldError> mistakes;
    if (!month) mistakes.push_back({"expiry_month", "is required"});
    if (!year) mistakes.push_back({"expiry_year", "is required"});
    if (month && (*month < 1 || *month > 12)) mistakes.push_back({"expiry_month", "must be between 1 and 12"});
    const auto today = *parse_integer(local_date_digits(now, market.time_zone));
    const auto this_month = today / 100;  // 202611
    const auto this_year = today / 10'000;
    if (year && (*year < this_year || *year > this_year + 30)) {
        mistakes.push_back({"expiry_year", fmt::format("must be between {} and {}", this_year, this_year + 30)});
    }
    if (mistakes.empty() && *year * 100 + *month < this_month) {
        mistakes.push_back({"expiry_month", "the card has expired"});
    }
    return mistakes;
}

std::vector<FieldError> payment_method_mistakes(const PaymentMethodInput& input, Timestamp now,
                                                const MarketInfo& market, const PaymentRules& rules) {
    std::vector<FieldError> mistakes;
    const bool is_card = input.payment_type == PaymentType::card;
    const bool has_token = is_card || input.payment_type == PaymentType::digital_wallet;
    const auto judge = [&](std::string_view name, bool there, bool wanted) {
        if (wanted && !there) mistakes.push_back({std::string{name}, "is required"});
        if (there && !wanted) mistakes.push_back({std::string{name}, "has no place with this payment_type"});
    };
    judge("card_type", input.card_type.has_value(), is_card);
    judge("last_four", input.last_four.has_value(), is_card);
    judge("card_holder_name", input.card_holder_name.has_value(), is_card);
    judge("provider_token", input.provider_token.has_value(), has_token);
    if (is_card) {
        std::ranges::move(expiry_mistakes(input.expiry_month, input.expiry_year, now, market),
                          std::back_inserter(mistakes));
    } else {
        judge("expiry_month", input.expiry_month.has_value(), false);
        judge("expiry_year", input.expiry_year.has_value(), false);
    }
    if (!has_token) judge("gateway", input.gateway.has_value(), false);
    if (has_token && input.gateway && !contains(rules.payment_gateways, input.gateway->to_text())) {
        mistakes.push_back({"gateway", fmt::format("must be one of: {}", fmt::join(rules.payment_gateways, ", "))});
    }
    return mistakes;
}

std::string masked_number(CardType brand, std::string_view last_four) {
    return std::string{brand == CardType::amex ? "**** ****** *" : "**** **** **** "} + std::string{last_four};
}

}  // namespace marque::profile
