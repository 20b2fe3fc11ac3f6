// The same statements that the endpoints of managers run.
#include "app/jobs_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/customer_diagnostics.h"
#include "features/management/jobs.h"
#include "json/write.h"
#include "work/job_queue.h"
#include "work/schedule_queries.h"

namespace marque::app {
namespace {

struct MarketJobs {
    MarketCode market;
    std::vector<management::JobView> items;
};
RECORD(MarketJobs, market, items);

struct AllJobs {
    std::vector<MarketJobs> markets;
};
RECORD(AllJobs, markets);

constexpr std::string_view by_terminal = "terminal";

}  // namespace

Task<int> list_jobs(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    AllJobs all;
    for (const auto market : asked_markets(shop, options.market)) {
        const auto rows = co_await shop.in(market).rows(work::queue_sql.list, options.limit, 0);
        const auto schedules = co_await shop.in(market).rows(work::schedule_sql.list);
        MarketJobs jobs{.market = market, .items = {}};
        for (const auto& row : rows) jobs.items.push_back(management::job_view(row));
        if (!options.json) {
            for (const auto& job : jobs.items) {
                fmt::print("{}  {}  {:<18} {:<10} begun {} times, {} rows{}{}\n", market.upper(), job.id.to_text(),
                           job.kind, enum_word(job.state), job.attempts, job.report.rows, job.error.empty() ? "" : ": ",
                           job.error);
            }
            for (const auto& schedule : schedules) {
                fmt::print("{}  {:<18} each day at {}{}\n", market.upper(), schedule.kind, schedule.at_time,
                           schedule.is_active ? ", next " + schedule.next_at.to_text() : ", resting");
            }
        }
        all.markets.push_back(std::move(jobs));
    }
    if (options.json) fmt::print("{}\n", json::written(all));
    co_return 0;
}

Task<int> begin_routine(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    management::Routine kind{};
    if (!enum_from_word(options.who, kind)) {
        throw std::runtime_error("there is no routine " + options.who + ": revenue_snapshot or prune");
    }
    for (const auto market : asked_markets(shop, options.market)) {
        const Uuid id = co_await work::add_job(
            shop.in(market), {.kind = options.who, .request_json = "{}", .created_by = std::string{by_terminal}});
        fmt::print("{}  {}  {} waits for a server\n", market.upper(), id.to_text(), options.who);
    }
    co_return 0;
}

Task<int> cancel_job(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    const auto id = Uuid::parse(options.who);
    if (!id) throw std::runtime_error("the id " + id.error());
    for (const auto market : asked_markets(shop, options.market)) {
        const auto row = co_await shop.in(market).find(work::queue_sql.one, *id);
        if (!row) continue;
        co_await work::cancel_job(shop.in(market), *id);
        fmt::print("{}  {}  {} is cancelled\n", market.upper(), id->to_text(), row->kind);
        co_return 0;
    }
    throw Refused{work::job_not_found};
}

}  // namespace marque::app
