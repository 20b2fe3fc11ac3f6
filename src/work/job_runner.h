#pragma once
// Carries out a market's jobs, one at a time, each in a process of its own: reading a file of a million rows takes no
// request's thread and no memory that stays, and whatever a file does to it, the server lives.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "db/handle.h"
#include "work/background.h"
#include "work/job_queue_queries.h"

namespace marque::work {

/// What the process of a job finds in its environment.
inline constexpr std::string_view job_database_variable = "MARQUE_JOB_DATABASE";
inline constexpr std::string_view job_server_variable = "MARQUE_JOB_SERVER";  // the number of the process that waits

/// A job that each market has once a day, by its own clocks, until its managers say otherwise.
struct DailyJob {
    std::string kind;
    std::string at_time;  // "03:10"
};

struct RunnerOptions {
    std::vector<DailyJob> daily;
    std::function<std::string(MarketCode)> zone_of;  // the time zone of a market, now
    bool naive_schedules = false;                    // negative control
};

/// On one thread of each server; servers share the work by leases. A lease is renewed while the job's process lives,
/// and that process dies with its server.
class JobRunner {
public:
    JobRunner(boost::asio::io_context& context, RunnerOptions options)
        : context_(context), options_(std::make_shared<RunnerOptions>(std::move(options))) {}
    /// Ends what is under way; whoever takes over when the lease ends goes on there.
    ~JobRunner();
    JobRunner(const JobRunner&) = delete;
    JobRunner& operator=(const JobRunner&) = delete;

    /// Starts with a market; once for each. `database`: the URL of the owner, for the job's process.
    void serve(db::Handle db, std::string database);

private:
    struct Lane;
    static Task<void> work_off(std::shared_ptr<Lane> lane);
    static Task<bool> work_once(std::shared_ptr<Lane> lane);
    static Task<void> begin_due(std::shared_ptr<Lane> lane);
    static Task<void> carry_out(std::shared_ptr<Lane> lane, ClaimedJob job);
    static Task<void> keep_lease(std::shared_ptr<Lane> lane, ClaimedJob job, std::shared_ptr<Alarm> alarm,
                                 std::shared_ptr<bool> over);
    static Task<void> tend(std::shared_ptr<Lane> lane);

    boost::asio::io_context& context_;
    std::shared_ptr<const RunnerOptions> options_;
    std::vector<std::shared_ptr<Lane>> lanes_;
};

}  // namespace marque::work
