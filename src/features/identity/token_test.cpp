// Access tokens: only ours, only unexpired, only HS256.
#include "features/identity/token.h"

#include <doctest/doctest.h>

using namespace marque;
using namespace marque::identity;

namespace {

const Timestamp now = *Timestamp::parse("2026-01-31T09:15:00Z");
const TokenKey key{"a key of thirty-two characters or more"};

Claims claims() { return {UserId{19}, *MarketCode::parse("us"), Uuid::random(), now.unix_s() + 60}; }

}  // namespace

TEST_CASE("[R41][R42] a token says who and where to look") {
    const auto signed_claims = claims();
    const auto read = key.verify(key.sign(signed_claims, now), now);
    REQUIRE(read);
    CHECK(read->user == UserId{19});
    CHECK(read->market_hint.to_text() == "us");
    CHECK(read->session == signed_claims.session);
}

TEST_CASE("an expired token is told apart from a forged one") {
    const auto token = key.sign(claims(), now);
    const Timestamp later{now.point() + std::chrono::seconds{60}};
    CHECK(key.verify(token, later).error() == TokenFault::expired);
    CHECK(TokenKey{"another key of thirty-two characters"}.verify(token, now).error() == TokenFault::forged);
}

TEST_CASE("every changed letter of a token is noticed") {
    const auto token = key.sign(claims(), now);
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        INFO(i);
        CHECK_FALSE(key.verify(changed, now));
    }
}

TEST_CASE("tokens without signature or of another shape are malformed or forged") {
    // {"alg":"none"} with a payload and an empty signature.
    for (const auto* bad : {"", ".", "..", "a.b", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxOSJ9.", "a.b.c.d"}) {
        CHECK_FALSE(key.verify(bad, now));
    }
    CHECK_FALSE(key.verify(std::string(5'000, 'a'), now));
}
