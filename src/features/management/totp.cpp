// RFC 4226's truncation over OpenSSL's HMAC.
#include "features/management/totp.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "core/check.h"

namespace marque::management {
namespace {

/// Percent-encoded but for what RFC 3986 never reserves.
std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

}  // namespace

std::string hotp(std::string_view secret, std::uint64_t counter, int digits) {
    std::array<unsigned char, 8> message{};
    for (std::size_t i = 0; i < message.size(); ++i) message[7 - i] = static_cast<unsigned char>(counter >> (8 * i));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    const auto* done = HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(), message.size(),
                            digest.data(), &length);
    check(done != nullptr && length == 20, "HMAC-SHA1 failed");
    const std::size_t offset = digest[19] & 0x0FU;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = (number << 8U) | digest[offset + i];
    number &= 0x7FFFFFFFU;
    std::uint32_t modulus = 1;
    for (int i = 0; i < digits; ++i) modulus *= 10;
    return fmt::format("{:0{}}", number % modulus, digits);
}

std::optional<std::int64_t> totp_step_of(std::string_view secret, std::string_view code, std::int64_t unix_s,
                                         std::int64_t used) {
    if (code.size() != totp_digits) return std::nullopt;
    const std::int64_t now = unix_s / totp_step_s;
    std::optional<std::int64_t> found;
    for (std::int64_t step = now - totp_drift_steps; step <= now + totp_drift_steps; ++step) {
        const std::string expected = hotp(secret, static_cast<std::uint64_t>(step), totp_digits);
        const bool equal = CRYPTO_memcmp(expected.data(), code.data(), expected.size()) == 0;
        if (equal && step > used && !found) found = step;
    }
    return found;
}

std::string base32(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char c : bytes) {
        buffer = (buffer << 8U) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 5; bits -= 5) out += alphabet[(buffer >> static_cast<unsigned>(bits - 5)) & 31U];
    }
    if (bits > 0) out += alphabet[(buffer << static_cast<unsigned>(5 - bits)) & 31U];
    return out;
}

std::string otpauth_url(std::string_view issuer, std::string_view account, std::string_view secret) {
    return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits={}&period={}", encoded(issuer),
                       encoded(account), base32(secret), encoded(issuer), totp_digits, totp_step_s);
}

}  // namespace marque::management
