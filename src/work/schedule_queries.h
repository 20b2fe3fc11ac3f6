#pragma once
// SQL of schedules: jobs that a market's day begins. All under the market's role.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
#include "db/statement.h"

namespace marque::work {

struct ScheduleRow {
    std::string kind;
    std::string at_time;  // "03:10"
    bool is_active = true;
    Timestamp next_at;
    std::optional<Uuid> last_job_id;
    std::int32_t events_days = 30;  // of throwing away alone
    std::int32_t sms_days = 90;
    std::int32_t version = 1;
};
RECORD(ScheduleRow, kind, at_time, is_active, next_at, last_job_id, events_days, sms_days, version);

struct ScheduleSql {
    // What the server schedules by itself, where it is not there yet. The clocks of zone $4; of times that a day does
    // not have, PostgreSQL takes the next one that it has.
    db::Statement<void(MarketCode, std::vector<std::string>, std::vector<std::string>, std::string)> add{
        "schedules.add", R"(
        INSERT INTO job_schedules (market, kind, at_time, next_at)
        SELECT $1, d.kind, d.at_time::time,
               (SELECT min(m.moment)
                FROM (SELECT ((now() AT TIME ZONE $4)::date + n.days + d.at_time::time) AT TIME ZONE $4
                      FROM generate_series(0, 2) AS n(days)) AS m(moment) WHERE m.moment > now())
        FROM unnest($2::text[], $3::text[]) AS d(kind, at_time)
        ON CONFLICT (market, kind) DO NOTHING)"};

    db::Statement<ScheduleRow()> list{"schedules.list", R"(
        SELECT kind, to_char(at_time, 'HH24:MI') AS at_time, is_active, next_at, last_job_id, events_days,
               sms_days, version
        FROM job_schedules ORDER BY kind)"};

    // A second server waits for the first one here, and then finds nothing that is due.
    db::Statement<std::string()> due{"schedules.due", R"(
        SELECT kind FROM job_schedules WHERE is_active AND next_at <= now() ORDER BY kind FOR UPDATE)"};

    // The negative control naive_schedules.
    db::Statement<std::string()> naive_due{"schedules.naive_due", R"(
        SELECT kind FROM job_schedules WHERE is_active AND next_at <= now() ORDER BY kind)"};

    // Days that were missed are not made up for: one job, and on with the next day.
    db::Statement<void(MarketCode, Uuid, std::string, std::string, std::string)> begin{"schedules.begin", R"(
        WITH job AS (
            INSERT INTO jobs (market, id, kind, created_by) VALUES ($1, $2::uuid, $3, $5) RETURNING id
        )
        UPDATE job_schedules s SET last_job_id = job.id,
               next_at = (SELECT min(m.moment)
                          FROM (SELECT ((now() AT TIME ZONE $4)::date + n.days + s.at_time) AT TIME ZONE $4
                                FROM generate_series(0, 2) AS n(days)) AS m(moment) WHERE m.moment > now())
        FROM job WHERE s.kind = $3)"};

    // No row: there is none of this kind, or its version is another one.
    db::Statement<ScheduleRow(std::string, std::string, bool, std::string, std::int32_t, std::optional<std::int32_t>,
                              std::optional<std::int32_t>)>
        set{"schedules.set", R"(
        UPDATE job_schedules s SET at_time = $2::text::time, is_active = $3::boolean, version = s.version + 1,
               updated_at = now(), events_days = coalesce($6::integer, s.events_days),
               sms_days = coalesce($7::integer, s.sms_days),
               next_at = (SELECT min(m.moment)
                          FROM (SELECT ((now() AT TIME ZONE $4)::date + n.days + $2::text::time)
                                           AT TIME ZONE $4
                                FROM generate_series(0, 2) AS n(days)) AS m(moment) WHERE m.moment > now())
        WHERE s.kind = $1 AND s.version = $5::integer
        RETURNING s.kind, to_char(s.at_time, 'HH24:MI') AS at_time, s.is_active, s.next_at, s.last_job_id,
                  s.events_days, s.sms_days, s.version)"};
};
inline constexpr ScheduleSql schedule_sql;
RECORD(ScheduleSql, add, list, due, naive_due, begin, set);

}  // namespace marque::work
