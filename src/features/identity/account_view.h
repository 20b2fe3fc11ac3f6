#pragma once
// What an account looks like over HTTP, and what a log-in answers.

#include <optional>
#include <string>

#include "features/identity/queries.h"

namespace marque::identity {

struct UserView {
    UserId id;
    std::string phone;
    MarketCode market;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    std::optional<std::string> profile_image_url;
    std::optional<std::string> language;
    std::optional<std::string> currency;
    bool is_verified = false;
    bool is_active = false;
    Timestamp created_at;
    std::optional<Timestamp> last_login;
};
RECORD(UserView, id, phone, market, full_name, email, profile_image_url, language, currency, is_verified, is_active,
       created_at, last_login);

struct LoggedIn {
    std::string access_token;
    std::string refresh_token;
    std::string token_type;
    std::int32_t expires_in = 0;
    UserView user;
    std::optional<bool> cart_joined{};  // of a log-in with X-Cart-Token; false: keep the token and try again
};
RECORD(LoggedIn, access_token, refresh_token, token_type, expires_in, user, cart_joined);

[[nodiscard]] inline UserView view_of(const UserRow& row) {
    return {row.id,       row.phone,    row.market,      row.full_name, row.email,      row.profile_image_url,
            row.language, row.currency, row.is_verified, row.is_active, row.created_at, row.last_login};
}

}  // namespace marque::identity
