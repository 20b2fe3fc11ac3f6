#pragma once
// SQL of jobs. A job is written under its market's role; only its lease says who may go on with it.

#include <string>
#include <vector>

#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::work {

struct JobStart {
    Uuid id;
    std::int64_t position = 0;
    db::JsonText report;
};
RECORD(JobStart, id, position, report);

/// What a job was asked for, for the worker that holds it.
struct JobOrder {
    std::string kind;
    db::JsonText request;
    std::int64_t position = 0;
    std::int64_t bytes_total = 0;
    db::JsonText report;
};
RECORD(JobOrder, kind, request, position, bytes_total, report);

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

    // The answer is the worker's number: only who has the newest one may write.
    db::Statement<std::int32_t(Uuid, std::int32_t)> start{"jobs.start", R"(
        UPDATE jobs SET state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, now()),
               error = '', lease_until = now() + interval '1 second' * $2::integer
        WHERE id = $1::uuid RETURNING attempts)"};

    // Nothing where somebody else holds the job by now.
    db::Statement<JobOrder(Uuid, std::int32_t)> order{"jobs.order", R"(
        SELECT kind, request, position, bytes_total, report FROM jobs
        WHERE id = $1::uuid AND attempts = $2::integer AND state = 'running')"};

    // For the negative control alone.
    db::Statement<std::int32_t(Uuid)> newest_attempt{"jobs.newest_attempt", R"(
        SELECT attempts FROM jobs WHERE id = $1::uuid)"};

    // Written with the rows themselves; the answer is whether somebody wants it to end.
    db::Statement<bool(Uuid, std::int32_t, std::int64_t, std::int64_t, db::JsonText, std::int32_t)> save{"jobs.save",
                                                                                                         R"(
        UPDATE jobs SET position = $3::bigint, bytes_done = $4::bigint, report = $5::jsonb,
               lease_until = now() + interval '1 second' * $6::integer
        WHERE id = $1::uuid AND attempts = $2::integer AND state = 'running' RETURNING cancel_requested)"};

    db::Statement<void(MarketCode, Uuid, std::vector<std::int64_t>, std::vector<std::string>, std::vector<std::string>,
                       std::vector<std::string>, std::vector<std::string>)>
        add_refusals{"jobs.add_refusals", R"(
        INSERT INTO job_refusals (market, job_id, line, key, column_name, reason, raw)
        SELECT $1, $2::uuid, w.line, w.key, w.column_name, w.reason, w.raw
        FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])
             WITH ORDINALITY AS w(line, key, column_name, reason, raw, position) ORDER BY w.position)"};

    db::Statement<RefusalRow(Uuid)> refusals{"jobs.refusals", R"(
        SELECT line, key, column_name, reason, raw FROM job_refusals WHERE job_id = $1::uuid ORDER BY id)"};

    db::Statement<void(Uuid)> forget_refusals{"jobs.forget_refusals",
                                              "DELETE FROM job_refusals WHERE job_id = $1::uuid"};

    // How long an export's file is, is known at its end.
    db::Statement<void(Uuid, std::int32_t, std::string, std::string, db::JsonText)> finish{"jobs.finish", R"(
        UPDATE jobs SET state = $3, error = $4, report = $5::jsonb, finished_at = now(), lease_until = NULL,
               bytes_done = CASE WHEN $3 = 'done' AND kind LIKE 'import%' THEN bytes_total ELSE bytes_done END,
               bytes_total = CASE WHEN kind LIKE 'export%' THEN bytes_done ELSE bytes_total END
        WHERE id = $1::uuid AND attempts = $2::integer AND state = 'running')"};

    db::Statement<void(MarketCode, Uuid, std::int32_t, db::Bytes)> put_part{"jobs.put_part", R"(
        INSERT INTO job_parts (market, job_id, number, bytes) VALUES ($1, $2::uuid, $3::integer, $4::bytea))"};

    db::Statement<db::Bytes(Uuid, std::int32_t)> part{"jobs.part", R"(
        SELECT bytes FROM job_parts WHERE job_id = $1::uuid AND number = $2::integer)"};

    db::Statement<void(Uuid)> forget_parts{"jobs.forget_parts", "DELETE FROM job_parts WHERE job_id = $1::uuid"};
};
inline constexpr JobSql job_sql;
RECORD(JobSql, create, find_unfinished, start, order, newest_attempt, save, add_refusals, refusals, forget_refusals,
       finish, put_part, part, forget_parts);

}  // namespace marque::work
