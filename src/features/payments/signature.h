#pragma once
// Signed messages in Stripe's manner: "t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">", several v1 while secrets
// rotate.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace marque::payments {

/// How far a message's time may lie from ours, both ways. Stripe's own library refuses only what is too old.
inline constexpr std::int64_t tolerance_s = 300;

enum class Verdict { good, no_header, malformed, no_signature, wrong, too_old, from_the_future };

[[nodiscard]] std::string_view verdict_word(Verdict verdict);

/// Whether the body was signed with one of the secrets at a time near `now_s`. Takes the same time for every wrong
/// signature of the same length.
[[nodiscard]] Verdict verify(std::string_view header, std::string_view body, std::span<const std::string> secrets,
                             std::int64_t now_s);

/// HMAC-SHA256 as hexadecimal text in small letters.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view secret, std::string_view text);

/// The header for a message of ours.
[[nodiscard]] std::string sign(std::string_view body, std::string_view secret, std::int64_t now_s);

}  // namespace marque::payments
