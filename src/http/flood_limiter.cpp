// The generic cell rate algorithm over a table of moments.
#include "http/flood_limiter.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

#include "core/address.h"
#include "core/random.h"

namespace marque::http {
namespace {

std::int64_t ns_of(FloodLimiter::Clock::time_point now) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
}

std::uint64_t random_key() {
    std::array<unsigned char, sizeof(std::uint64_t)> bytes{};
    fill_random(bytes);
    std::uint64_t key = 0;
    std::memcpy(&key, bytes.data(), sizeof key);
    return key;
}

/// Every input bit changes about half of the output's; constants of the well-known 64-bit finalizer.
std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

std::uint64_t hash_of(std::string_view bytes, std::uint64_t key) {
    std::uint64_t hash = key ^ bytes.size();
    while (!bytes.empty()) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), std::min(bytes.size(), sizeof word));
        hash = mixed(hash ^ word) + key;
        bytes.remove_prefix(std::min(bytes.size(), sizeof word));
    }
    return mixed(hash);
}

/// Raises a moment; a lower one leaves it.
void raise(std::atomic<std::int64_t>& moment, std::int64_t to) {
    if (moment.load(std::memory_order_relaxed) < to) moment.store(to, std::memory_order_relaxed);
}

}  // namespace

FloodLimiter::FloodLimiter(int uses_max, std::chrono::seconds window, std::string_view policy)
    : uses_max_(uses_max),
      window_(window),
      policy_(policy),
      cost_ns_(std::max<std::int64_t>(1, window_.count() / uses_max)),
      keys_{random_key(), random_key()},
      table_(std::make_unique<Table>()) {}

std::optional<Quota> FloodLimiter::refuse(std::string_view address, Clock::time_point now) {
    const std::int64_t now_ns = ns_of(now);
    const Count count = count_of(address, now_ns);
    if (auto quota = over(count, now_ns)) return quota;
    for (auto* place : count.places) raise(*place, count.forgotten_ns);
    return std::nullopt;
}

std::optional<Quota> FloodLimiter::look(std::string_view address, Clock::time_point now) const {
    const std::int64_t now_ns = ns_of(now);
    return over(count_of(address, now_ns), now_ns);
}

FloodLimiter::Count FloodLimiter::count_of(std::string_view address, std::int64_t now_ns) const {
    // IPv4 has one form of text; IPv6 has many, and a /64 is one host.
    std::string host;
    if (address.find(':') != std::string_view::npos) {
        if (const auto parsed = Address::parse(address)) {
            const auto bytes = parsed->host_bytes();
            host = parsed->is_v4() ? parsed->to_text() : std::string{bytes.begin(), bytes.end()};
            address = host;
        }
    }
    auto& one = (*table_)[hash_of(address, keys_[0]) % places];
    auto& other = (*table_)[hash_of(address, keys_[1]) % places];
    const std::int64_t lower = std::min(one.load(std::memory_order_relaxed), other.load(std::memory_order_relaxed));
    return {{&one, &other}, std::max(lower, now_ns) + cost_ns_};
}

std::optional<Quota> FloodLimiter::over(const Count& count, std::int64_t now_ns) const {
    const std::int64_t over_ns = count.forgotten_ns - now_ns - window_.count();
    if (over_ns <= 0) return std::nullopt;
    const auto window_s = static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(window_).count());
    const auto left_s = static_cast<int>((over_ns + 999'999'999) / 1'000'000'000);
    return Quota{.policy = policy_, .uses_max = uses_max_, .window_s = window_s, .left_s = left_s};
}

}  // namespace marque::http
