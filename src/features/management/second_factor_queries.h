#pragma once
// All SQL of managers' second factors and of what a market asks of its managers.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::management {

struct FactorState {
    bool is_begun = false;
    bool is_enrolled = false;
    std::optional<Timestamp> valid_until;  // of this login's proof, while it is good
    std::int64_t recovery_codes_left = 0;
};
RECORD(FactorState, is_begun, is_enrolled, valid_until, recovery_codes_left);

struct FactorRow {
    std::string secret_sealed;
    bool is_enrolled = false;
    std::int64_t used_step = 0;
    std::int32_t failures = 0;
    std::int32_t pause_left_s = 0;  // until failures are forgotten
};
RECORD(FactorRow, secret_sealed, is_enrolled, used_step, failures, pause_left_s);

struct SecurityRow {
    bool second_factor_required = false;
    std::optional<std::int64_t> four_eyes_above_minor;
    std::int32_t version = 0;  // 0: nothing was ever set
};
RECORD(SecurityRow, second_factor_required, four_eyes_above_minor, version);

struct FactorSql {
    // Of any login where none is named: a negative control only.
    db::Statement<FactorState(UserId, std::optional<Uuid>)> state{"second_factor.state", R"(
        SELECT f.user_id IS NOT NULL AS is_begun, f.confirmed_at IS NOT NULL AS is_enrolled,
               (SELECT max(s.valid_until) FROM manager_step_ups s WHERE s.user_id = $1::bigint AND s.valid_until > now()
                  AND ($2::uuid IS NULL OR s.session_id = $2::uuid)) AS valid_until,
               (SELECT count(*) FROM manager_recovery_codes c WHERE c.user_id = $1::bigint) AS recovery_codes_left
        FROM (SELECT $1::bigint AS asked) AS one LEFT JOIN manager_second_factors f ON f.user_id = one.asked)"};

    db::Statement<std::int64_t(MarketCode, UserId, std::string)> begin{"second_factor.begin", R"(
        INSERT INTO manager_second_factors (market, user_id, secret_sealed) VALUES ($1, $2::bigint, $3)
        ON CONFLICT (market, user_id) DO UPDATE SET secret_sealed = excluded.secret_sealed, used_step = 0
            WHERE manager_second_factors.confirmed_at IS NULL
        RETURNING user_id)"};

    db::Statement<FactorRow(UserId, std::int32_t)> lock{"second_factor.lock", R"(
        SELECT secret_sealed, confirmed_at IS NOT NULL AS is_enrolled, used_step, failures,
               greatest(0, ceil(extract(epoch FROM failures_since + make_interval(mins => $2::integer)
                                           - now())))::integer AS pause_left_s
        FROM manager_second_factors WHERE user_id = $1::bigint FOR UPDATE)"};

    db::Statement<void(UserId, bool)> fail{"second_factor.fail", R"(
        UPDATE manager_second_factors
        SET failures = CASE WHEN $2::boolean THEN failures + 1 ELSE 1 END,
            failures_since = CASE WHEN $2::boolean THEN failures_since ELSE now() END
        WHERE user_id = $1::bigint)"};

    db::Statement<void(UserId, std::int64_t)> succeed{"second_factor.succeed", R"(
        UPDATE manager_second_factors
        SET used_step = $2::bigint, confirmed_at = coalesce(confirmed_at, now()), failures = 0, failures_since = NULL
        WHERE user_id = $1::bigint)"};

    db::Statement<void(MarketCode, UserId, std::vector<std::string>)> keep_codes{"second_factor.keep_codes", R"(
        INSERT INTO manager_recovery_codes (market, user_id, code_hash)
        SELECT $1, $2::bigint, code FROM unnest($3::text[]) AS code)"};

    db::Statement<std::string(UserId, std::vector<std::string>)> use_code{"second_factor.use_code", R"(
        DELETE FROM manager_recovery_codes WHERE user_id = $1::bigint AND code_hash = ANY ($2::text[])
        RETURNING code_hash)"};

    db::Statement<void(MarketCode, Uuid, UserId, std::int32_t)> step_up{"second_factor.step_up", R"(
        INSERT INTO manager_step_ups (market, session_id, user_id, valid_until)
        VALUES ($1, $2, $3::bigint, now() + make_interval(mins => $4::integer))
        ON CONFLICT (market, session_id) DO UPDATE SET valid_until = excluded.valid_until)"};

    db::Statement<void(UserId)> remove{"second_factor.remove", R"(
        DELETE FROM manager_second_factors WHERE user_id = $1::bigint)"};

    db::Statement<SecurityRow()> security{"security.get", R"(
        SELECT second_factor_required, four_eyes_above_minor, version FROM manager_security)"};

    db::Statement<SecurityRow(MarketCode, bool, std::optional<std::int64_t>, std::int32_t)> set_security{"security.set",
                                                                                                         R"(
        INSERT INTO manager_security (market, second_factor_required, four_eyes_above_minor)
        SELECT $1, $2::boolean, $3::bigint
        WHERE $4::integer = 0 OR EXISTS (SELECT FROM manager_security WHERE version = $4::integer)
        ON CONFLICT (market) DO UPDATE
            SET second_factor_required = excluded.second_factor_required,
                four_eyes_above_minor = excluded.four_eyes_above_minor, version = manager_security.version + 1,
                updated_at = now()
            WHERE manager_security.version = $4::integer
        RETURNING second_factor_required, four_eyes_above_minor, version)"};
};
inline constexpr FactorSql factor_sql;
RECORD(FactorSql, state, begin, lock, fail, succeed, keep_codes, use_code, step_up, remove, security, set_security);

}  // namespace marque::management
