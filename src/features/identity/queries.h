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
    std::int32_t move_number = 0;
};
RECORD(UserRow, id, phone, market, moved_to, full_name, email, profile_image_url, language, currency, country,
       is_verified, is_active, created_at, last_login, move_number);

struct Sql {
    db::Statement<UserRow(UserId)> user{"identity.user", R"(
        SELECT id, phone, market, moved_to, full_name, email, profile_image_url, language, currency, country,
               is_verified, is_active, created_at, last_login, move_number
        FROM users WHERE id = $1::bigint)"};

    // Login creates the account, with the first line of its market's history, or finds it. $5 is the number of the move
    // that led here, 0 for the phone's own market: a row that has not seen it is arrived at now (ruling 6).
    db::Statement<UserRow(MarketCode, Phone, std::string, std::string, std::int32_t)> enter{"identity.enter", R"(
        WITH entered AS (
            INSERT INTO users (market, phone, language, currency, is_verified, is_active, last_login,
                               move_number, market_source)
            VALUES ($1, $2, $3, $4, true, true, now(), $5::integer,
                    CASE WHEN $5::integer > 0 THEN 'manual' ELSE 'phone' END)
            ON CONFLICT (market, phone) DO UPDATE SET
                is_verified = true, last_login = now(), updated_at = now(),
                moved_to = CASE WHEN $5::integer > users.move_number THEN NULL ELSE users.moved_to END,
                market_source = CASE WHEN $5::integer > users.move_number THEN 'manual' ELSE users.market_source END,
                move_number = greatest(users.move_number, $5::integer)
            RETURNING *, xmax = 0 AS is_new
        ), noted AS (
            INSERT INTO user_market_history (market, user_id, to_market, changed_by, reason)
            SELECT market, id, market, 'login', 'first login' FROM entered WHERE is_new AND $5::integer = 0
        )
        SELECT id, phone, market, moved_to, full_name, email, profile_image_url, language, currency, country,
               is_verified, is_active, created_at, last_login, move_number FROM entered)"};

    db::Statement<void(MarketCode, std::string, std::string)> show_sms{"identity.show_sms", R"(
        INSERT INTO development_sms (market, phone, message) VALUES ($1, $2, $3))"};
};
inline constexpr Sql sql;
RECORD(Sql, user, enter, show_sms);

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
