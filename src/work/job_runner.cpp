// Claiming, the process of a job, its lease, and what is thrown away later.
#include "work/job_runner.h"

#include <fmt/format.h>
#include <unistd.h>

#include "core/log.h"
#include "work/child_process.h"
#include "work/jobs.h"
#include "work/schedule_queries.h"

namespace marque::work {
namespace {

constexpr std::chrono::milliseconds look_interval{500};
constexpr std::chrono::seconds tend_interval{60};
constexpr std::chrono::seconds renew_interval{job_lease_s / 3};
constexpr std::int32_t export_kept_hours = 24;
constexpr std::int32_t job_kept_days = 90;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#elif defined(__has_feature)
constexpr bool is_sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool is_sanitized = false;
#endif

/// An import of any size needs some fifty megabytes; sanitizers map all the address space there is.
constexpr ChildLimits limits{.processor_time = std::chrono::hours{6},
                             .wall_time = std::chrono::hours{24},
                             .memory_bytes = is_sanitized ? 0 : 2UL * 1024 * 1024 * 1024,
                             .output_bytes_max = 64UL * 1024};

std::vector<std::string> environment_for(const std::string& database) {
    std::vector<std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) variables.emplace_back(*entry);
    variables.push_back(fmt::format("{}={}", job_database_variable, database));
    variables.push_back(fmt::format("{}={}", job_server_variable, ::getpid()));
    return variables;
}

}  // namespace

/// What one market's coroutines share. Once it is stopping, the runner and the database may be gone.
struct JobRunner::Lane {
    Lane(boost::asio::io_context& io_context, std::shared_ptr<const RunnerOptions> runner_options, db::Handle handle,
         std::string url)
        : context(io_context),
          options(std::move(runner_options)),
          db(handle),
          database(std::move(url)),
          look(io_context),
          rest(io_context) {}
    boost::asio::io_context& context;
    std::shared_ptr<const RunnerOptions> options;
    db::Handle db;
    std::string database;
    Alarm look;
    Alarm rest;
    bool stopping = false;
};

JobRunner::~JobRunner() {
    for (const auto& lane : lanes_) {
        lane->stopping = true;
        lane->look.ring();
        lane->rest.ring();
    }
}

void JobRunner::serve(db::Handle db, std::string database) {
    const auto& lane = lanes_.emplace_back(std::make_shared<Lane>(context_, options_, db, std::move(database)));
    spawn(context_, work_off(lane));
    spawn(context_, tend(lane));
}

Task<void> JobRunner::work_off(std::shared_ptr<Lane> lane) {
    const std::string market = lane->db.market().to_text();
    while (!lane->stopping) {
        bool worked = false;
        try {
            worked = co_await work_once(lane);
        } catch (const std::exception& error) {
            // The lease runs out by itself, and the job is due again.
            if (lane->stopping) co_return;
            log::warning("jobs.not_worked_off", {{"market", market}, {"what", error.what()}});
        }
        if (!worked && !lane->stopping) co_await lane->look.wait(look_interval);
    }
}

Task<bool> JobRunner::work_once(std::shared_ptr<Lane> lane) {
    const auto due = co_await lane->db.find(queue_sql.any_due, std::string{command_line});
    if (!due || lane->stopping) co_return false;
    if (due->schedules) co_await begin_due(lane);
    if (lane->stopping || !(due->jobs || due->schedules)) co_return false;
    auto transaction = co_await lane->db.begin();
    transaction.query(queue_sql.lock, lane->db.market());
    const auto claimed = transaction.query(queue_sql.claim, std::string{command_line}, job_attempts_max, job_lease_s);
    co_await transaction.commit();
    const auto jobs = claimed.rows();
    if (jobs.empty() || lane->stopping) co_return false;
    if (jobs.front().state == JobState::running) co_await carry_out(lane, jobs.front());
    co_return true;
}

