#pragma once
// SQL of the queue of jobs: putting one in, claiming one, watching it. All under the market's role.

#include "core/clock.h"
#include "work/job_queries.h"

namespace marque::work {

enum class JobState { queued, running, done, failed, cancelled };
ENUMERATION(JobState, queued, running, done, failed, cancelled);

struct JobRow {
    std::int64_t total_count = 0;  // of the whole list
    Uuid id;
    std::string kind;
    JobState state = JobState::queued;
    bool dry_run = false;
    std::string format;  // both as they were asked for; the command line says no format
    std::int64_t bytes_done = 0;
    std::int64_t bytes_total = 0;
    db::JsonText report;
    std::string error;
    bool cancel_requested = false;
    bool has_file = false;
    std::int32_t attempts = 0;
    Timestamp available_at;
    Timestamp created_at;
    std::optional<Timestamp> started_at;
    std::optional<Timestamp> finished_at;
};
RECORD(JobRow, total_count, id, kind, state, dry_run, format, bytes_done, bytes_total, report, error, cancel_requested,
       has_file, attempts, available_at, created_at, started_at, finished_at);

/// What a market has to do now.
struct DueRow {
    bool jobs = false;
    bool schedules = false;
};
RECORD(DueRow, jobs, schedules);

struct ClaimedJob {
    Uuid id;
    std::int32_t attempt = 0;
    JobState state = JobState::queued;
};
RECORD(ClaimedJob, id, attempt, state);

struct RefusalPageRow {
    std::int64_t total_count = 0;
    std::int64_t line = 0;
    std::string key;
    std::string column_name;
    std::string reason;
};
RECORD(RefusalPageRow, total_count, line, key, column_name, reason);

struct QueueSql {
    // Whoever puts a job in or takes one waits here, so that two of them cannot count the same.
    db::Statement<std::int64_t(MarketCode)> lock{"queue.lock", R"(
        SELECT count(*) AS locks FROM (
            SELECT pg_advisory_xact_lock(hashtextextended('marque jobs ' || $1::text, 0)) AS taken) AS lock)"};

