// Card numbers are recognised in any disguise people use; expiry and fields by type.
#include "features/profile/card_rules.h"

#include <doctest/doctest.h>

namespace marque::profile {
namespace {

const MarketInfo kg{.code = *MarketCode::parse("KG"),
                    .time_zone = "Asia/Bishkek",
                    .payment_methods = {"cash_on_delivery", "card", "bank_transfer"}};
const PaymentRules rules{{"visa", "mastercard", "mir"}, {"local_bank"}};

Timestamp at(std::string_view text) { return Timestamp::parse(text).value(); }

}  // namespace

TEST_CASE("[R59] a full card number is seen, together, in groups, or beside other digits") {
    for (const char* text :
         {"4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "378282246310005", "3782 822463 10005",
          "2200000000000004", "6304000000000000000", "4222222222222", "card: 5555555555554444.", "tok_4242424242424242",
          "4242424242424242 12/30", "12 4242424242424242", "4242 4242 - 4242  4242"}) {
        CAPTURE(text);
        CHECK(holds_card_number(text));
    }
}

TEST_CASE("what is no card number passes") {
    for (const char* text : {"", "4242", "4242424242424241", "pm_1PqL9s2eZvKYlo2C0b1d", "+996 505 231 255",
                             "2026-11-21", "424242424242", "4242/4242/4242/4242", "a4b2c4d2e4f2g4h2i4j2k4l2m4n2o4p2"}) {
        CAPTURE(text);
        CHECK_FALSE(holds_card_number(text));
    }
}

TEST_CASE("[R59] a card is good until the end of its month where the market is") {
    // 20:30 on 31 October in UTC is November in Bishkek.
    const auto evening = at("2026-10-31T20:30:00Z");
    CHECK(expiry_mistakes(11, 2026, evening, kg).empty());
    CHECK(expiry_mistakes(10, 2026, evening, kg).front().field == "expiry_month");
    CHECK(expiry_mistakes(10, 2026, at("2026-10-31T17:30:00Z"), kg).empty());
    CHECK(expiry_mistakes(1, 2027, evening, kg).empty());
    CHECK(expiry_mistakes(13, 2027, evening, kg).front().field == "expiry_month");
    CHECK(expiry_mistakes(0, 2027, evening, kg).front().field == "expiry_month");
    CHECK(expiry_mistakes(12, 2025, evening, kg).front().field == "expiry_year");
    CHECK(expiry_mistakes(12, 26, evening, kg).front().field == "expiry_year");
    CHECK(expiry_mistakes(std::nullopt, std::nullopt, evening, kg).size() == 2);
}

TEST_CASE("[R59] [R61] fields belong to types, types to markets") {
    const auto now = at("2026-11-21T00:00:00Z");
    CHECK(payment_method_mistakes({}, now, kg, rules).size() == 6);
    CHECK(payment_method_mistakes({.payment_type = PaymentType::cash}, now, kg, rules).empty());
    CHECK(payment_method_mistakes({.payment_type = PaymentType::cash, .expiry_month = 1}, now, kg, rules).size() == 1);
    CHECK(payment_method_mistakes({.payment_type = PaymentType::digital_wallet,
                                   .gateway = Text<1, 40>::parse("stripe").value(),
                                   .provider_token = ProviderToken::parse("wallet-token").value()},
                                  now, kg, rules)
              .front()
              .field == "gateway");
    CHECK(is_offered(PaymentType::cash, kg));
    CHECK_FALSE(is_offered(PaymentType::digital_wallet, kg));
    CHECK(masked_number(CardType::visa, "4242") == "**** **** **** 4242");
    CHECK(masked_number(CardType::amex, "0005") == "**** ****** *0005");
}

}  // namespace marque::profile
