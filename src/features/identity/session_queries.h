#pragma once
// All SQL of sessions. Market predicates are missing on purpose: the connection's role sees its own market only.

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
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
    std::int32_t version = 1;
    bool session_good = false;
    std::optional<Timestamp> session_expires;
    bool unseen = false;  // for some minutes
    std::string phone;
};
RECORD(AccountRow, id, market, moved_to, is_active, language, version, session_good, session_expires, unseen, phone);

struct RefreshRow {
    UserId user_id;
    std::string phone;
    bool is_active = false;
    std::optional<MarketCode> moved_to;
    std::int32_t version = 1;
    bool live = false;
    std::string refresh_hash;
    std::optional<std::string> previous_refresh_hash;
    bool in_grace = false;  // the previous one was replaced a moment ago
};
RECORD(RefreshRow, user_id, phone, is_active, moved_to, version, live, refresh_hash, previous_refresh_hash, in_grace);

struct SessionRow {
    Uuid id;
    std::optional<std::string> device;
    Timestamp created_at;
    Timestamp last_seen_at;
    Timestamp expires_at;
};
RECORD(SessionRow, id, device, created_at, last_seen_at, expires_at);

struct SessionSql {
    // The account and whether the session is good, in one look; an unknown session leaves session_good false.
    db::Statement<AccountRow(UserId, std::optional<Uuid>)> account{"identity.account", R"(
        SELECT u.id, u.market, u.moved_to, u.is_active, u.language, u.session_version AS version,
               coalesce(s.revoked_at IS NULL AND s.expires_at > now() AND s.version = u.session_version, false)
                   AS session_good,
               s.expires_at AS session_expires,
               coalesce(s.last_seen_at < now() - interval '5 minutes', false) AS unseen, u.phone
        FROM users u
        LEFT JOIN sessions s ON s.market = u.market AND s.user_id = u.id AND s.id = $2::uuid
        WHERE u.id = $1::bigint)"};

    // Where a moved account lives now: by phone, since ids are each market's own.
    db::Statement<AccountRow(std::string)> account_of_phone{"identity.account_of_phone", R"(
        SELECT id, market, moved_to, is_active, language, session_version AS version, false AS session_good,
               NULL::timestamptz AS session_expires, false AS unseen, phone
        FROM users WHERE phone = $1)"};

    // Several servers may notice at once; one of them writes.
    db::Statement<void(Uuid)> mark_seen{"identity.mark_seen", R"(
        UPDATE sessions SET last_seen_at = now()
        WHERE id = $1::uuid AND last_seen_at < now() - interval '5 minutes')"};

    // A device that the account has had no log-in from is told to its owner (work::EnteredAnew), but not the first one.
    // Nobody has fifty devices: the longest unseen ones make room. Rows that only remember are dropped after a month. A
    // session that is there already was opened by an earlier try of the same request.
    db::Statement<std::int32_t(MarketCode, Uuid, UserId, std::string, std::optional<std::string>, std::int32_t)> open{
        "identity.open_session", R"(
        WITH surplus AS (
            UPDATE sessions SET revoked_at = now(), end_reason = 'surplus'
            WHERE id IN (SELECT id FROM sessions
                         WHERE user_id = $3::bigint AND revoked_at IS NULL AND expires_at > now()
                         ORDER BY last_seen_at DESC, id OFFSET 49)),
        outdated AS (
            DELETE FROM sessions WHERE user_id = $3::bigint AND expires_at < now() - interval '30 days'),
        told AS (
            INSERT INTO outbox (market, topic, payload)
            SELECT $1, 'account.entered_anew', jsonb_build_object('user_id', $3::bigint::text, 'device', $5::text)
            WHERE $5::text IS NOT NULL AND EXISTS (SELECT FROM sessions WHERE user_id = $3::bigint)
              AND NOT EXISTS (SELECT FROM sessions WHERE user_id = $3::bigint AND (device = $5 OR id = $2::uuid)))
        INSERT INTO sessions (market, id, user_id, version, refresh_hash, device, expires_at)
        SELECT $1, $2::uuid, id, session_version, $4, $5, now() + make_interval(mins => $6::integer)
        FROM users WHERE id = $3::bigint
        ON CONFLICT (market, id) DO NOTHING
        RETURNING version)"};

    // A session that ended because its account moved answers a little longer, for whoever did not hear where to.
    db::Statement<RefreshRow(Uuid)> refresh_state{"identity.refresh_state", R"(
        SELECT s.user_id, u.phone, u.is_active, u.moved_to, u.session_version AS version,
               (s.revoked_at IS NULL OR s.end_reason = 'moved' AND s.revoked_at > now() - interval '30 seconds')
                   AND s.expires_at > now() AND s.version = u.session_version AS live,
               s.refresh_hash, s.previous_refresh_hash,
               coalesce(s.rotated_at > now() - interval '30 seconds', false) AS in_grace
        FROM sessions s JOIN users u ON u.market = s.market AND u.id = s.user_id
        WHERE s.id = $1::uuid)"};

    // Of parallel tries with one token the first writes; the others find another hash and change nothing.
    db::Statement<std::int32_t(Uuid, std::string, std::string, std::int32_t)> rotate{"identity.rotate_refresh", R"(
        UPDATE sessions SET previous_refresh_hash = refresh_hash, refresh_hash = $3, rotated_at = now(),
                            last_seen_at = now(), expires_at = now() + make_interval(mins => $4::integer)
        WHERE id = $1::uuid AND refresh_hash = $2 AND revoked_at IS NULL
        RETURNING version)"};

    db::Statement<SessionRow(UserId)> live{"identity.live_sessions", R"(
        SELECT s.id, s.device, s.created_at, s.last_seen_at, s.expires_at
        FROM sessions s JOIN users u ON u.market = s.market AND u.id = s.user_id
        WHERE s.user_id = $1::bigint AND s.revoked_at IS NULL AND s.expires_at > now()
          AND s.version = u.session_version
        ORDER BY s.last_seen_at DESC, s.id LIMIT 100)"};

    // Of the user, where one is named.
    db::Statement<void(Uuid, std::optional<UserId>, std::string)> end{"identity.end_session", R"(
        UPDATE sessions SET revoked_at = now(), end_reason = $3
        WHERE id = $1::uuid AND ($2::bigint IS NULL OR user_id = $2::bigint)
          AND revoked_at IS NULL AND expires_at > now())"};

    db::Statement<void(UserId, Uuid)> end_others{"identity.end_other_sessions", R"(
        UPDATE sessions SET revoked_at = now(), end_reason = 'ended'
        WHERE user_id = $1::bigint AND id <> $2::uuid AND revoked_at IS NULL AND expires_at > now())"};
};
inline constexpr SessionSql session_sql;
RECORD(SessionSql, account, account_of_phone, mark_seen, open, refresh_state, rotate, live, end, end_others);

}  // namespace marque::identity
