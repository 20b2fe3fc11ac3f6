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

/// On one thread of each server; servers share the work by leases. A lease is renewed while the job's process lives,
/// and that process dies with its server.
class JobRunner {
public:
    explicit JobRunner(boost::asio::io_context& context) : context_(context) {}
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
    static Task<void> carry_out(std::shared_ptr<Lane> lane, ClaimedJob job);
    static Task<void> keep_lease(std::shared_ptr<Lane> lane, ClaimedJob job, std::shared_ptr<Alarm> alarm,
                                 std::shared_ptr<bool> over);
    static Task<void> tend(std::shared_ptr<Lane> lane);

    boost::asio::io_context& context_;
    std::vector<std::shared_ptr<Lane>> lanes_;
};

}  // namespace marque::work
