#pragma once
// Which windows a code counts in, and what becomes of a phone after a wrong guess: the arithmetic of the limits.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/phone.h"
#include "core/refusal.h"

namespace marque::identity {

/// The parallel arrays of code_sql.count_send: one entry for each window.
struct SendWindows {
    std::vector<std::string> kinds;
    std::vector<std::string> subjects;
    std::vector<std::int32_t> uses_max;
    std::vector<std::int32_t> lengths_s;

    void add(std::string_view kind, std::string subject, int max, int length_s);
};

/// The windows that a code to this phone, asked for from this address, counts in; those without a limit are left out.
/// The last one has no limit: it is the market's own row.
[[nodiscard]] SendWindows windows_of(const Config& config, const Phone& phone, std::string_view address);

/// The RateLimit fields' view of a window that is used up.
[[nodiscard]] Quota quota_of(std::string_view kind, int uses_max, int left_s);

/// How long a phone is locked by one more wrong code; 0: not at all.
[[nodiscard]] int lock_s(const CodeLimits& limits, int failures_before, int lockouts_before);

/// What the market may send in an hour and a day: altogether, and to phones that have no account.
struct Budget {
    int hour;
    int day;
    int hour_for_strangers;
    int day_for_strangers;
};
[[nodiscard]] Budget budget_of(const CodeLimits& limits);

}  // namespace marque::identity
