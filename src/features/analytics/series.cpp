// Weeks begin on Monday; the first and the last of a period may be cut short by it.
#include "features/analytics/series.h"

#include "core/check.h"

namespace marque::analytics {
namespace {

using std::chrono::days;

/// The last day of the step that `day` lies in.
Day end_of(const Day& day, Step step) {
    const auto point = day.days();
    if (step == Step::day) return day;
    if (step == Step::week) {
        const std::chrono::weekday weekday{point};
        return Day::of(point + days{7 - static_cast<int>(weekday.iso_encoding())});
    }
    const std::chrono::year_month_day date{point};
    return Day::of(std::chrono::sys_days{date.year() / date.month() / std::chrono::last});
}

RevenueLine line_of(const MarketInfo& market, Day from, Day to, const Figures& figures) {
    const auto money = [&](std::int64_t minor) { return Money{minor, market.currency}; };
    return {.from = std::move(from),
            .to = std::move(to),
            .total_orders = figures.total_orders,
            .cancelled_orders = figures.cancelled_orders,
            .gross = money(figures.gross_minor),
            .cancelled = money(figures.cancelled_minor),
            .refunded = money(figures.refunded_minor),
            .net = money(figures.net_minor()),
            .average_order_value = money(figures.average_minor())};
}

}  // namespace

Period period_of(const std::optional<Day>& from, const std::optional<Day>& to, Day today) {
    Period period{.from = {}, .to = to.value_or(today)};
    period.from = from.value_or(period.to);
    const auto length = (period.to.days() - period.from.days()).count() + 1;
    if (length < 1) throw Refused{period_invalid, {}, {{"to", "must not be before from"}}};
    if (length > period_days_max) throw Refused{period_invalid, {}, {{"from", "must be within 367 days of to"}}};
    return period;
}

Period period_before(const Period& period, Before before) {
    if (before == Before::year) return {period.from.a_year_before(), period.to.a_year_before()};
    const auto length = static_cast<int>((period.to.days() - period.from.days()).count()) + 1;
    return {period.from.plus(-length), period.from.plus(-1)};
}

Series series_of(const MarketInfo& market, const Period& period, const std::vector<DayFigures>& all, Step step) {
    Series series;
    Figures total;
    Figures part;
    Day part_from = period.from;
    for (const auto& day : all) {
        total.add(day.figures);
        part.add(day.figures);
        if (day.day != end_of(part_from, step) && day.day != period.to) continue;
        series.items.push_back(line_of(market, part_from, day.day, part));
        part = {};
        part_from = day.day.plus(1);
    }
    series.total = revenue_of(market, period.from, period.to, total);
    return series;
}

std::optional<std::int64_t> change_permille(const Series& period, const Series& before) {
    const std::int64_t then = before.total.net.minor();
    if (then <= 0) return std::nullopt;
    return scaled_half_up(period.total.net.minor() - then, 1000, then);
}

}  // namespace marque::analytics