/// Puts in what the clocks say, once, however many servers see that it is due.
Task<void> JobRunner::begin_due(std::shared_ptr<Lane> lane) {
    const MarketCode market = lane->db.market();
    const std::string zone = lane->options->zone_of(market);
    auto transaction = co_await lane->db.begin();
    const auto due = transaction.query(lane->options->naive_schedules ? schedule_sql.naive_due : schedule_sql.due);
    co_await transaction.flush();
    for (const auto& kind : due.rows()) {
        transaction.execute(schedule_sql.begin, market, Uuid::random(), kind, zone, std::string{by_schedule});
        log::info("jobs.scheduled", {{"market", market.to_text()}, {"kind", kind}});
    }
    co_await transaction.commit();
}

Task<void> JobRunner::carry_out(std::shared_ptr<Lane> lane, ClaimedJob job) {
    const std::string market = lane->db.market().to_text();
    log::info("jobs.begun", {{"market", market}, {"job", job.id.to_text()}, {"attempt", std::to_string(job.attempt)}});
    const auto alarm = std::make_shared<Alarm>(lane->context);
    const auto over = std::make_shared<bool>(false);
    spawn(lane->context, keep_lease(lane, job, alarm, over));
    /// The coroutine of the lease ends with the job, also where the server stops meanwhile.
    struct End {
        Alarm& alarm;
        bool& over;
        ~End() {
            over = true;
            alarm.ring();
        }
    };
    ChildOutcome outcome;
    {
        const End end{*alarm, *over};
        // Through the server's own process, so that a binary that was replaced meanwhile does not matter.
        outcome = co_await run_child(
            {fmt::format("/proc/{}/exe", ::getpid()), "job", market, job.id.to_text(), std::to_string(job.attempt)},
            environment_for(lane->database), "", limits);
    }
    if (lane->stopping) co_return;
    if (outcome.exit_status == 0) co_return;
    log::error("jobs.died",
               {{"market", market}, {"job", job.id.to_text()}, {"exit_status", std::to_string(outcome.exit_status)}});
    co_await lane->db.execute(queue_sql.give_back, job.id, job.attempt, std::string{worker_died}, job_attempts_max);
}

Task<void> JobRunner::keep_lease(std::shared_ptr<Lane> lane, ClaimedJob job, std::shared_ptr<Alarm> alarm,
                                 std::shared_ptr<bool> over) {
    const std::string market = lane->db.market().to_text();
    while (!*over && !lane->stopping) {
        co_await alarm->wait(renew_interval);
        if (*over || lane->stopping) co_return;
        try {
            co_await lane->db.execute(queue_sql.renew, job.id, job.attempt, job_lease_s);
        } catch (const std::exception& error) {
            if (*over || lane->stopping) co_return;
            log::warning("jobs.lease_not_renewed", {{"market", market}, {"what", error.what()}});
        }
    }
}

Task<void> JobRunner::tend(std::shared_ptr<Lane> lane) {
    const std::string market = lane->db.market().to_text();
    std::vector<std::string> kinds, times;
    for (const auto& daily : lane->options->daily) {
        kinds.push_back(daily.kind);
        times.push_back(daily.at_time);
    }
    while (!lane->stopping) {
        try {
            const std::string zone = lane->options->zone_of(lane->db.market());
            co_await lane->db.execute(schedule_sql.add, lane->db.market(), kinds, times, zone);
            if (lane->stopping) co_return;
            co_await lane->db.execute(queue_sql.drop_files, export_kept_hours);
            if (lane->stopping) co_return;
            co_await lane->db.execute(queue_sql.drop_jobs, job_kept_days);
        } catch (const std::exception& error) {
            if (lane->stopping) co_return;
            log::warning("jobs.not_tended", {{"market", market}, {"what", error.what()}});
        }
        if (lane->stopping) co_return;
        co_await lane->rest.wait(tend_interval);
    }
}

}  // namespace marque::work
