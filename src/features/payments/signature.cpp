// Reading the header as the official library does, so that the two never disagree about who may be believed.
#include "features/payments/signature.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <optional>
#include <vector>

#include "core/check.h"

namespace marque::payments {
namespace {

struct Parts {
    std::optional<std::int64_t> time_s;
    std::vector<std::string_view> signatures;
};

/// Whole numbers as JavaScript's parseInt takes them: leading white space, a sign, digits, and whatever follows.
std::optional<std::int64_t> leading_integer(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\n\v\f\r");
    if (first == std::string_view::npos) return std::nullopt;
    text.remove_prefix(first);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const auto end = text.find_first_not_of("0123456789");
    const auto digits = text.substr(0, end);
    // More digits are no time, and would be printed otherwise than they were written.
    if (digits.empty() || digits.size() > 15) return std::nullopt;
    std::int64_t number = 0;
    for (const char digit : digits) number = number * 10 + (digit - '0');
    return negative ? -number : number;
}

Parts parts_of(std::string_view header) {
    Parts parts;
    while (true) {
        const auto comma = header.find(',');
        const auto item = header.substr(0, comma);
        const auto equals = item.find('=');
        const auto name = item.substr(0, equals);
        auto value = equals == std::string_view::npos ? std::string_view{} : item.substr(equals + 1);
        value = value.substr(0, value.find('='));
        if (name == "t") parts.time_s = leading_integer(value);
        if (name == "v1") parts.signatures.push_back(value);
        if (comma == std::string_view::npos) return parts;
        header.remove_prefix(comma + 1);
    }
}

bool equal_in_constant_time(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace

std::string_view verdict_word(Verdict verdict) {
    switch (verdict) {
        case Verdict::good:
            return "good";
        case Verdict::no_header:
            return "no_header";
        case Verdict::malformed:
            return "malformed";
        case Verdict::no_signature:
            return "no_signature";
        case Verdict::wrong:
            return "wrong";
        case Verdict::too_old:
            return "too_old";
        case Verdict::from_the_future:
            break;
    }
    return "from_the_future";
}

std::string hmac_sha256_hex(std::string_view secret, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    const auto* done = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
    check(done != nullptr, "HMAC-SHA256 failed");
    std::string hex;
    for (unsigned int i = 0; i < length; ++i) fmt::format_to(std::back_inserter(hex), "{:02x}", digest[i]);
    return hex;
}

Verdict verify(std::string_view header, std::string_view body, std::span<const std::string> secrets,
               std::int64_t now_s) {
    if (header.empty()) return Verdict::no_header;
    const Parts parts = parts_of(header);
    if (!parts.time_s || *parts.time_s < 0 || body.empty()) return Verdict::malformed;
    if (parts.signatures.empty()) return Verdict::no_signature;
    for (const auto given : parts.signatures) {
        if (given.empty()) return Verdict::malformed;
    }
    const std::string signed_text = fmt::format("{}.{}", *parts.time_s, body);
    bool found = false;
    for (const auto& secret : secrets) {
        if (secret.empty()) continue;
        const std::string expected = hmac_sha256_hex(secret, signed_text);
        for (const auto given : parts.signatures) found = equal_in_constant_time(expected, given) || found;
    }
    if (!found) return Verdict::wrong;
    if (now_s - *parts.time_s > tolerance_s) return Verdict::too_old;
    if (*parts.time_s - now_s > tolerance_s) return Verdict::from_the_future;
    return Verdict::good;
}

std::string sign(std::string_view body, std::string_view secret, std::int64_t now_s) {
    return fmt::format("t={},v1={}", now_s, hmac_sha256_hex(secret, fmt::format("{}.{}", now_s, body)));
}

}  // namespace marque::payments
