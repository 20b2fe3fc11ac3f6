#pragma once
// All SQL of staff and roles.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::management {

struct StaffRow {
    UserId user;
    std::string phone;
    std::optional<std::string> full_name;
    std::string role;
    std::optional<std::string> granted_by;
    Timestamp granted_at;
    std::optional<Timestamp> last_login;
    bool is_active = true;
};
RECORD(StaffRow, user, phone, full_name, role, granted_by, granted_at, last_login, is_active);

struct PhoneAccount {
    UserId user;
    MarketCode market;
    std::optional<MarketCode> moved_to;
};
RECORD(PhoneAccount, user, market, moved_to);

struct OwnRoleRow {
    std::string code;
    std::string name;
    std::vector<std::string> permissions;
    std::int32_t version = 1;
};
RECORD(OwnRoleRow, code, name, permissions, version);

struct StaffSql {
    // Of those whose accounts lie in the market of the connection.
    db::Statement<StaffRow(MarketCode, std::int32_t)> members{"staff.members", R"(
        SELECT g.user_id, u.phone, u.full_name, g.role, g.granted_by, g.created_at, u.last_login, u.is_active
        FROM manager_grants g JOIN users u ON u.market = g.market AND u.id = g.user_id
        WHERE g.granted_market = $1 ORDER BY g.created_at, g.user_id LIMIT $2::integer)"};

    // Held until the end of the transaction, so that of two admins who remove each other one comes second.
    db::Statement<std::int64_t(MarketCode)> lock{"staff.lock", R"(
        SELECT 1::bigint AS locked FROM (
            SELECT pg_advisory_xact_lock(hashtextextended('marque staff ' || $1::text, 0)) AS taken) AS lock)"};

    db::Statement<PhoneAccount(std::string)> accounts{"staff.accounts", R"(
        SELECT id, market, moved_to FROM users WHERE phone = $1)"};

    db::Statement<UserId(MarketCode, std::string, std::optional<std::string>)> open_account{"staff.open_account", R"(
        INSERT INTO users (market, phone, full_name, is_staff) VALUES ($1, $2, $3, true)
        ON CONFLICT (market, phone) DO UPDATE
            SET is_staff = true, full_name = coalesce(users.full_name, excluded.full_name)
        RETURNING id)"};

    db::Statement<void(MarketCode, UserId, MarketCode, std::string, std::string)> grant{"staff.grant", R"(
        INSERT INTO manager_grants (market, user_id, granted_market, role, granted_by)
        VALUES ($1, $2::bigint, $3, $4, $5)
        ON CONFLICT (market, user_id, granted_market)
        DO UPDATE SET role = excluded.role, granted_by = excluded.granted_by)"};

    db::Statement<void(UserId, MarketCode)> revoke{"staff.revoke", R"(
        DELETE FROM manager_grants WHERE user_id = $1::bigint AND granted_market = $2)"};

    // The account lies in another market, perhaps in another database: this market's log is told what happened there.
    db::Statement<std::string(std::string, std::optional<std::string>, std::optional<std::string>)> tell{"staff.tell",
                                                                                                         R"(
        SELECT set_config('marque.changes', jsonb_build_object('key', 'manager_grants/' || $1,
            'before', CASE WHEN $2::text IS NULL THEN '{}' ELSE jsonb_build_object('role', $2::text) END,
            'after', CASE WHEN $3::text IS NULL THEN '{}' ELSE jsonb_build_object('role', $3::text) END
            )::text, true))"};

    db::Statement<OwnRoleRow()> roles{"staff.roles", R"(
        SELECT code, name, permissions, version FROM manager_roles ORDER BY code)"};

    db::Statement<OwnRoleRow(MarketCode, std::string, std::string, std::vector<std::string>,
                             std::optional<std::int32_t>)>
        put_role{"staff.put_role", R"(
        INSERT INTO manager_roles (market, code, name, permissions)
        SELECT $1, $2, $3, $4::text[] WHERE $5::integer IS NULL
            OR EXISTS (SELECT FROM manager_roles WHERE code = $2 AND version = $5::integer)
        ON CONFLICT (market, code) DO UPDATE
            SET name = excluded.name, permissions = excluded.permissions, version = manager_roles.version + 1,
                updated_at = now()
            WHERE manager_roles.version = $5::integer
        RETURNING code, name, permissions, version)"};

    db::Statement<void(std::string)> remove_role{"staff.remove_role", "DELETE FROM manager_roles WHERE code = $1"};
};
inline constexpr StaffSql staff_sql;
RECORD(StaffSql, members, lock, accounts, open_account, grant, revoke, tell, roles, put_role, remove_role);

}  // namespace marque::management
