// The calculation alone, so that a test can ask it everything.
#include "features/webhooks/backoff.h"

#include <algorithm>

namespace marque::webhooks {
namespace {

constexpr std::int64_t asked_max_s = 3'600;

}  // namespace

std::int64_t wait_before_next_ms(const std::vector<int>& waits_s, std::int32_t number, std::int64_t asked_s,
                                 std::uint32_t jitter) {
    const auto last = static_cast<std::int32_t>(waits_s.size()) - 1;
    const auto place = static_cast<std::size_t>(std::clamp(number - 1, 0, last));
    const std::int64_t own_ms = std::int64_t{waits_s[place]} * (800 + jitter);
    return std::max(own_ms, std::clamp<std::int64_t>(asked_s, 0, asked_max_s) * 1'000);
}

}  // namespace marque::webhooks
