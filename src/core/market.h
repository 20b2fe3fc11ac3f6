#pragma once
// Markets: a code, and what a market's row in the database says of it (ruling 3: a market is data, not code).

#include <array>
#include <compare>
#include <map>
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

/// A part of a market that addresses name: a state, an oblast, a city of its own.
struct Region {
    std::string code;  // "CA", "GB"
    std::string name;
    std::string kind;                       // "state", "city"
    std::map<Language, std::string> names;  // in the languages where it has another name

    friend bool operator==(const Region&, const Region&) = default;
};

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
    std::string state;                          // draft, live or closed
    std::vector<std::string> phone_regions;     // "US": whose numbers may log in; empty: any with the prefix
    std::vector<std::string> phone_types;       // "voip": kinds accepted besides mobiles (core/phone.h)
    std::string phone_example;                  // "+12015550123", for forms
    std::vector<std::string> address_required;  // "state", "postal_code": what an address must have here
    std::string postal_code_pattern;            // "[0-9]{5}": a postal code as a whole; empty: anything
    std::string tax_label;                      // "VAT"
    std::string sms_provider;                   // the word of the provider that sends its messages
    std::vector<std::string> payment_gateways;  // "stripe", "local_bank": who takes cards, in order
    std::vector<Region> regions;

    friend bool operator==(const MarketInfo&, const MarketInfo&) = default;
    /// Open to customers; a draft is not yet, a closed one no longer.
    [[nodiscard]] bool is_live() const { return state == "live"; }
    [[nodiscard]] bool is_closed() const { return state == "closed"; }

    /// The language asked for, where the market speaks it; else the market's first.
    [[nodiscard]] const Language& language_or_default(std::string_view asked) const;
    /// The first language of an Accept-Language header that the market speaks, else the market's first. Weights are
    /// ignored: order is what browsers send.
    [[nodiscard]] const Language& accepted_language(std::string_view header) const;
};

/// All markets of the shop as the databases had them at one moment; never changed, only replaced as a whole.
struct MarketSet {
    std::vector<MarketInfo> markets;
    MarketCode default_market;

    friend bool operator==(const MarketSet&, const MarketSet&) = default;

    [[nodiscard]] const MarketInfo* find(MarketCode code) const;
    /// The market whose phone prefix is the longest that matches an E.164 number.
    [[nodiscard]] const MarketInfo* find_by_phone(std::string_view e164) const;
};

}  // namespace marque
