#pragma once
// What of a payment method may be kept: never a card's number (ruling 27), and only what the market takes.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "core/record.h"
#include "core/refusal.h"
#include "core/text.h"

namespace marque::profile {

enum class PaymentType { card, cash, bank_transfer, digital_wallet };
ENUMERATION(PaymentType, card, cash, bank_transfer, digital_wallet)
enum class CardType { visa, mastercard, mir, amex };
ENUMERATION(CardType, visa, mastercard, mir, amex)

/// The last four digits of a card.
class LastFour {
public:
    static constexpr TextFacts facts{.pattern = "^[0-9]{4}$", .min_length = 4, .max_length = 4, .example = "4242"};
    LastFour() = default;
    [[nodiscard]] static Parsed<LastFour> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return digits_; }

private:
    std::string digits_;
};

/// What the payment provider calls the card: visible letters without spaces.
class ProviderToken {
public:
    static constexpr TextFacts facts{
        .pattern = "^[!-~]{8,255}$", .min_length = 8, .max_length = 255, .example = "pm_1PqL9s2eZvKYlo2C"};
    ProviderToken() = default;
    [[nodiscard]] static Parsed<ProviderToken> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }

private:
    std::string text_;
};

/// A payment method as it is sent (R59).
struct PaymentMethodInput {
    PaymentType payment_type = PaymentType::card;
    std::optional<CardType> card_type;
    std::optional<LastFour> last_four;
    std::optional<Text<1, 255>> card_holder_name;
    std::optional<std::int32_t> expiry_month;
    std::optional<std::int32_t> expiry_year;
    std::optional<Text<1, 40>> gateway;
    std::optional<ProviderToken> provider_token;
    std::optional<bool> is_default;
};
RECORD(PaymentMethodInput, payment_type, card_type, last_four, card_holder_name, expiry_month, expiry_year, gateway,
       provider_token, is_default);

/// What of payment methods is the market's own data.
struct PaymentRules {
    std::vector<std::string> card_brands;
    std::vector<std::string> payment_gateways;  // the first is the default
};
RECORD(PaymentRules, card_brands, payment_gateways);

/// Whether 13 to 19 digits that pass Luhn's check stand in the text, together or in groups parted by spaces or hyphens.
[[nodiscard]] bool holds_card_number(std::string_view text);

/// Whether the market offers it: "cash" is what a market calls cash_on_delivery.
[[nodiscard]] bool is_offered(PaymentType type, const MarketInfo& market);

/// Month and year of a card that is good at least until the month's end in the market; else what is wrong.
[[nodiscard]] std::vector<FieldError> expiry_mistakes(std::optional<std::int32_t> month,
                                                      std::optional<std::int32_t> year, Timestamp now,
                                                      const MarketInfo& market);

/// Everything missing, or there though it has no place with this type of payment.
[[nodiscard]] std::vector<FieldError> payment_method_mistakes(const PaymentMethodInput& input, Timestamp now,
                                                              const MarketInfo& market, const PaymentRules& rules);

/// "**** **** **** 4242"; American Express prints fifteen digits in other groups.
[[nodiscard]] std::string masked_number(CardType brand, std::string_view last_four);

}  // namespace marque::profile
