#pragma once
// SQL that looks customers up in one market, and moves them between two; each statement stays within one.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/customers/customers.h"

namespace marque::customers {

struct BelongingRow {
    std::string name;
    std::int64_t count = 0;
};
RECORD(BelongingRow, name, count);

struct CountsRow {
    std::int64_t orders = 0;
    std::int64_t open_orders = 0;
    std::int64_t sessions = 0;
    std::int64_t grants = 0;
};
RECORD(CountsRow, orders, open_orders, sessions, grants);

struct ArrivedRow {
    UserId id;
    bool is_new = false;
};
RECORD(ArrivedRow, id, is_new);

struct Sql {
    db::Statement<Account(std::string)> by_phone{"customers.by_phone", R"(
        SELECT id, phone, market, market_source, moved_to, move_number, full_name, email, profile_image_url, language,
               country, is_verified, is_active, created_at, last_login
        FROM users WHERE phone = $1)"};

    db::Statement<Account(UserId)> by_id{"customers.by_id", R"(
        SELECT id, phone, market, market_source, moved_to, move_number, full_name, email, profile_image_url, language,
               country, is_verified, is_active, created_at, last_login
        FROM users WHERE id = $1::bigint)"};

    // $1 a part of name or email, $2 digits of a phone (empty: none), $3 an id.
    db::Statement<Account(std::string, std::string, std::optional<UserId>, std::int32_t)> search{"customers.search", R"(
        SELECT id, phone, market, market_source, moved_to, move_number, full_name, email, profile_image_url, language,
               country, is_verified, is_active, created_at, last_login
        FROM users
        WHERE id = $3::bigint OR ($2 <> '' AND strpos(phone, $2) > 0)
           OR strpos(lower(full_name), lower($1)) > 0 OR strpos(lower(email), lower($1)) > 0
        ORDER BY id LIMIT $4::integer)"};

    db::Statement<Account(std::int32_t)> all{"customers.all", R"(
        SELECT id, phone, market, market_source, moved_to, move_number, full_name, email, profile_image_url, language,
               country, is_verified, is_active, created_at, last_login
        FROM users ORDER BY id LIMIT $1::integer)"};

    // Decided by the phone, so the phone can be asked again whether it was right; in pages, by id.
    db::Statement<Account(UserId, std::int32_t)> placed_by_phone{"customers.placed_by_phone", R"(
        SELECT id, phone, market, market_source, moved_to, move_number, full_name, email, profile_image_url, language,
               country, is_verified, is_active, created_at, last_login
        FROM users WHERE market_source = 'phone' AND moved_to IS NULL AND id > $1::bigint
        ORDER BY id LIMIT $2::integer)"};

    db::Statement<std::int64_t()> count{"customers.count", "SELECT count(*) AS count FROM users"};

    db::Statement<MarketChange(UserId)> history{"customers.history", R"(
        SELECT move_number, from_market, to_market, changed_by, reason, created_at
        FROM user_market_history WHERE user_id = $1::bigint ORDER BY move_number, id)"};

    db::Statement<CountsRow(UserId)> counts{"customers.counts", R"(
        SELECT count(*) AS orders, count(*) FILTER (WHERE status NOT IN ('delivered', 'cancelled')) AS open_orders,
               (SELECT count(*) FROM sessions
                WHERE user_id = $1::bigint AND revoked_at IS NULL AND expires_at > now()) AS sessions,
               (SELECT count(*) FROM manager_grants WHERE user_id = $1::bigint) AS grants
        FROM orders WHERE user_id = $1::bigint)"};

    // Every table with rows of a customer, those added tomorrow too: what a move does not name it leaves behind.
    db::Statement<BelongingRow(std::string)> belongings{"customers.belongings", R"(
        SELECT c.relname::text AS name,
               (xpath('/row/count/text()', query_to_xml(
                   format('SELECT count(*) AS count FROM %I WHERE user_id = %L', c.relname, $1::text),
                   false, true, '')))[1]::text::bigint AS count
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
          AND (SELECT count(*) FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attname IN ('market', 'user_id') AND NOT a.attisdropped) = 2
        ORDER BY 1)"};

