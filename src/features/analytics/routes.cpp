// The endpoints of /manager/revenue.
#include "features/analytics/analytics.h"
#include "features/management/management.h"

namespace marque::analytics {
namespace {

using http::Context;
using http::Query;

constexpr Refusal period_invalid{422, "analytics.period_invalid", "The period is not acceptable"};
/// A year and a day: longer reports are made of snapshots.
constexpr int period_days_max = 367;

struct Period {
    std::optional<Day> from;
    std::optional<Day> to;
};
RECORD(Period, from, to);

struct Comparison {
    std::vector<Revenue> items;
};
RECORD(Comparison, items);

std::chrono::sys_days days_of(const Day& day) {
    const auto moment = Timestamp::parse(day.to_text() + "T00:00:00Z");
    check(moment.has_value(), "a day that is no date");
    return std::chrono::floor<std::chrono::days>(moment->point());
}

/// Each market the caller may manage, in its own currency: amounts stand beside each other and are never added up.
Task<Comparison> compare(Context& context, Query<Period> query) {
    const auto permitted = co_await management::permitted_markets(context);
    Comparison comparison;
    for (const auto& code : permitted) {
        const MarketInfo& market = *context.thread.markets.find(code);
        // Without a period: what is today in that market.
        const Day to = query.value.to.value_or(Day::today(context.now, market.time_zone));
        const Day from = query.value.from.value_or(to);
        const auto length = (days_of(to) - days_of(from)).count() + 1;
        if (length < 1) throw Refused{period_invalid, {}, {{"to", "must not be before from"}}};
        if (length > period_days_max) throw Refused{period_invalid, {}, {{"from", "must be within 367 days of to"}}};
        auto revenue = co_await revenue_of(context.in_market(code), context.thread.config, market, from, to);
        comparison.items.push_back(std::move(revenue));
    }
    co_return comparison;
}

}  // namespace

http::Routes routes() {
    return {http::get<"/api/v1/manager/revenue/compare", compare>(
        {.summary = "Revenue of every market the caller may manage, each in its own currency and its own days",
         .access = http::Access::manager,
         .refuses = {&management::not_a_manager, &management::no_access, &period_invalid},
         .statements_max = 16})};
}

}  // namespace marque::analytics
