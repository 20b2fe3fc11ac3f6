#pragma once
// SQL of throwing away events that are long over, with what became of them.

#include "core/record.h"
#include "db/statement.h"

namespace marque::webhooks {

struct PruneSql {
    // Older than $1 days, at most $2 of them. What is tried still, stays.
    db::Statement<void(std::int32_t, std::int32_t)> events{"webhooks.prune", R"(
        DELETE FROM webhook_events WHERE ctid = ANY (ARRAY(
            SELECT v.ctid FROM webhook_events v
            WHERE v.created_at < now() - make_interval(days => $1::integer) AND NOT EXISTS (
                SELECT FROM webhook_deliveries d
                WHERE d.market = v.market AND d.event_id = v.id AND d.state = 'waiting')
            LIMIT $2::integer)))"};
};
inline constexpr PruneSql prune_sql;
RECORD(PruneSql, events);

}  // namespace marque::webhooks
