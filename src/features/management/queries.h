#pragma once
// All SQL of managers' rights.

#include <optional>
#include <string>
#include <vector>

#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::management {

struct GrantRow {
    MarketCode granted_market;
    std::string role;
    std::optional<MarketCode> active_market;
};
RECORD(GrantRow, granted_market, role, active_market);

struct RolePermissions {
    std::vector<std::string> permissions;
};
RECORD(RolePermissions, permissions);

struct OwnAccount {
    std::string phone;
    std::optional<std::string> full_name;
};
RECORD(OwnAccount, phone, full_name);

struct Sql {
    db::Statement<GrantRow(UserId)> grants{"management.grants", R"(
        SELECT g.granted_market, g.role, s.active_market
        FROM manager_grants g
        LEFT JOIN manager_settings s ON s.market = g.market AND s.user_id = g.user_id
        WHERE g.user_id = $1::bigint ORDER BY g.granted_market)"};

    db::Statement<RolePermissions(std::string)> role_permissions{"management.role_permissions", R"(
        SELECT permissions FROM manager_roles WHERE code = $1)"};

    db::Statement<OwnAccount(UserId)> account{"management.account", R"(
        SELECT phone, full_name FROM users WHERE id = $1::bigint)"};

    // The row before is locked, so that of two switches at once the later one's "from" is the earlier one's "to".
    db::Statement<void(MarketCode, UserId, MarketCode)> set_active{"management.set_active", R"(
        WITH before AS (
            SELECT active_market FROM manager_settings WHERE user_id = $2::bigint FOR UPDATE
        ), changed AS (
            INSERT INTO manager_settings (market, user_id, active_market)
            SELECT $1, $2::bigint, $3 FROM (SELECT count(*) FROM before) AS first_of_all
            ON CONFLICT (market, user_id) DO UPDATE SET active_market = excluded.active_market, updated_at = now()
            RETURNING active_market
        )
        INSERT INTO manager_switches (market, user_id, from_market, to_market)
        SELECT $1, $2::bigint, (SELECT active_market FROM before), active_market FROM changed)"};
};
inline constexpr Sql sql;
RECORD(Sql, grants, role_permissions, account, set_active);

}  // namespace marque::management
