// One table of fields: name, and how its text becomes part of a market.
#include "features/markets/edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>

#include "core/text.h"

namespace marque::markets {
namespace {

using Change = std::expected<void, std::string>;
using Setter = std::function<Change(MarketInfo&, std::string_view)>;
using Words = std::vector<std::string>;

constexpr std::string_view lower_letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view upper_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

bool consists_of(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

Words split(std::string_view text) {
    Words words;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const auto word = trimmed(text.substr(0, comma));
        if (!word.empty() && std::ranges::find(words, word) == words.end()) words.emplace_back(word);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return words;
}

Setter text(std::string MarketInfo::* member, std::size_t length_max) {
    return [=](MarketInfo& market, std::string_view value) -> Change {
        if (value.size() > length_max) return std::unexpected(fmt::format("must be at most {} bytes", length_max));
        market.*member = value;
        return {};
    };
}

Setter needed_text(std::string MarketInfo::* member, std::size_t length_max) {
    return [=](MarketInfo& market, std::string_view value) -> Change {
        if (value.empty()) return std::unexpected("must not be empty");
        return text(member, length_max)(market, value);
    };
}

/// A comma list; every word must pass `fits`.
Setter list(Words MarketInfo::* member, bool (*fits)(std::string_view), std::string_view expected, bool may_be_empty) {
    return [=](MarketInfo& market, std::string_view value) -> Change {
        Words words = split(value);
        if ((words.empty() && !may_be_empty) || !std::ranges::all_of(words, fits)) {
            return std::unexpected(std::string{expected});
        }
        market.*member = std::move(words);
        return {};
    };
}

Setter amount(std::int64_t MarketInfo::* member) {
    return [=](MarketInfo& market, std::string_view value) -> Change {
        const auto money = Money::parse(value, market.currency);
        if (!money || money->minor() < 0) {
            return std::unexpected(money ? "must not be negative" : money.error());
        }
        market.*member = money->minor();
        return {};
    };
}

Change set_currency(MarketInfo& market, std::string_view value) {
    const auto currency = Currency::parse(value);
    if (!currency) return std::unexpected(currency.error());
    if (*currency != market.currency) market.currency_sign = usual_sign(*currency);
    market.currency = *currency;
    return {};
}

Change set_inclusive(MarketInfo& market, std::string_view value) {
    const std::string word = lowered(value);
    const bool yes = word == "yes" || word == "true";
    if (!yes && word != "no" && word != "false") return std::unexpected("must be yes or no");
    market.tax_inclusive = yes;
    return {};
}

Change set_tax(MarketInfo& market, std::string_view value) {
    const auto percent = parse_percent(value);
    if (!percent) return std::unexpected(percent.error());
    market.tax_milli_percent = *percent;
    return {};
}

bool is_prefix(std::string_view word) {
    return word.size() >= 2 && word.size() <= 8 && word.front() == '+' && word[1] != '0' &&
           consists_of(word.substr(1), digits);
}
bool is_language(std::string_view word) {
    return (word.size() == 2 || word.size() == 3) && consists_of(word, lower_letters);
}
bool is_region(std::string_view word) { return word.size() == 2 && consists_of(word, upper_letters); }
bool is_phone_type(std::string_view word) {
    static constexpr std::string_view known[] = {"premium_rate",    "toll_free", "shared_cost", "voip",
                                                 "personal_number", "pager",     "uan",         "voicemail"};
    return std::ranges::find(known, word) != std::end(known);
}
bool is_address_field(std::string_view word) {
    static constexpr std::string_view known[] = {"street", "building", "apartment", "city", "state", "postal_code"};
    return std::ranges::find(known, word) != std::end(known);
}
bool is_word(std::string_view word) { return consists_of(word, "abcdefghijklmnopqrstuvwxyz0123456789_"); }

struct Field {
    std::string_view name;
    Setter set;
};

const std::vector<Field>& fields() {
    static const std::vector<Field> table = {
        {"name", needed_text(&MarketInfo::name, 100)},
        {"currency", set_currency},
        {"sign", needed_text(&MarketInfo::currency_sign, 16)},
        {"timezone", needed_text(&MarketInfo::time_zone, 60)},
        {"prefix", list(&MarketInfo::phone_prefixes, is_prefix, "must list prefixes like +996 or +77", false)},
        {"languages", list(&MarketInfo::languages, is_language, "must list languages like ru,kk,en", false)},
        {"tax_inclusive", set_inclusive},
        {"tax", set_tax},
        {"tax_label", needed_text(&MarketInfo::tax_label, 40)},
        {"shipping", amount(&MarketInfo::shipping_minor)},
        {"shipping_free_from", amount(&MarketInfo::shipping_free_from_minor)},
        {"payment_methods", list(&MarketInfo::payment_methods, is_word, "must list words like card", true)},
        {"sms_provider", text(&MarketInfo::sms_provider, 40)},
        {"phone_regions", list(&MarketInfo::phone_regions, is_region, "must list regions like KG or US", true)},
        {"phone_types",
         list(&MarketInfo::phone_types, is_phone_type,
              "must list some of: premium_rate, toll_free, shared_cost, voip, personal_number, pager, uan, voicemail",
              true)},
        {"phone_example", text(&MarketInfo::phone_example, 20)},
        {"address_required", list(&MarketInfo::address_required, is_address_field,
                                  "must list some of: street, building, apartment, city, state, postal_code", true)},
        {"postal_code_pattern", text(&MarketInfo::postal_code_pattern, 100)},
    };
    return table;
}

}  // namespace

std::expected<void, std::string> set_field(MarketInfo& market, std::string_view name, std::string_view value) {
    const auto field = std::ranges::find(fields(), name, &Field::name);
    if (field == fields().end()) {
        return std::unexpected(fmt::format("{}: is no field; there are: {}", name, fmt::join(field_names(), ", ")));
    }
    auto change = field->set(market, trimmed(value));
    if (!change) return std::unexpected(fmt::format("{}: {}", name, change.error()));
    return {};
}

std::vector<std::string_view> field_names() {
    std::vector<std::string_view> names;
    for (const auto& field : fields()) names.push_back(field.name);
    return names;
}

Parsed<std::int64_t> parse_percent(std::string_view text) {
    constexpr std::size_t places = 3;
    const auto dot = text.find('.');
    const auto fraction = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    std::string all{text.substr(0, dot)};
    const bool well = consists_of(all, digits) && all.size() <= 3 && fraction.size() <= places &&
                      (dot == std::string_view::npos || consists_of(fraction, digits));
    all.append(fraction).append(places - std::min(places, fraction.size()), '0');
    const auto number = parse_integer(all);
    if (!well || !number || *number > 100'000) {
        return std::unexpected("must be a percentage from 0 to 100 with at most three decimals, like 6.875");
    }
    return *number;
}

std::string percent_text(std::int64_t milli_percent) {
    std::string out = fmt::format("{}.{:03}", milli_percent / 1000, milli_percent % 1000);
    while (out.ends_with('0')) out.pop_back();
    if (out.ends_with('.')) out.pop_back();
    return out;
}

Parsed<std::string> parse_date(std::string_view text) {
    using namespace std::chrono;
    const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-';
    const auto part = [&](std::size_t at, std::size_t size) -> std::optional<std::int64_t> {
        if (!shaped || !consists_of(text.substr(at, size), digits)) return std::nullopt;
        return parse_integer(text.substr(at, size)).value_or(0);
    };
    const auto y = part(0, 4), m = part(5, 2), d = part(8, 2);
    const bool real =
        y && m && d &&
        year_month_day{year{static_cast<int>(*y)}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}}
            .ok();
    if (!real) return std::unexpected("must be a date, like 2026-11-21");
    return std::string{text};
}

std::string usual_sign(Currency currency) {
    struct Sign {
        std::string_view code;
        std::string_view sign;
    };
    static constexpr Sign known[] = {{"KGS", "сом"}, {"USD", "$"},  {"EUR", "€"}, {"KZT", "₸"}, {"UZS", "soʻm"},
                                     {"RUB", "₽"},   {"TRY", "₺"},  {"CNY", "¥"}, {"GBP", "£"}, {"INR", "₹"},
                                     {"GEL", "₾"},   {"AMD", "֏"},  {"AZN", "₼"}, {"MNT", "₮"}, {"BYN", "Br"},
                                     {"UAH", "₴"},   {"JPY", "¥"},  {"KRW", "₩"}, {"VND", "₫"}, {"PLN", "zł"},
                                     {"CZK", "Kč"},  {"BRL", "R$"}, {"CAD", "$"}, {"AUD", "$"}, {"MXN", "$"}};
    const std::string code = currency.to_text();
    const auto found = std::ranges::find(known, std::string_view{code}, &Sign::code);
    return found == std::end(known) ? code : std::string{found->sign};
}

bool may_become(std::string_view from, std::string_view to) {
    return (from == "draft" && to == "live") || (from == "live" && to == "closed") ||
           (from == "closed" && to == "live");
}

}  // namespace marque::markets
