#pragma once
// The queue of a market's jobs as those see it who put jobs in and watch them.

#include <string_view>

#include "core/refusal.h"
#include "core/task.h"
#include "db/handle.h"
#include "work/job_queue_queries.h"

namespace marque::work {

inline constexpr Refusal queue_full{429, "jobs.queue_full", "Too many jobs wait in this market; try again later"};
inline constexpr Refusal job_not_found{404, "jobs.not_found", "There is no such job"};
inline constexpr Refusal job_over{409, "jobs.over", "The job is over already"};

/// Waiting and running ones of a market.
inline constexpr std::int32_t queued_jobs_max = 10;
/// A file of a job lies in the database in pieces of this size.
inline constexpr std::size_t job_part_bytes = 1024UL * 1024;
/// Files that managers send; larger ones are imported by the command.
inline constexpr std::size_t job_file_bytes_max = 64UL * 1024 * 1024;
/// Files that a job makes; larger ones are exported by the command.
inline constexpr std::size_t job_result_bytes_max = 256UL * 1024 * 1024;
/// Parts read back by one statement.
inline constexpr std::int32_t parts_at_once = 4;

struct NewJob {
    std::string kind;
    std::string request_json;
    std::string created_by;
    std::string_view file;  // what it is about, or empty
};
/// Puts a job in with its file, in a transaction that holds queue_sql.lock; refuses (queue_full).
Task<Uuid> put_job(db::Transaction& transaction, MarketCode market, NewJob job);
/// The same in a transaction of its own: a job that is seen has its file.
Task<Uuid> add_job(db::Handle db, NewJob job);

/// Asks it to end; refuses (job_not_found, job_over).
Task<void> cancel_job(db::Handle db, Uuid id);

}  // namespace marque::work
