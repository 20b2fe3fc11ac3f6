#pragma once
// All SQL of the audit log. Triggers (migration 0065) gather what changed in a setting of the transaction.

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::management {

using AuditId = Id<struct AuditTag>;

struct AuditRow {
    AuditId id;
    Timestamp at;
    std::string actor;
    std::string action;
    std::string thing;
    std::optional<std::string> thing_id;
    db::JsonText before;
    db::JsonText after;
    std::int32_t left_out = 0;
    std::string request_id;
};
RECORD(AuditRow, id, at, actor, action, thing, thing_id, before, after, left_out, request_id);

/// What one request changed of a row that somebody else had read before.
struct ChangeRow {
    std::string actor;
    Timestamp at;
    std::vector<std::string> fields;  // columns of the row, names of other tables
};
RECORD(ChangeRow, actor, at, fields);

struct AuditSql {
    db::Statement<std::string()> listen{"audit.listen", "SELECT set_config('marque.audited', 'yes', true)"};

    // What the path does not name is the row that was made: of the table of that name, or the first.
    db::Statement<void(MarketCode, std::string, std::string, std::string, std::optional<std::string>, std::string)>
        note{"audit.note", R"(
        WITH change AS (
            SELECT line::jsonb ->> 'key' AS key, n
            FROM unnest(string_to_array(current_setting('marque.changes', true), E'\n')) WITH ORDINALITY AS l(line, n)
        )
        INSERT INTO manager_audit (market, actor, action, thing, thing_id, before, after, left_out, request_id)
        SELECT $1, $2, $3, $4,
               coalesce($5, (SELECT substr(key, strpos(key, '/') + 1) FROM change
                             ORDER BY split_part(key, '/', 1) = $4 DESC, n LIMIT 1)),
               marque_audit_side(current_setting('marque.changes', true), 'before'),
               marque_audit_side(current_setting('marque.changes', true), 'after'),
               coalesce(nullif(current_setting('marque.changes_left_out', true), ''), '0')::integer, $6
        WHERE current_setting('marque.changes', true) <> '')"};

    db::Statement<AuditRow(std::optional<std::string>, std::optional<std::string>, std::optional<std::string>,
                           std::optional<std::string>, std::optional<std::string>, std::optional<Timestamp>,
                           std::optional<Timestamp>, std::optional<AuditId>, std::int32_t)>
        list{"audit.list", R"(
        SELECT id, at, actor, action, thing, thing_id, before, after, left_out, request_id FROM manager_audit
        WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR action = $2)
          AND ($3::text IS NULL OR thing = $3) AND ($4::text IS NULL OR thing_id = $4)
          AND ($5::text IS NULL OR request_id = $5)
          AND ($6::timestamptz IS NULL OR at >= $6::timestamptz) AND ($7::timestamptz IS NULL OR at < $7::timestamptz)
          AND ($8::bigint IS NULL OR id < $8::bigint)
        ORDER BY id DESC LIMIT $9::integer)"};

    // Since a row had the version that was read.
    db::Statement<ChangeRow(std::string, std::string, std::vector<std::string>, std::vector<std::int32_t>)>
        changes_since{"audit.changes_since", R"(
        SELECT a.actor, a.at,
               array(SELECT DISTINCT CASE WHEN side.key = w.key THEN field ELSE split_part(side.key, '/', 1) END
                     FROM (SELECT * FROM jsonb_each(a.before) UNION ALL SELECT * FROM jsonb_each(a.after)) AS side,
                          jsonb_object_keys(side.value) AS field
                     WHERE field NOT IN ('version', 'updated_at', 'changed_at')) AS fields
        FROM manager_audit a, unnest($3::text[], $4::integer[]) AS w(key, version)
        WHERE a.thing = $1 AND a.thing_id = $2 AND (a.before -> w.key ->> 'version')::integer >= w.version
        ORDER BY a.id DESC LIMIT 5)"};
};
inline constexpr AuditSql audit_sql;
RECORD(AuditSql, listen, note, list, changes_since);

}  // namespace marque::management