    // The decision: only from the state that was looked at, so that of two moves at once one is refused.
    db::Statement<UserId(UserId, MarketCode, std::int32_t, std::int32_t, std::string)> close{"customers.close", R"(
        UPDATE users SET moved_to = $2, move_number = $4::integer, market_source = $5, updated_at = now()
        WHERE id = $1::bigint AND moved_to IS NULL AND move_number = $3::integer RETURNING id)"};

    // A row that a login has opened already (its number is the move's) keeps what the customer wrote there since.
    db::Statement<ArrivedRow(MarketCode, std::string, std::optional<std::string>, std::optional<std::string>,
                             std::optional<std::string>, std::string, std::string, bool, bool, std::int32_t,
                             std::string)>
        arrive{"customers.arrive", R"(
        INSERT INTO users AS u (market, phone, full_name, email, profile_image_url, language, currency, is_verified,
                                is_active, move_number, market_source)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8::boolean, $9::boolean, $10::integer, $11)
        ON CONFLICT (market, phone) DO UPDATE SET
            full_name = CASE WHEN u.move_number < $10::integer THEN coalesce($3, u.full_name)
                             ELSE coalesce(u.full_name, $3) END,
            email = CASE WHEN u.move_number < $10::integer THEN coalesce($4, u.email) ELSE coalesce(u.email, $4) END,
            profile_image_url = CASE WHEN u.move_number < $10::integer THEN coalesce($5, u.profile_image_url)
                                     ELSE coalesce(u.profile_image_url, $5) END,
            is_verified = u.is_verified OR $8::boolean,
            is_active = CASE WHEN u.move_number < $10::integer THEN $9::boolean ELSE u.is_active END,
            moved_to = NULL, move_number = $10::integer, market_source = $11, updated_at = now()
        WHERE u.move_number <= $10::integer
        RETURNING id, xmax = 0 AS is_new)"};

    db::Statement<void(MarketCode, UserId, std::optional<MarketCode>, MarketCode, std::string, std::string,
                       std::int32_t)>
        note{"customers.note", R"(
        INSERT INTO user_market_history (market, user_id, from_market, to_market, changed_by, reason, move_number)
        VALUES ($1, $2::bigint, $3, $4, $5, $6, $7::integer)
        ON CONFLICT (market, user_id, move_number) WHERE move_number > 0 DO NOTHING)"};

    db::Statement<void(std::string, bool)> set_active{"customers.set_active", R"(
        UPDATE users SET is_active = $2::boolean, updated_at = now() WHERE phone = $1 AND is_active <> $2::boolean)"};
};
inline constexpr Sql sql;
RECORD(Sql, by_phone, by_id, search, all, placed_by_phone, count, history, counts, belongings, close, arrive, note,
       set_active);

/// A row of users that no market's role sees, because it says another market than this database holds, or none.
struct HiddenRow {
    std::int64_t id = 0;
    std::string market;
    std::string phone;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
};
RECORD(HiddenRow, id, market, phone, full_name, email);

/// Run by the tables' owner while users is not forced under row-level security, inside one transaction.
struct OwnerSql {
    db::Statement<HiddenRow(std::vector<MarketCode>)> hidden{"customers.hidden", R"(
        SELECT id, market, phone, full_name, email FROM users WHERE market <> ALL ($1::text[]) ORDER BY market, id)"};

    db::Statement<void(MarketCode, std::int64_t, std::string)> replace{"customers.replace", R"(
        UPDATE users SET market = $1, market_source = 'phone', updated_at = now()
        WHERE id = $2::bigint AND market = $3)"};

    db::Statement<void(std::int64_t, std::string)> remove{"customers.remove", R"(
        DELETE FROM users WHERE id = $1::bigint AND market = $2)"};

    /// By the role of the market the row belongs to, in that market's own database.
    db::Statement<void(MarketCode, std::string, std::optional<std::string>, std::optional<std::string>)> take_in{
        "customers.take_in", R"(
        INSERT INTO users (market, phone, full_name, email) VALUES ($1, $2, $3, $4)
        ON CONFLICT (market, phone) DO NOTHING)"};
};
inline constexpr OwnerSql owner_sql;
RECORD(OwnerSql, hidden, replace, remove, take_in);

}  // namespace marque::customers
