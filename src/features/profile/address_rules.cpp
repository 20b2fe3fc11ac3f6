// Checking addresses against the market's rules, and filling its pattern of a line.
#include "features/profile/address_rules.h"

#include <algorithm>

#include "core/fold.h"

namespace marque::profile {
namespace {

template <class T>
std::string text_of(const std::optional<T>& field) {
    return field ? field->to_text() : std::string{};
}

/// A region as it is written in an address; of a city that is one of its own, the city says it.
std::string region_beside(const std::string& city, const std::vector<std::string>& names) {
    const auto is_city = [&](const std::string& name) { return folded(name) == folded(city); };
    return names.empty() || std::ranges::any_of(names, is_city) ? std::string{} : names.front();
}

/// The part of an address that a word of the rules means.
std::string part(const AddressInput& input, const AddressRules& rules, std::string_view name) {
    if (name == "street") return text_of(input.street);
    if (name == "building") return text_of(input.building);
    if (name == "apartment") return text_of(input.apartment);
    if (name == "city") return text_of(input.city);
    if (name == "state") return rules.region_code.value_or("");
    if (name == "region") return region_beside(text_of(input.city), rules.region_names);
    if (name == "postal_code") return text_of(input.postal_code);
    return {};
}

bool is_required(const AddressRules& rules, std::string_view name) {
    return std::ranges::find(rules.required, name) != rules.required.end();
}

/// A market delivers inside its own country, named by its name or its code.
bool is_country_of(const MarketInfo& market, std::string_view country) {
    return lowered(country) == lowered(market.name) || uppered(country) == market.code.upper();
}

/// One piece of the line, "{street} {building}" filled; words that are empty leave no gap.
std::string filled(std::string_view piece, const AddressInput& input, const AddressRules& rules) {
    std::string out;
    while (!piece.empty()) {
        const auto space = piece.find(' ');
        const auto word = piece.substr(0, space);
        const bool hole = word.starts_with('{') && word.ends_with('}');
        const std::string text = hole ? part(input, rules, word.substr(1, word.size() - 2)) : std::string{word};
        if (!out.empty() && !text.empty()) out += ' ';
        out += text;
        piece = space == std::string_view::npos ? std::string_view{} : piece.substr(space + 1);
    }
    return out;
}

}  // namespace

std::vector<FieldError> address_mistakes(const AddressInput& input, const MarketInfo& market,
                                         const AddressRules& rules) {
    std::vector<FieldError> mistakes;
    if (!input.street && is_required(rules, "street")) {
        mistakes.push_back({"street", "is required"});
    } else if (!input.street && !input.full_address) {
        mistakes.push_back({"street", "is required, or full_address"});
    } else if (!input.street && input.building) {
        mistakes.push_back({"street", "is required beside a building"});
    }
    for (const std::string_view name : {"building", "apartment", "city", "state", "postal_code"}) {
        const bool is_there = name == "state" ? input.state.has_value() : !part(input, rules, name).empty();
        if (!is_there && is_required(rules, name)) mistakes.push_back({std::string{name}, "is required"});
    }
    if (!is_required(rules, "city") && !input.city && !input.state) {
        mistakes.push_back({"city", "is required, or a region as state"});
    }
    if (input.state && !rules.region_code) {
        mistakes.push_back({"state", "must be a region of " + market.name + ", by code or name"});
    }
    if (!rules.postal_code_fits) mistakes.push_back({"postal_code", "is no postal code of " + market.name});
    if (input.country && !is_country_of(market, input.country->to_text())) {
        mistakes.push_back({"country", "must be " + market.name});
    }
    return mistakes;
}

std::string full_address_of(const AddressInput& input, const AddressRules& rules) {
    if (input.full_address) return input.full_address->to_text();
    std::string out;
    for (std::string_view line = rules.line; !line.empty();) {
        const auto comma = line.find(", ");
        const std::string piece = filled(line.substr(0, comma), input, rules);
        if (!out.empty() && !piece.empty()) out += ", ";
        out += piece;
        line = comma == std::string_view::npos ? std::string_view{} : line.substr(comma + 2);
    }
    return out;
}

}  // namespace marque::profile
