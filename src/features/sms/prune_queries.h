#pragma once
// SQL of throwing away SMS that are long over.

#include "core/record.h"
#include "db/statement.h"

namespace marque::sms {

struct PruneSql {
    // Older than $1 days, at most $2 of them, with what providers said about them.
    db::Statement<void(std::int32_t, std::int32_t)> messages{"sms.prune", R"(
        DELETE FROM sms_messages WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM sms_messages
            WHERE state <> 'waiting' AND finished_at < now() - make_interval(days => $1::integer)
            LIMIT $2::integer)))"};
};
inline constexpr PruneSql prune_sql;
RECORD(PruneSql, messages);

}  // namespace marque::sms
