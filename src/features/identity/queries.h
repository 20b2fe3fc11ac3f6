#pragma once
// All SQL of identity. Market predicates are missing on purpose: the connection's role sees its own market only.

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

struct AccountRow {
    UserId id;
    MarketCode market;
    std::optional<MarketCode> moved_to;
    bool is_active = false;
    std::optional<std::string> language;
    bool session_good = false;
    std::string phone;
};
RECORD(AccountRow, id, market, moved_to, is_active, language, session_good, phone);

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

struct CodeRow {
    Uuid id;
    std::string code_hmac;
};
RECORD(CodeRow, id, code_hmac);

struct SendStateRow {
    std::int64_t sent_last_day = 0;
    std::optional<std::int64_t> seconds_since_last;
};
RECORD(SendStateRow, sent_last_day, seconds_since_last);

struct Sql {
    // The account and whether the session is good, in one look; an unknown session leaves session_good false.
    db::Statement<AccountRow(UserId, std::optional<Uuid>)> account{"identity.account", R"(
        SELECT u.id, u.market, u.moved_to, u.is_active, u.language,
               coalesce(s.revoked_at IS NULL AND s.expires_at > now(), false) AS session_good, u.phone
        FROM users u
        LEFT JOIN sessions s ON s.market = u.market AND s.user_id = u.id AND s.id = $2::uuid
        WHERE u.id = $1::bigint)"};

    db::Statement<SendStateRow(Phone)> send_state{"identity.send_state", R"(
        SELECT count(*) AS sent_last_day,
               extract(epoch FROM now() - max(created_at))::bigint AS seconds_since_last
        FROM verification_codes WHERE phone = $1 AND created_at > now() - interval '1 day')"};

    db::Statement<void(MarketCode, Uuid, Phone, std::string, std::int32_t)> insert_code{"identity.insert_code", R"(
        INSERT INTO verification_codes (market, id, phone, code_hmac, expires_at)
        VALUES ($1, $2::uuid, $3, $4, now() + make_interval(secs => $5::integer)))"};

    // The attempt is counted before the comparison, so parallel guesses cannot outrun the limit.
    db::Statement<CodeRow(Phone, std::optional<Uuid>)> take_attempt{"identity.take_attempt", R"(
        UPDATE verification_codes SET attempts = attempts + 1
        WHERE id = (SELECT id FROM verification_codes
                    WHERE phone = $1 AND NOT is_used AND expires_at > now() AND ($2::uuid IS NULL OR id = $2::uuid)
                    ORDER BY created_at DESC LIMIT 1)
          AND attempts < 5
        RETURNING id, code_hmac)"};

    db::Statement<Uuid(Uuid)> consume_code{"identity.consume_code", R"(
        UPDATE verification_codes SET is_used = true WHERE id = $1::uuid AND NOT is_used RETURNING id)"};

    db::Statement<std::int32_t(Phone)> failures{"identity.failures", R"(
        SELECT failures FROM phone_failures WHERE phone = $1 AND window_started_at > now() - interval '1 day')"};

    db::Statement<void(MarketCode, Phone)> count_failure{"identity.count_failure", R"(
        INSERT INTO phone_failures (market, phone, failures, window_started_at) VALUES ($1, $2, 1, now())
        ON CONFLICT (market, phone) DO UPDATE SET
            failures = CASE WHEN phone_failures.window_started_at > now() - interval '1 day'
                            THEN phone_failures.failures + 1 ELSE 1 END,
            window_started_at = CASE WHEN phone_failures.window_started_at > now() - interval '1 day'
                                     THEN phone_failures.window_started_at ELSE now() END)"};

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

    db::Statement<void(MarketCode, Uuid, UserId, std::string, std::int32_t)> insert_session{"identity.insert_session",
                                                                                            R"(
        INSERT INTO sessions (market, id, user_id, refresh_hash, expires_at)
        VALUES ($1, $2::uuid, $3::bigint, $4, now() + make_interval(mins => $5::integer)))"};

    db::Statement<void(Uuid)> end_session{"identity.end_session", R"(
        UPDATE sessions SET revoked_at = now() WHERE id = $1::uuid AND revoked_at IS NULL)"};

    db::Statement<void(MarketCode, std::string, std::string)> show_sms{"identity.show_sms", R"(
        INSERT INTO development_sms (market, phone, message) VALUES ($1, $2, $3))"};
};
inline constexpr Sql sql;
RECORD(Sql, account, send_state, insert_code, take_attempt, consume_code, failures, count_failure, enter,
       insert_session, end_session, show_sms);

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
