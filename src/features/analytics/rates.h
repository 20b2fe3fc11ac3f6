#pragma once
// Amounts of several days in another currency, each day at its own rate.

#include "features/analytics/analytics.h"

namespace marque::analytics {

struct Converted {
    Money gross;
    Money net;
};

/// Nothing where a day comes before the first rate. Rounded once, half up: the parts of a sum lose nothing.
[[nodiscard]] std::optional<Converted> converted(const std::vector<DayFigures>& days, Currency from, Currency to,
                                                 const std::vector<ReportRate>& rates);

}  // namespace marque::analytics
