#pragma once
// SQL of forgetting messages that are long over.

#include "core/record.h"
#include "db/statement.h"

namespace marque::messages {

struct PruneSql {
    // Finished more than $1 days ago, at most $2 of them.
    db::Statement<void(std::int32_t, std::int32_t)> messages{"messages.prune", R"(
        DELETE FROM outgoing_messages WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM outgoing_messages
            WHERE state <> 'waiting' AND finished_at < now() - make_interval(days => $1::integer)
            LIMIT $2::integer)))"};
};
inline constexpr PruneSql prune_sql;
RECORD(PruneSql, messages);

}  // namespace marque::messages
