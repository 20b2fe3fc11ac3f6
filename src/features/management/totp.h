#pragma once
// One-time codes by the clock (RFC 6238, HMAC-SHA1, steps of 30 seconds, six digits), as authenticator apps make them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace marque::management {

inline constexpr int totp_step_s = 30;
inline constexpr int totp_digits = 6;
/// Steps that a clock may be off, either way.
inline constexpr int totp_drift_steps = 1;

/// RFC 4226: the code of a counter, with leading zeros.
[[nodiscard]] std::string hotp(std::string_view secret, std::uint64_t counter, int digits);
/// The step whose code this is, among those around `unix_s`; steps up to `used` do not count any more.
[[nodiscard]] std::optional<std::int64_t> totp_step_of(std::string_view secret, std::string_view code,
                                                       std::int64_t unix_s, std::int64_t used);
/// RFC 4648 without padding, as authenticator apps want secrets typed.
[[nodiscard]] std::string base32(std::string_view bytes);
/// What authenticator apps read from a QR code.
[[nodiscard]] std::string otpauth_url(std::string_view issuer, std::string_view account, std::string_view secret);

}  // namespace marque::management
