// Access tokens: only ours, only unexpired, only the pinned algorithm, under keys that are still good.
#include "features/identity/token.h"

#include <doctest/doctest.h>

#include "features/identity/base64url.h"
#include "features/identity/sessions.h"

using namespace marque;
using namespace marque::identity;

namespace {

const Timestamp now = *Timestamp::parse("2026-01-31T09:15:00Z");
const std::string secret = "a key of thirty-two characters or more";
const std::string other_secret = "another key of thirty-two characters";
const TokenKey key{secret};

/// PKCS #8 of an Ed25519 key whose 32 bytes are zero, as the base64 between the lines of a PEM.
const std::string private_key = "MC4CAQAwBQYDK2VwBCIEIA" + std::string(42, 'A');

Claims claims() { return {UserId{19}, *MarketCode::parse("us"), Uuid::random(), now.unix_s() + 60}; }

Timestamp later(int seconds) { return Timestamp{now.point() + std::chrono::seconds{seconds}}; }

/// A token of any header and payload with a right signature.
std::string signed_by_hand(const std::string& header, const std::string& payload) {
    const std::string text = base64url(header) + "." + base64url(payload);
    return text + "." + base64url(Hmac{secret}.sign(text));
}

std::string header_with(const std::string& more) { return R"({"alg":"HS256","typ":"at+jwt")" + more + "}"; }

std::string payload_with(const std::string& times) {
    return R"({"iss":"marque","aud":"marque","sub":"19","market":"kg","ver":1,)" + times + "}";
}

const std::string good_times =
    "\"iat\":" + std::to_string(now.unix_s()) + ",\"exp\":" + std::to_string(now.unix_s() + 60);

Config config_of(const std::string& algorithm) {
    Config config;
    config.jwt_algorithm = algorithm;
    config.jwt_secret = secret;
    return config;
}

}  // namespace

TEST_CASE("[R41][R42] a token says who and where to look") {
    auto signed_claims = claims();
    signed_claims.version = 7;
    const auto read = key.verify(key.sign(signed_claims, now), now);
    REQUIRE(read);
    CHECK(read->user == UserId{19});
    CHECK(read->market_hint.to_text() == "us");
    CHECK(read->session == signed_claims.session);
    CHECK(read->version == 7);
}

TEST_CASE("an expired token is told apart from a forged one, from its very second on") {
    const auto token = key.sign(claims(), now);
    CHECK(key.verify(token, later(59)));
    CHECK(key.verify(token, later(60)).error() == TokenFault::expired);
    CHECK_FALSE(TokenKey{other_secret}.verify(token, now));
    const auto by_hand = signed_by_hand(header_with(""), payload_with(good_times));
    CHECK(key.verify(by_hand, now));
    CHECK(TokenKey{other_secret}.verify(by_hand, now).error() == TokenFault::forged);
}

TEST_CASE("[F1] every changed letter of a token is noticed, and every bit of its signature") {
    const auto token = key.sign(claims(), now);
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        INFO(i);
        CHECK_FALSE(key.verify(changed, now));
    }
    const auto cut = token.rfind('.') + 1;
    const auto signature = *from_base64url(token.substr(cut));
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        auto changed = signature;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        INFO(bit);
        CHECK_FALSE(key.verify(token.substr(0, cut) + base64url(changed), now));
    }
}

