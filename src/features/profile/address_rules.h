#pragma once
// What a delivery address must have and how it reads on one line: both are the market's data (ruling 3).

#include <optional>
#include <string>
#include <vector>

#include "core/market.h"
#include "core/record.h"
#include "core/refusal.h"
#include "core/text.h"

namespace marque::profile {

/// An address as it is sent, for a new one as for a change (R57).
struct AddressInput {
    std::optional<Text<1, 100>> title;
    std::optional<Text<3, 500>> full_address;
    std::optional<Text<1, 255>> street;
    std::optional<Text<1, 50>> building;
    std::optional<Text<1, 50>> apartment;
    std::optional<Text<1, 100>> city;
    std::optional<Text<1, 100>> state;
    std::optional<Text<1, 20>> postal_code;
    std::optional<Text<1, 100>> country;
    std::optional<bool> is_default;
};
RECORD(AddressInput, title, full_address, street, building, apartment, city, state, postal_code, country, is_default);

/// The market's rules, and what they say of one address's state and postal code.
struct AddressRules {
    std::vector<std::string> required;  // "city", "postal_code"
    std::string line;                   // "{building} {street}, {apartment}, {city}, {state} {postal_code}"
    std::optional<std::string> region_code;
    std::vector<std::string> region_names;  // in any language; first as addresses of the market are written
    bool postal_code_fits = true;
};
RECORD(AddressRules, required, line, region_code, region_names, postal_code_fits);

/// Everything wrong with the address.
[[nodiscard]] std::vector<FieldError> address_mistakes(const AddressInput& input, const MarketInfo& market,
                                                       const AddressRules& rules);

/// The one line a courier reads: what was sent as such, else put together as the market writes it.
[[nodiscard]] std::string full_address_of(const AddressInput& input, const AddressRules& rules);

}  // namespace marque::profile
