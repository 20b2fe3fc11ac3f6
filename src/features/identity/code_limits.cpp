// Windows, budgets and locks as the settings have them.
#include "features/identity/code_limits.h"

#include <algorithm>
#include <limits>

#include "core/address.h"

namespace marque::identity {
namespace {

constexpr int minute_s = 60;
constexpr int hour_s = 60 * minute_s;
constexpr int day_s = 24 * hour_s;
constexpr int block_s = 10 * minute_s;
/// "+9965052" of "+996505231255": numbers that are bought or generated together share it.
constexpr std::size_t block_letters = 1 + 7;
constexpr int lock_step_hours = 24;
constexpr int unlimited = std::numeric_limits<std::int32_t>::max();

struct KindOfWindow {
    std::string_view kind;
    std::string_view policy;
    int length_s;
};

constexpr KindOfWindow kinds[] = {
    {"phone_hour", "phone-hour", hour_s},  {"phone_day", "phone-day", day_s},  {"address", "address-phones", hour_s},
    {"network", "network-phones", hour_s}, {"block", "number-block", block_s},
};

int or_unlimited(int limit) { return limit == 0 ? unlimited : limit; }

}  // namespace

void SendWindows::add(std::string_view kind, std::string subject, int max, int length_s) {
    if (max <= 0 || length_s <= 0) return;
    kinds.emplace_back(kind);
    subjects.push_back(std::move(subject));
    uses_max.push_back(max);
    lengths_s.push_back(length_s);
}

SendWindows windows_of(const Config& config, const Phone& phone, std::string_view address) {
    const auto& limits = config.code_limits;
    const auto parsed = Address::parse(address);
    // A peer without an address has none to be limited by but this one, together with all others like it.
    const std::string host = parsed ? parsed->to_text() : "unknown";
    const std::string network = parsed ? parsed->network_text() : "unknown";
    const std::string& number = phone.to_text();
    SendWindows windows;
    windows.add("phone_pause", number, 1, config.otp_resend_s);
    windows.add("phone_hour", number, limits.per_hour, hour_s);
    windows.add("phone_day", number, limits.per_day, day_s);
    windows.add("address", host, limits.phones_per_address, hour_s);
    windows.add("network", network, limits.phones_per_network, hour_s);
    windows.add("block", number.substr(0, block_letters), limits.per_block, block_s);
    windows.add("market", "", unlimited, hour_s);
    return windows;
}

Quota quota_of(std::string_view kind, int uses_max, int left_s) {
    for (const auto& known : kinds) {
        if (known.kind == kind) {
            return {.policy = known.policy, .uses_max = uses_max, .window_s = known.length_s, .left_s = left_s};
        }
    }
    return {.policy = "phone-pause", .uses_max = uses_max, .window_s = std::max(minute_s, left_s), .left_s = left_s};
}

int lock_s(const CodeLimits& limits, int failures_before, int lockouts_before) {
    if (failures_before + 1 < limits.failures_per_day) return 0;
    const int hours = std::min(limits.lock_hours_max, lock_step_hours * (std::min(lockouts_before, 100) + 1));
    return hours * hour_s;
}

Budget budget_of(const CodeLimits& limits) {
    const int hour = or_unlimited(limits.budget_hour);
    const int day = or_unlimited(limits.budget_day);
    const auto without_reserve = [&](int budget) {
        const auto reserved = static_cast<std::int64_t>(budget) * limits.reserved_percent / 100;
        return budget == unlimited ? unlimited : static_cast<int>(budget - reserved);
    };
    return {hour, day, without_reserve(hour), without_reserve(day)};
}

}  // namespace marque::identity
