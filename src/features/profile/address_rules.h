#pragma once
// What a delivery address must have, by the market's address format: a table, so that a market is data (ruling 3).

#include <optional>
#include <string>
#include <string_view>
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

/// What one format demands (markets.address_format).
struct AddressRule {
    std::string_view format;
    bool state_required = false;
    /// Otherwise a city or a region will do.
    bool city_required = false;
    bool postal_code_required = false;
    /// Shapes separated by '|', 9 standing for a digit; empty takes any short code of letters and digits.
    std::string_view postal_shapes;
    std::string_view postal_message;
    /// "1 Main Street" instead of "Main Street 1", and the city behind the street.
    bool number_first = false;
};

/// The rule of a market's format; a market's format is always one the database allows.
[[nodiscard]] const AddressRule& address_rule(std::string_view format);

/// Everything wrong with the address. `region` is the code of the market's region that `state` names, where it does.
[[nodiscard]] std::vector<FieldError> address_mistakes(const AddressInput& input, const MarketInfo& market,
                                                       const std::optional<std::string>& region);

/// The one line a courier reads: what was sent as such, else put together from the parts.
[[nodiscard]] std::string full_address_of(const AddressInput& input, const MarketInfo& market,
                                          const std::optional<std::string>& region);

}  // namespace marque::profile
