#pragma once
// What a customer keeps with the shop: the account's own fields, an avatar, addresses, saved payment methods.

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/refusal.h"
#include "http/route.h"

namespace marque::profile {

using AddressId = Id<struct AddressTag>;
using PaymentMethodId = Id<struct PaymentMethodTag>;

inline constexpr Refusal address_not_found{404, "profile.address_not_found", "There is no such address"};
/// Several changes by one customer wait for each other; this one waited too long.
inline constexpr Refusal busy{409, "profile.busy", "Another change is under way; try again"};

/// The account as its owner sees it (R46).
struct ProfileView {
    UserId id;
    std::string phone;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    std::optional<std::string> profile_image_url;
    MarketCode market;
    std::optional<std::string> language;
    std::optional<std::string> currency;
    std::optional<std::string> country;
    bool is_verified = false;
    bool is_active = false;
    bool is_staff = false;
    Timestamp created_at;
    Timestamp updated_at;
    std::optional<Timestamp> last_login;
};
RECORD(ProfileView, id, phone, full_name, email, profile_image_url, market, language, currency, country, is_verified,
       is_active, is_staff, created_at, updated_at, last_login);

/// A delivery address (R57); `state` is the code of one of the market's regions.
struct AddressView {
    AddressId id;
    MarketCode market;
    std::optional<std::string> title;
    std::string full_address;
    std::optional<std::string> street;
    std::optional<std::string> building;
    std::optional<std::string> apartment;
    std::optional<std::string> city;
    std::optional<std::string> state;
    std::optional<std::string> postal_code;
    std::string country;
    std::string delivery_service;  // the market's
    bool is_default = false;
    Timestamp created_at;
    Timestamp updated_at;
};
RECORD(AddressView, id, market, title, full_address, street, building, apartment, city, state, postal_code, country,
       delivery_service, is_default, created_at, updated_at);

/// /profile, /auth/profile, /profile/avatar, /profile/addresses, /profile/payment-methods, /media/avatars.
[[nodiscard]] http::Routes routes();

}  // namespace marque::profile
