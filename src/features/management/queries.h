#pragma once
// All SQL of managers' rights.

#include <optional>
#include <string>

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

struct Sql {
    db::Statement<GrantRow(UserId)> grants{"management.grants", R"(
        SELECT g.granted_market, g.role, s.active_market
        FROM manager_grants g
        LEFT JOIN manager_settings s ON s.market = g.market AND s.user_id = g.user_id
        WHERE g.user_id = $1::bigint ORDER BY g.granted_market)"};

    db::Statement<void(MarketCode, UserId, MarketCode)> set_active{"management.set_active", R"(
        INSERT INTO manager_settings (market, user_id, active_market) VALUES ($1, $2::bigint, $3)
        ON CONFLICT (market, user_id) DO UPDATE SET active_market = excluded.active_market, updated_at = now())"};
};
inline constexpr Sql sql;
RECORD(Sql, grants, set_active);

}  // namespace marque::management
