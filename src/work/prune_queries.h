#pragma once
// SQL of throwing away what is old: a few thousand rows each, so that nobody waits for it.

#include "core/record.h"
#include "db/statement.h"

namespace marque::work {

struct PruneSql {
    // Told more than $1 days ago. What waits still, stays.
    db::Statement<void(std::int32_t, std::int32_t)> outbox{"prune.outbox", R"(
        DELETE FROM outbox WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM outbox WHERE done_at < now() - make_interval(days => $1::integer) LIMIT $2::integer)))"};
};
inline constexpr PruneSql prune_sql;
RECORD(PruneSql, outbox);

}  // namespace marque::work
