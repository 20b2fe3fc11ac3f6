#pragma once
// Markets: a code, and what a market's row in the database says of it (ruling 3: a market is data, not code).

#include <array>
#include <compare>
#include <string>
#include <vector>

#include "core/money.h"

namespace marque {

/// "KG", "US", …: two to eight letters; upper-case inside and in the database, lower-case over HTTP (ruling 4).
class MarketCode {
public:
    static constexpr TextFacts facts{.pattern = "^[A-Za-z]{2,8}$", .min_length = 2, .max_length = 8, .example = "kg"};

    constexpr MarketCode() = default;
    /// Any case. ALL is not a market but a range of availability, and refused.
    [[nodiscard]] static Parsed<MarketCode> parse(std::string_view text);
    /// Upper-case, as the database has it.
    [[nodiscard]] std::string_view upper() const { return {letters_.data(), size_}; }
    /// Lower-case, as JSON, tokens and role names have it.
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
    friend constexpr auto operator<=>(const MarketCode&, const MarketCode&) = default;

private:
    std::array<char, 8> letters_{};
    std::size_t size_ = 0;
};

/// "ky", "ru", "en": the language of texts.
using Language = std::string;

/// Everything the server needs to know of one market while it answers requests.
struct MarketInfo {
    MarketCode code;
    std::string name;
    Currency currency;
    std::string currency_sign;
    std::string time_zone;
    std::vector<std::string> phone_prefixes;  // "+996"; the longest match over all markets decides
    std::vector<Language> languages;          // the first is the default
    bool tax_inclusive = false;
    std::int64_t tax_milli_percent = 0;  // 12000 is 12 %
    std::int64_t shipping_minor = 0;
    std::int64_t shipping_free_from_minor = 0;  // 0: never free
    std::vector<std::string> payment_methods;
    std::string state;  // draft, live or closed
    std::string address_format = "plain";
    std::string delivery_service;
    std::vector<std::string> card_brands;
    std::vector<std::string> payment_gateways;  // the first is the default

    /// The language asked for, where the market speaks it; else the market's first.
    [[nodiscard]] const Language& language_or_default(std::string_view asked) const;
};

/// All markets of the shop, read from the databases when the server starts.
struct MarketSet {
    std::vector<MarketInfo> markets;
    MarketCode default_market;

    [[nodiscard]] const MarketInfo* find(MarketCode code) const;
    /// The market whose phone prefix is the longest that matches an E.164 number.
    [[nodiscard]] const MarketInfo* find_by_phone(std::string_view e164) const;
};

}  // namespace marque
