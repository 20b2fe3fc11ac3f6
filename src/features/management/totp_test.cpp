// RFC 4226 appendix D, RFC 6238 appendix B and RFC 4648 section 10, to the letter.
#include "features/management/totp.h"

#include <doctest/doctest.h>

#include <array>
#include <utility>

namespace marque::management {
namespace {

constexpr std::string_view secret = "12345678901234567890";

TEST_CASE("RFC 4226: codes by counter") {
    constexpr std::array<std::string_view, 10> codes{"755224", "287082", "359152", "969429", "338314",
                                                     "254676", "287922", "162583", "399871", "520489"};
    for (std::size_t i = 0; i < codes.size(); ++i) CHECK(hotp(secret, i, 6) == codes[i]);
}

TEST_CASE("RFC 6238: codes by time, SHA1") {
    constexpr std::array<std::pair<std::int64_t, std::string_view>, 6> vectors{{{59, "94287082"},
                                                                                {1'111'111'109, "07081804"},
                                                                                {1'111'111'111, "14050471"},
                                                                                {1'234'567'890, "89005924"},
                                                                                {2'000'000'000, "69279037"},
                                                                                {20'000'000'000, "65353130"}}};
    for (const auto& [unix_s, code] : vectors) {
        CHECK(hotp(secret, static_cast<std::uint64_t>(unix_s / totp_step_s), 8) == code);
        const auto six = code.substr(2);
        CHECK(totp_step_of(secret, six, unix_s, 0) == unix_s / totp_step_s);
    }
}

TEST_CASE("a code is good for its step and one around it, and once") {
    const std::int64_t step = 1'000'000;
    const std::string code = hotp(secret, static_cast<std::uint64_t>(step), totp_digits);
    const std::int64_t moment = step * totp_step_s;
    CHECK(totp_step_of(secret, code, moment, 0) == step);
    CHECK(totp_step_of(secret, code, moment + 2 * totp_step_s - 1, 0) == step);
    CHECK(totp_step_of(secret, code, moment - totp_step_s, 0) == step);
    CHECK(!totp_step_of(secret, code, moment + 2 * totp_step_s, 0));
    CHECK(!totp_step_of(secret, code, moment - totp_step_s - 1, 0));
    CHECK(!totp_step_of(secret, code, moment, step));
    CHECK(!totp_step_of(secret, "", moment, 0));
    CHECK(!totp_step_of(secret, code + "0", moment, 0));
}

TEST_CASE("RFC 4648: base32") {
    CHECK(base32("").empty());
    CHECK(base32("f") == "MY");
    CHECK(base32("fo") == "MZXQ");
    CHECK(base32("foo") == "MZXW6");
    CHECK(base32("foob") == "MZXW6YQ");
    CHECK(base32("fooba") == "MZXW6YTB");
    CHECK(base32("foobar") == "MZXW6YTBOI");
}

TEST_CASE("what authenticator apps read") {
    CHECK(otpauth_url("A shop", "kg-4", "foobar") ==
          "otpauth://totp/A%20shop:kg-4?secret=MZXW6YTBOI&issuer=A%20shop&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace marque::management
