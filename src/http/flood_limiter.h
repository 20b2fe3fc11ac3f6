#pragma once
// Protection from floods: how many requests one address may make, counted in a table of fixed size in memory. What
// needs exact or shared counting (one-time codes) is counted in PostgreSQL; this only keeps a flood away from there.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/refusal.h"

namespace marque::http {

/// One for all threads of a server. An address may use its window's quota at once and gets it back evenly over the
/// window. It is counted at two places of the table, chosen by hashes with a secret key, and refused only where both
/// are over the limit, so that two addresses which share one place do not harm each other. Threads that count the same
/// address in the same moment may lose a count: a flood gets a little more, nobody gets less.
class FloodLimiter {
public:
    using Clock = std::chrono::steady_clock;

    /// So many uses in a window; `policy` is the limit's name in the RateLimit fields, a literal.
    explicit FloodLimiter(int uses_max, std::chrono::seconds window = std::chrono::minutes{1},
                          std::string_view policy = "address");

    /// Counts a request of the address (as Request::remote_address has it). The limit where it is over it.
    [[nodiscard]] std::optional<Quota> refuse(std::string_view address, Clock::time_point now = Clock::now());
    /// The limit where one more would be over it; counts nothing.
    [[nodiscard]] std::optional<Quota> look(std::string_view address, Clock::time_point now = Clock::now()) const;

private:
    /// Where an address is counted, and when all that was counted there would be forgotten with one more.
    struct Count {
        std::array<std::atomic<std::int64_t>*, 2> places;
        std::int64_t forgotten_ns;
    };
    [[nodiscard]] Count count_of(std::string_view address, std::int64_t now_ns) const;
    [[nodiscard]] std::optional<Quota> over(const Count& count, std::int64_t now_ns) const;

    static constexpr std::size_t places = 1 << 16;  // 512 KiB; with 1,000 flooders another address suffers 1 in 4,000
    /// For each place the moment, in nanoseconds of the clock, when all that was counted there is forgotten.
    using Table = std::array<std::atomic<std::int64_t>, places>;

    const int uses_max_;
    const std::chrono::nanoseconds window_;
    const std::string_view policy_;
    const std::int64_t cost_ns_;
    std::array<std::uint64_t, 2> keys_;
    std::unique_ptr<Table> table_;
};

}  // namespace marque::http