    db::Statement<Uuid(MarketCode, Uuid, std::string, db::JsonText, std::int64_t, std::string, std::string,
                       std::int32_t)>
        add{"queue.add", R"(
        INSERT INTO jobs (market, id, kind, request, bytes_total, created_by)
        SELECT $1, $2::uuid, $3, $4::jsonb, $5::bigint, $6
        WHERE (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running') AND created_by <> $7) < $8::integer
        RETURNING id)"};

    // Asked again and again, so it takes no lock.
    db::Statement<DueRow(std::string)> any_due{"queue.any_due", R"(
        SELECT EXISTS (SELECT FROM jobs
                       WHERE created_by <> $1 AND (state = 'queued' AND available_at <= now()
                                                   OR state = 'running' AND lease_until < now())) AS jobs,
               EXISTS (SELECT FROM job_schedules WHERE is_active AND next_at <= now()) AS schedules)"};

    // One job of a market at a time, whichever server carries it out; a job whose worker died goes first.
    db::Statement<ClaimedJob(std::string, std::int32_t, std::int32_t)> claim{"queue.claim", R"(
        WITH next AS (
            SELECT id FROM jobs
            WHERE created_by <> $1 AND (state = 'queued' AND available_at <= now()
                                        OR state = 'running' AND lease_until < now())
              AND NOT EXISTS (SELECT FROM jobs r
                              WHERE r.created_by <> $1 AND r.state = 'running' AND r.lease_until >= now())
            ORDER BY state = 'queued', created_at, id LIMIT 1)
        UPDATE jobs j SET attempts = j.attempts + 1,
               state = CASE WHEN j.cancel_requested THEN 'cancelled' WHEN j.attempts >= $2::integer THEN 'failed'
                            ELSE 'running' END,
               error = CASE WHEN j.attempts >= $2::integer AND NOT j.cancel_requested
                            THEN 'it was begun ' || j.attempts || ' times, and each time its worker died' ELSE '' END,
               finished_at = CASE WHEN j.cancel_requested OR j.attempts >= $2::integer THEN now() END,
               started_at = coalesce(j.started_at, now()), lease_until = now() + interval '1 second' * $3::integer
        FROM next WHERE j.id = next.id
        RETURNING j.id, j.attempts AS attempt, j.state)"};

    db::Statement<void(Uuid, std::int32_t, std::int32_t)> renew{"queue.renew", R"(
        UPDATE jobs SET lease_until = now() + interval '1 second' * $3::integer
        WHERE id = $1::uuid AND attempts = $2::integer AND state = 'running')"};

    // Its worker has ended without having finished: again after 10 seconds, 20, 40, 80; the fifth time was the last.
    db::Statement<void(Uuid, std::int32_t, std::string, std::int32_t)> give_back{"queue.give_back", R"(
        UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'cancelled' WHEN attempts >= $4::integer THEN 'failed'
                                     ELSE 'queued' END,
               finished_at = CASE WHEN cancel_requested OR attempts >= $4::integer THEN now() END,
               error = $3, lease_until = NULL,
               available_at = now() + interval '5 seconds' * 2 ^ least(attempts, 10)
        WHERE id = $1::uuid AND attempts = $2::integer AND state = 'running')"};

    db::Statement<JobRow(std::int32_t, std::int32_t)> list{"queue.list", R"(
        SELECT count(*) OVER () AS total_count, j.id, j.kind, j.state,
               coalesce((j.request ->> 'dry_run')::boolean, false) AS dry_run,
               coalesce(j.request ->> 'format', '') AS format,
               j.bytes_done, j.bytes_total, j.report, j.error, j.cancel_requested,
               j.kind LIKE 'export%' AND j.state = 'done'
                   AND EXISTS (SELECT FROM job_parts p WHERE p.job_id = j.id) AS has_file,
               j.attempts, j.available_at, j.created_at, j.started_at, j.finished_at
        FROM jobs j ORDER BY j.created_at DESC, j.id LIMIT $1::integer OFFSET $2::integer)"};

    db::Statement<JobRow(Uuid)> one{"queue.one", R"(
        SELECT 1::bigint AS total_count, j.id, j.kind, j.state,
               coalesce((j.request ->> 'dry_run')::boolean, false) AS dry_run,
               coalesce(j.request ->> 'format', '') AS format,
               j.bytes_done, j.bytes_total, j.report, j.error, j.cancel_requested,
               j.kind LIKE 'export%' AND j.state = 'done'
                   AND EXISTS (SELECT FROM job_parts p WHERE p.job_id = j.id) AS has_file,
               j.attempts, j.available_at, j.created_at, j.started_at, j.finished_at
        FROM jobs j WHERE j.id = $1::uuid)"};

    db::Statement<RefusalPageRow(Uuid, std::int32_t, std::int32_t)> refusals{"queue.refusals", R"(
        SELECT count(*) OVER () AS total_count, line, key, column_name, reason FROM job_refusals
        WHERE job_id = $1::uuid ORDER BY id LIMIT $2::integer OFFSET $3::integer)"};

    // What nobody works on ends here; who works on it is told when it next writes.
    db::Statement<Uuid(Uuid)> cancel{"queue.cancel", R"(
        UPDATE jobs SET cancel_requested = true,
               state = CASE WHEN state = 'running' AND lease_until >= now() THEN state ELSE 'cancelled' END,
               finished_at = CASE WHEN state = 'running' AND lease_until >= now() THEN finished_at ELSE now() END
        WHERE id = $1::uuid AND state IN ('queued', 'running') RETURNING id)"};

    db::Statement<db::Bytes(Uuid, std::int32_t, std::int32_t)> parts{"queue.parts", R"(
        SELECT bytes FROM job_parts WHERE job_id = $1::uuid AND number >= $2::integer
        ORDER BY number LIMIT $3::integer)"};

    db::Statement<void(std::int32_t)> drop_files{"queue.drop_files", R"(
        DELETE FROM job_parts p USING jobs j
        WHERE j.id = p.job_id AND j.state IN ('done', 'failed', 'cancelled')
          AND (j.kind LIKE 'import%' OR j.state <> 'done'
               OR j.finished_at < now() - interval '1 hour' * $1::integer))"};

    db::Statement<void(std::int32_t)> drop_jobs{"queue.drop_jobs", R"(
        DELETE FROM jobs WHERE state IN ('done', 'failed', 'cancelled')
          AND finished_at < now() - interval '1 day' * $1::integer)"};
};
inline constexpr QueueSql queue_sql;
RECORD(QueueSql, lock, add, any_due, claim, renew, give_back, list, one, refusals, cancel, parts, drop_files,
       drop_jobs);

}  // namespace marque::work