TEST_CASE("tokens without signature or of another shape are malformed or forged") {
    // {"alg":"none"} with a payload and an empty signature.
    for (const auto* bad : {"", ".", "..", "a.b", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxOSJ9.", "a.b.c.d"}) {
        CHECK_FALSE(key.verify(bad, now));
    }
    CHECK_FALSE(key.verify(std::string(5'000, 'a'), now));
}

TEST_CASE("[F1] a header asks for nothing but algorithm, type and key") {
    CHECK(key.verify(signed_by_hand(header_with(""), payload_with(good_times)), now));
    for (const auto* more :
         {R"(,"kid":"../../dev/null")", R"(,"kid":"")", R"(,"kid":1)", R"(,"jwk":{})", R"(,"jku":"http://a")",
          R"(,"crit":["b64"])", R"(,"zip":"DEF")", R"(,"b64":false)", R"(,"alg":"HS256")"}) {
        INFO(more);
        CHECK_FALSE(key.verify(signed_by_hand(header_with(more), payload_with(good_times)), now));
    }
}

TEST_CASE("[F1] times are whole seconds, in order, and none is from the future") {
    const auto at = [](int seconds) { return std::to_string(now.unix_s() + seconds); };
    const auto verified = [&](const std::string& times) {
        return key.verify(signed_by_hand(header_with(""), payload_with(times)), now).has_value();
    };
    CHECK(verified("\"iat\":" + at(59) + ",\"exp\":" + at(90)));
    CHECK(verified("\"iat\":" + at(0) + ",\"exp\":" + at(60) + ",\"nbf\":" + at(0)));
    for (const std::string& times : std::vector<std::string>{
             "\"iat\":" + at(61) + ",\"exp\":" + at(90),
             "\"iat\":" + at(0) + ",\"exp\":" + at(60) + ",\"nbf\":" + at(61),
             "\"iat\":" + at(0) + ",\"exp\":" + at(60) + ",\"nbf\":\"0\"", "\"exp\":" + at(60), "\"iat\":" + at(0),
             "\"iat\":" + at(0) + ",\"exp\":" + at(60) + ".5", "\"iat\":" + at(0) + ",\"exp\":1e400",
             "\"iat\":" + at(0) + ",\"exp\":-1", "\"iat\":" + at(0) + ",\"exp\":" + at(90'000),
             "\"iat\":-9223372036854775808,\"exp\":9223372036854775807", "\"iat\":" + at(0) + ",\"exp\":null"}) {
        INFO(times);
        CHECK_FALSE(verified(times));
    }
}

TEST_CASE("[F4] two secrets are good at once; removed, the old one's tokens are not") {
    auto config = config_of("HS256");
    const auto old_token = TokenKey{config}.sign(claims(), now);
    config.jwt_secret = other_secret;
    config.jwt_secrets_previous = {secret};
    const TokenKey both{config};
    CHECK(both.verify(old_token, now));
    const auto new_token = both.sign(claims(), now);
    config.jwt_secrets_previous.clear();
    CHECK_FALSE(TokenKey{config}.verify(old_token, now));
    CHECK(TokenKey{config}.verify(new_token, now));
    CHECK_FALSE(key.verify(new_token, now));
}

TEST_CASE("EdDSA signs with Ed25519 and believes nothing else") {
    auto config = config_of("EdDSA");
    config.jwt_private_key = private_key;
    const TokenKey eddsa{config};
    const auto token = eddsa.sign(claims(), now);
    CHECK(eddsa.verify(token, now));
    CHECK_FALSE(eddsa.verify(key.sign(claims(), now), now));
    CHECK_FALSE(key.verify(token, now));
    auto changed = token;
    changed[changed.size() - 5] = changed[changed.size() - 5] == 'A' ? 'B' : 'A';
    CHECK(eddsa.verify(changed, now).error() == TokenFault::forged);
    // The classic confusion: the public key, which everybody may know, taken for the secret of an HMAC.
    const auto public_bytes = Ed25519Key::parse(private_key)->public_bytes();
    const std::string text = base64url(header_with("")) + "." + base64url(payload_with(good_times));
    CHECK_FALSE(eddsa.verify(text + "." + base64url(Hmac{public_bytes}.sign(text)), now));
    config.jwt_private_key = "-----BEGIN KEY-----\\n" + private_key + "\\n-----END KEY-----";
    CHECK(TokenKey{config}.verify(token, now));
    config.jwt_private_key = "neither PEM nor base64";
    CHECK_THROWS_WITH_AS(TokenKey{config}, doctest::Contains("JWT_PRIVATE_KEY"), std::runtime_error);
}

TEST_CASE("base64url has one text for each row of bytes") {
    for (const std::string bytes : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"}) {
        CHECK(from_base64url(base64url(bytes)) == bytes);
    }
    for (const auto* bad : {"A", "AB", "Zg==", "Zm9v ", "Zm+v", "Zm/v", "Zm9vYg="}) {
        INFO(bad);
        CHECK_FALSE(from_base64url(bad));
    }
}

TEST_CASE("a refresh token is read back under every good secret and as no other") {
    const RefreshToken token{*MarketCode::parse("kg"), Uuid::random(), "secret"};
    const auto text = token.to_text(key);
    REQUIRE(RefreshToken::read(key, text));
    CHECK(RefreshToken::read(key, text)->session == token.session);
    CHECK(RefreshToken::read(key, text)->secret == "secret");
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = changed[i] == 'a' ? 'b' : 'a';
        INFO(i);
        CHECK_FALSE(RefreshToken::read(key, changed));
    }
    for (const auto* bad : {"", ".", "..", "...", "kg.x.y.z", "kg"}) CHECK_FALSE(RefreshToken::read(key, bad));
    auto config = config_of("HS256");
    config.jwt_secret = other_secret;
    CHECK_FALSE(RefreshToken::read(TokenKey{config}, text));
    config.jwt_secrets_previous = {secret};
    CHECK(RefreshToken::read(TokenKey{config}, text));
}
