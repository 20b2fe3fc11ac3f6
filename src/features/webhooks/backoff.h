#pragma once
// How long until the next try.

#include <cstdint>
#include <vector>

namespace marque::webhooks {

/// Waits are spread by a fifth in each direction, so that what failed together does not come back together.
inline constexpr std::uint32_t jitter_steps = 401;

/// Milliseconds between the try with this number (from 1 on) and the next. `waits_s` is not empty; its last one is
/// repeated. `asked_s`: what the receiver asked for (Retry-After), believed up to an hour and never shortening.
/// `jitter`: a number below jitter_steps.
[[nodiscard]] std::int64_t wait_before_next_ms(const std::vector<int>& waits_s, std::int32_t number,
                                               std::int64_t asked_s, std::uint32_t jitter);

}  // namespace marque::webhooks
