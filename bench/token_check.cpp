// What one authentication costs inside the server: checking a token, and finding its login in memory. Prints a line of
// `name nanoseconds-or-bytes` each, which bench/run reads.
#include <fmt/format.h>
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

#include "features/identity/session_table.h"
#include "features/identity/token.h"

using namespace marque;
using namespace marque::identity;

namespace {

using Clock = std::chrono::steady_clock;
constexpr int rounds = 5;

/// CPU time of this thread, which neighbours on the machine take no part of.
double cpu_ns() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// Nanoseconds of one call: the median of some rounds.
template <class Work>
double nanoseconds_of(int repetitions, Work work) {
    std::array<double, rounds> results{};
    for (double& result : results) {
        const double began = cpu_ns();
        for (int i = 0; i < repetitions; ++i) work(i);
        result = (cpu_ns() - began) / repetitions;
    }
    std::ranges::sort(results);
    return results[rounds / 2];
}

void must(bool good) {
    if (!good) throw std::runtime_error("a good token was not believed");
}

Config config_of(const std::string& algorithm) {
    Config config;
    config.jwt_secret = "a secret of the bench with more than 32 characters";
    config.jwt_algorithm = algorithm;
    config.jwt_private_key = "MC4CAQAwBQYDK2VwBCIEIA" + std::string(42, 'A');  // PKCS #8 of 32 zeros
    return config;
}

void check_tokens(const std::string& algorithm) {
    const TokenKey key{config_of(algorithm)};
    const Timestamp now = Timestamp::now();
    const Claims claims{UserId{1'234'567}, *MarketCode::parse("kg"), Uuid::random(), now.unix_s() + 1'800};
    const std::string token = key.sign(claims, now);
    const double cost =
        nanoseconds_of(algorithm == "HS256" ? 20'000 : 500, [&](int) { must(key.verify(token, now).has_value()); });
    fmt::print("token_check_{} {:.0f}\n", algorithm, cost);
}

void look_up_sessions() {
    constexpr int count = 100'000;
    std::vector<LiveSession> sessions;
    for (int i = 1; i <= count; ++i) {
        sessions.push_back({UserId{i}, Uuid::random(), *MarketCode::parse("kg"), "ky", 1, Timestamp::now()});
    }
    const auto before = ::mallinfo2().uordblks;
    SessionTable table;
    table.believe_until(Clock::now() + std::chrono::hours{1});
    for (const auto& session : sessions) table.insert(session, table.asking(session.user, Clock::now()));
    fmt::print("session_bytes {:.1f}\n", static_cast<double>(::mallinfo2().uordblks - before) / count);
    const double cost = nanoseconds_of(50'000, [&](int i) {
        const auto& session = sessions[static_cast<std::size_t>(i) * 7919 % count];
        must(table.find(session.user, session.session, Clock::now()).has_value());
    });
    fmt::print("session_find {:.0f}\n", cost);
}

}  // namespace

int main() {
    check_tokens("HS256");
    check_tokens("EdDSA");
    look_up_sessions();
}
