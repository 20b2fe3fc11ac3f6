#pragma once
// Days put together to weeks and months, and the period that another one is compared with.

#include "features/analytics/reports.h"

namespace marque::analytics {

struct Period {
    Day from;
    Day to;
};

/// What was asked for, or today; refuses (period_invalid) what ends before it begins or is too long.
[[nodiscard]] Period period_of(const std::optional<Day>& from, const std::optional<Day>& to, Day today);
[[nodiscard]] Period period_before(const Period& period, Before before);
/// `days` in their order, from the first to the last of the period.
[[nodiscard]] Series series_of(const MarketInfo& market, const Period& period, const std::vector<DayFigures>& days,
                               Step step);
/// The net against that of the period before; nothing where that was none.
[[nodiscard]] std::optional<std::int64_t> change_permille(const Series& period, const Series& before);

}  // namespace marque::analytics
