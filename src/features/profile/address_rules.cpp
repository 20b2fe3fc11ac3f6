// The table of address formats and the checks that read it.
#include "features/profile/address_rules.h"

#include <algorithm>

#include "core/check.h"

namespace marque::profile {
namespace {

constexpr AddressRule rules[] = {
    {.format = "plain", .postal_message = "must have 3 to 10 letters, digits, spaces or hyphens"},
    {.format = "us",
     .state_required = true,
     .city_required = true,
     .postal_code_required = true,
     .postal_shapes = "99999|99999-9999",
     .postal_message = "must be a ZIP code, like 10001 or 10001-1234",
     .number_first = true},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_shape(std::string_view text, std::string_view shape) {
    return std::ranges::equal(text, shape,
                              [](char c, char wanted) { return wanted == '9' ? is_digit(c) : c == wanted; });
}

bool postal_code_fits(std::string_view code, const AddressRule& rule) {
    if (rule.postal_shapes.empty()) {
        const auto usual = [](char c) {
            return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ' || c == '-';
        };
        return code.size() >= 3 && code.size() <= 10 && std::ranges::all_of(code, usual);
    }
    for (auto shapes = rule.postal_shapes; !shapes.empty();) {
        const auto end = shapes.find('|');
        if (has_shape(code, shapes.substr(0, end))) return true;
        shapes = end == std::string_view::npos ? std::string_view{} : shapes.substr(end + 1);
    }
    return false;
}

/// A market delivers inside its own country, named by its name or its code.
bool is_country_of(const MarketInfo& market, std::string_view country) {
    return lowered(country) == lowered(market.name) || uppered(country) == market.code.upper();
}

/// Appends the pieces that are there, separated by `separator`.
std::string joined(std::initializer_list<std::string_view> pieces, std::string_view separator) {
    std::string out;
    for (const auto piece : pieces) {
        if (piece.empty()) continue;
        if (!out.empty()) out += separator;
        out += piece;
    }
    return out;
}

template <class T>
std::string_view text_of(const std::optional<T>& field) {
    return field ? std::string_view{field->to_text()} : std::string_view{};
}

}  // namespace

const AddressRule& address_rule(std::string_view format) {
    const auto* found = std::ranges::find(rules, format, &AddressRule::format);
    check(found != std::end(rules), "a market has an address format without a rule");
    return *found;
}

std::vector<FieldError> address_mistakes(const AddressInput& input, const MarketInfo& market,
                                         const std::optional<std::string>& region) {
    const auto& rule = address_rule(market.address_format);
    std::vector<FieldError> mistakes;
    if (!input.street && !input.full_address) mistakes.push_back({"street", "is required, or full_address"});
    if (input.building && !input.street) mistakes.push_back({"street", "is required beside a building"});
    if (rule.city_required && !input.city) mistakes.push_back({"city", "is required"});
    if (!rule.city_required && !input.city && !input.state) {
        mistakes.push_back({"city", "is required, or a region as state"});
    }
    if (rule.state_required && !input.state) mistakes.push_back({"state", "is required"});
    if (input.state && !region)
        mistakes.push_back({"state", "must be a region of " + market.name + ", by code or name"});
    if (rule.postal_code_required && !input.postal_code) mistakes.push_back({"postal_code", "is required"});
    if (input.postal_code && !postal_code_fits(input.postal_code->to_text(), rule)) {
        mistakes.push_back({"postal_code", std::string{rule.postal_message}});
    }
    if (input.country && !is_country_of(market, input.country->to_text())) {
        mistakes.push_back({"country", "must be " + market.name});
    }
    return mistakes;
}

std::string full_address_of(const AddressInput& input, const MarketInfo& market,
                            const std::optional<std::string>& region) {
    if (input.full_address) return input.full_address->to_text();
    const auto& rule = address_rule(market.address_format);
    const auto street = text_of(input.street);
    const auto building = text_of(input.building);
    const auto apartment = text_of(input.apartment);
    const auto city = text_of(input.city);
    const auto postal_code = text_of(input.postal_code);
    if (rule.number_first) {
        const auto end = joined({region ? std::string_view{*region} : std::string_view{}, postal_code}, " ");
        return joined({joined({building, street}, " "), apartment, city, end}, ", ");
    }
    const auto place = city.empty() && region ? std::string_view{*region} : city;
    return joined({postal_code, place, joined({street, building}, " "), apartment}, ", ");
}

}  // namespace marque::profile
