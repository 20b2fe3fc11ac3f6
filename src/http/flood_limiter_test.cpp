// The limit of one address, its coming back, and that others are left alone.
#include "http/flood_limiter.h"

#include <doctest/doctest.h>

#include <string>

using marque::http::FloodLimiter;
using std::chrono::seconds;

namespace {

const FloodLimiter::Clock::time_point start{seconds{1'000'000}};

int allowed(FloodLimiter& limiter, std::string_view address, int requests, FloodLimiter::Clock::time_point now) {
    int count = 0;
    for (int i = 0; i < requests; ++i) count += limiter.refuse(address, now) ? 0 : 1;
    return count;
}

std::string address_of(int number) {
    return "10." + std::to_string(number >> 16) + "." + std::to_string((number >> 8) & 255) + "." +
           std::to_string(number & 255);
}

}  // namespace

TEST_CASE("an address has its quota at once and gets it back evenly") {
    FloodLimiter limiter{600};
    CHECK(allowed(limiter, "203.0.113.7", 1'000, start) == 600);
    const auto refused = limiter.refuse("203.0.113.7", start);
    REQUIRE(refused);
    CHECK(refused->uses_max == 600);
    CHECK(refused->window_s == 60);
    CHECK(refused->left_s == 1);
    CHECK(allowed(limiter, "203.0.113.7", 1'000, start + seconds{6}) == 60);
    CHECK(allowed(limiter, "203.0.113.7", 1'000, start + seconds{6'000}) == 600);
}

TEST_CASE("one /64 is one address, and so are the forms of an IPv4 address") {
    FloodLimiter limiter{10};
    CHECK(allowed(limiter, "2001:db8:1:2::1", 10, start) == 10);
    CHECK(allowed(limiter, "2001:DB8:1:2:ffff::2", 10, start) == 0);
    CHECK(allowed(limiter, "2001:db8:1:3::1", 10, start) == 10);
    CHECK(allowed(limiter, "203.0.113.7", 10, start) == 10);
    CHECK(allowed(limiter, "::ffff:203.0.113.7", 10, start) == 0);
}

TEST_CASE("flooders do not take others with them") {
    FloodLimiter limiter{20};
    for (int flooder = 0; flooder < 500; ++flooder) allowed(limiter, address_of(flooder), 60, start);
    int harmed = 0;
    for (int other = 100'000; other < 104'000; ++other) harmed += limiter.refuse(address_of(other), start) ? 1 : 0;
    MESSAGE("of 4,000 addresses beside 500 flooders were refused: " << harmed);
    CHECK(harmed <= 20);
}

TEST_CASE("counting costs next to nothing") {
    FloodLimiter limiter{1'000'000};
    const auto began = FloodLimiter::Clock::now();
    constexpr int rounds = 200'000;
    for (int i = 0; i < rounds; ++i) (void)limiter.refuse("203.0.113.7");
    const std::chrono::duration<double, std::nano> took = FloodLimiter::Clock::now() - began;
    MESSAGE("a request is counted in " << took.count() / rounds << " ns");
    CHECK(took.count() / rounds < 5'000);
}
