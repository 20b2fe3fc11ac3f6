// The endpoints of work that a market's day begins: when it begins, and beginning it now.
#include <algorithm>

#include "core/clock_time.h"
#include "features/management/jobs.h"
#include "features/management/roles.h"
#include "work/idempotency.h"
#include "work/jobs.h"
#include "work/schedule_queries.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::Rendered;
using work::ScheduleRow;

constexpr Refusal no_schedule{404, "jobs.no_schedule", "Nothing of this kind is scheduled"};
constexpr Refusal stale_schedule{409, "jobs.schedule_stale", "The schedule was changed meanwhile; read it again"};

class KeptDays {
public:
    static constexpr IntegerFacts facts{.minimum = 1, .maximum = 3'650, .example = 30};

    constexpr KeptDays() = default;
    [[nodiscard]] static Parsed<KeptDays> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be between 1 and 3650");
        return KeptDays{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    explicit constexpr KeptDays(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 1;
};

struct JobSchedule {
    static constexpr std::string_view doc =
        "Work that begins by itself each day at a time of the managed market's clocks, on whichever server sees it "
        "first. Pruning throws away events that were told after `events_days`, and what became of SMS after "
        "`sms_days`.";
    Routine kind = Routine::prune;
    ClockTime at_time;
    std::string time_zone;
    bool is_active = true;
    Timestamp next_at;
    std::optional<Uuid> last_job_id;
    std::optional<std::int32_t> events_days;
    std::optional<std::int32_t> sms_days;
    std::int32_t version = 1;
};
RECORD(JobSchedule, kind, at_time, time_zone, is_active, next_at, last_job_id, events_days, sms_days, version);

struct JobSchedules {
    std::vector<JobSchedule> items;
};
RECORD(JobSchedules, items);

struct ScheduleInput {
    ClockTime at_time;
    bool is_active = true;
    Version version;
    std::optional<KeptDays> events_days;  // both of pruning alone
    std::optional<KeptDays> sms_days;
};
RECORD(ScheduleInput, at_time, is_active, version, events_days, sms_days);

struct RoutineInput {
    Routine kind = Routine::prune;
};
RECORD(RoutineInput, kind);

JobSchedule view_of(Routine kind, const ScheduleRow& row, const MarketInfo& market) {
    const auto time = ClockTime::parse(row.at_time);
    check(time.has_value(), "a schedule that cannot be read");
    const auto pruned = [&](std::int32_t days) { return kind == Routine::prune ? std::optional{days} : std::nullopt; };
    return {.kind = kind,
            .at_time = *time,
            .time_zone = market.time_zone,
            .is_active = row.is_active,
            .next_at = row.next_at,
            .last_job_id = row.last_job_id,
            .events_days = pruned(row.events_days),
            .sms_days = pruned(row.sms_days),
            .version = row.version};
}

Task<JobSchedules> list_schedules(Context& context) {
    const auto rows = co_await context.db.rows(work::schedule_sql.list);
    JobSchedules schedules;
    for (const auto& row : rows) {
        // A newer server's routine is none that this one knows.
        Routine kind{};
        if (enum_from_word(row.kind, kind)) schedules.items.push_back(view_of(kind, row, *context.market));
    }
    co_return schedules;
}

std::optional<std::int32_t> days_of(const std::optional<KeptDays>& days) {
    return days ? std::optional{days->value()} : std::nullopt;
}

Task<JobSchedule> set_schedule(Context& context, Routine kind, Body<ScheduleInput> body) {
    const ScheduleInput& input = body.value;
    const auto rows = co_await context.db.write(
        work::schedule_sql.set, std::string{enum_word(kind)}, input.at_time.to_text(), input.is_active,
        context.market->time_zone, input.version.value(), days_of(input.events_days), days_of(input.sms_days));
    if (!rows.empty()) co_return view_of(kind, rows.front(), *context.market);
    const auto known = co_await context.db.rows(work::schedule_sql.list);
    const bool found = std::ranges::any_of(known, [&](const auto& row) { return row.kind == enum_word(kind); });
    throw Refused{found ? stale_schedule : no_schedule};
}

Task<Rendered<Created<JobView>>> begin_now(Context& context, Body<RoutineInput> body) {
    co_return co_await begin_job(context, "/api/v1/manager/jobs", std::string{enum_word(body.value.kind)}, "{}");
}

}  // namespace

http::Routes routine_routes() {
    using http::Access;
    return {
        http::post<"/api/v1/manager/jobs", begin_now>(
            {.summary = "Begin now what a schedule begins each day; a job to watch",
             .access = Access::manager(Permission::jobs_run),
             .refuses = {&work::queue_full, &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 9}),
        http::get<"/api/v1/manager/job-schedules", list_schedules>(
            {.summary = "What begins by itself each day in the managed market, and when",
             .access = Access::manager(Permission::jobs_read),
             .statements_max = 3}),
        http::put<"/api/v1/manager/job-schedules/{kind}", set_schedule>(
            {.summary = "Set the time of the day at which work begins, or let it rest",
             .access = Access::manager(Permission::markets_write),
             .refuses = {&no_schedule, &stale_schedule},
             .statements_max = 6}),
    };
}

}  // namespace marque::management
