#pragma once
// SQL of jobs. A job is written under its market's role; only its lease says who may go on with it.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::work {

struct JobRow {
    Uuid id;
    std::string kind;
    std::string state;
    db::JsonText request;
    std::int64_t position = 0;
    std::int64_t bytes_done = 0;
    std::int64_t bytes_total = 0;
    db::JsonText report;
    std::string error;
    bool cancel_requested = false;
    Timestamp created_at;
    std::optional<Timestamp> started_at;
    std::optional<Timestamp> finished_at;
};
RECORD(JobRow, id, kind, state, request, position, bytes_done, bytes_total, report, error, cancel_requested, created_at,
       started_at, finished_at);

struct JobStart {
    Uuid id;
    std::int64_t position = 0;
    db::JsonText report;
};
RECORD(JobStart, id, position, report);

struct RefusalRow {
    std::int64_t line = 0;
    std::string key;
    std::string column_name;
    std::string reason;
    std::string raw;
};
RECORD(RefusalRow, line, key, column_name, reason, raw);

struct JobSql {
    db::Statement<void(MarketCode, Uuid, std::string, db::JsonText, std::string, std::int64_t, std::string)> create{
        "jobs.create", R"(
        INSERT INTO jobs (market, id, kind, request, fingerprint, bytes_total, created_by)
        VALUES ($1, $2::uuid, $3, $4::jsonb, $5, $6::bigint, $7))"};

    // The newest unfinished one of the same input, for whoever resumes it.
    db::Statement<JobStart(std::string, std::string)> find_unfinished{"jobs.find_unfinished", R"(
        SELECT id, position, report FROM jobs
        WHERE kind = $1 AND fingerprint = $2 AND state IN ('queued', 'running', 'failed')
        ORDER BY created_at DESC LIMIT 1)"};

    db::Statement<void(Uuid, std::int32_t)> start{"jobs.start", R"(
        UPDATE jobs SET state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, now()),
               error = '', lease_until = now() + interval '1 second' * $2::integer
        WHERE id = $1::uuid)"};

    // The oldest that nobody works on, or whose worker has not been heard of.
    db::Statement<JobRow(std::int32_t)> claim{"jobs.claim", R"(
        WITH due AS MATERIALIZED (
            SELECT market, id FROM jobs
            WHERE state IN ('queued', 'running') AND (lease_until IS NULL OR lease_until < now())
              AND created_by <> 'command line'
            ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        UPDATE jobs j SET state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, now()),
               lease_until = now() + interval '1 second' * $1::integer
        FROM due WHERE j.market = due.market AND j.id = due.id
        RETURNING j.id, j.kind, j.state, j.request, j.position, j.bytes_done, j.bytes_total, j.report, j.error,
                  j.cancel_requested, j.created_at, j.started_at, j.finished_at)"};

    // Written with the rows themselves; the answer is whether somebody wants it to end.
    db::Statement<bool(Uuid, std::int64_t, std::int64_t, db::JsonText, std::int32_t)> save{"jobs.save", R"(
        UPDATE jobs SET position = $2::bigint, bytes_done = $3::bigint, report = $4::jsonb,
               lease_until = now() + interval '1 second' * $5::integer
        WHERE id = $1::uuid AND state = 'running' RETURNING cancel_requested)"};

    db::Statement<void(MarketCode, Uuid, std::vector<std::int64_t>, std::vector<std::string>, std::vector<std::string>,
                       std::vector<std::string>, std::vector<std::string>)>
        add_refusals{"jobs.add_refusals", R"(
        INSERT INTO job_refusals (market, job_id, line, key, column_name, reason, raw)
        SELECT $1, $2::uuid, w.line, w.key, w.column_name, w.reason, w.raw
        FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])
             WITH ORDINALITY AS w(line, key, column_name, reason, raw, position) ORDER BY w.position)"};

    db::Statement<RefusalRow(Uuid)> refusals{"jobs.refusals", R"(
        SELECT line, key, column_name, reason, raw FROM job_refusals WHERE job_id = $1::uuid ORDER BY id)"};

    db::Statement<void(Uuid, std::string, std::string, db::JsonText)> finish{"jobs.finish", R"(
        UPDATE jobs SET state = $2, error = $3, report = $4::jsonb, finished_at = now(), lease_until = NULL,
               bytes_done = CASE WHEN $2 = 'done' THEN bytes_total ELSE bytes_done END
        WHERE id = $1::uuid)"};
};
inline constexpr JobSql job_sql;
RECORD(JobSql, create, find_unfinished, start, claim, save, add_refusals, refusals, finish);

}  // namespace marque::work
