#pragma once
// All SQL of identity but that of sessions (session_queries.h). Market predicates are missing on purpose: the
// connection's role sees its own market only.

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/phone.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::identity {

struct UserRow {
    UserId id;
    std::string phone;
    MarketCode market;
    std::optional<MarketCode> moved_to;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    std::optional<std::string> profile_image_url;
    std::optional<std::string> language;
    std::optional<std::string> currency;
    std::optional<std::string> country;
    bool is_verified = false;
    bool is_active = false;
    Timestamp created_at;
    std::optional<Timestamp> last_login;
};
RECORD(UserRow, id, phone, market, moved_to, full_name, email, profile_image_url, language, currency, country,
       is_verified, is_active, created_at, last_login);

struct Sql {
    db::Statement<UserRow(UserId)> user{"identity.user", R"(
        SELECT id, phone, market, moved_to, full_name, email, profile_image_url, language, currency, country,
               is_verified, is_active, created_at, last_login
        FROM users WHERE id = $1::bigint)"};

    // Login creates the account or finds it; the market of an existing row is its own and stays (rulings 5 and 6).
    db::Statement<UserRow(MarketCode, Phone, std::string, std::string)> upsert_user{"identity.upsert_user", R"(
        INSERT INTO users (market, phone, language, currency, is_verified, is_active, last_login)
        VALUES ($1, $2, $3, $4, true, true, now())
        ON CONFLICT (market, phone) DO UPDATE SET is_verified = true, last_login = now(), updated_at = now()
        RETURNING id, phone, market, moved_to, full_name, email, profile_image_url, language, currency, country,
                  is_verified, is_active, created_at, last_login)"};

    db::Statement<void(MarketCode, std::string, std::string)> show_sms{"identity.show_sms", R"(
        INSERT INTO development_sms (market, phone, message) VALUES ($1, $2, $3))"};
};
inline constexpr Sql sql;
RECORD(Sql, user, upsert_user, show_sms);

struct SmsRow {
    std::string phone;
    std::string message;
    Timestamp created_at;
};
RECORD(SmsRow, phone, message, created_at);

/// Statements of the development page /dev/sms.
struct DevelopmentSql {
    db::Statement<SmsRow()> recent_sms{"identity.recent_sms", R"(
        SELECT phone, message, created_at FROM development_sms ORDER BY id DESC LIMIT 50)"};
};
inline constexpr DevelopmentSql development_sql;
RECORD(DevelopmentSql, recent_sms);

}  // namespace marque::identity
