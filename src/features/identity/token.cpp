// HS256 through OpenSSL; base64url without padding; exactly three canonical parts under 4 KiB.
#include "features/identity/token.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <optional>

#include "core/check.h"
#include "json/value.h"

namespace marque::identity {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view header_json = R"({"alg":"HS256","typ":"at+jwt"})";
constexpr std::string_view token_type = "at+jwt";
constexpr std::string_view issuer = "marque";
constexpr std::size_t token_bytes_max = 4'096;

std::string base64url(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char byte : bytes) {
        buffer = (buffer << 8) | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 6; bits -= 6) out += letters[(buffer >> (bits - 6)) & 63];
    }
    if (bits > 0) out += letters[(buffer << (6 - bits)) & 63];
    return out;
}

/// Nothing unless the text is the one canonical encoding of its bytes.
std::optional<std::string> from_base64url(std::string_view text) {
    std::string out;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char c : text) {
        const auto value = letters.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        buffer = (buffer << 6) | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>((buffer >> bits) & 0xFF);
        }
    }
    if (base64url(out) != text) return std::nullopt;
    return out;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data(), &length);
    check(done != nullptr, "HMAC-SHA256 failed");
    return {reinterpret_cast<const char*>(bytes.data()), length};
}

std::optional<std::string> text_member(const json::Value& object, std::string_view name) {
    const auto* member = object.member(name);
    if (member == nullptr || member->as<std::string>() == nullptr) return std::nullopt;
    return *member->as<std::string>();
}

/// Another kind of token signed with the same key, or one made for somebody else, is not an access token (RFC 8725).
bool is_access_token(const json::Value& header, const json::Value& payload) {
    return text_member(header, "alg") == "HS256" && text_member(header, "typ") == token_type &&
           text_member(payload, "iss") == issuer && text_member(payload, "aud") == issuer;
}

/// The claims of a payload whose signature was right; nothing where one is missing or of the wrong kind.
std::optional<Claims> read_claims(const json::Value& payload) {
    Claims claims;
    const auto subject = text_member(payload, "sub");
    const auto user = UserId::parse(subject.value_or(""));
    const auto* expires = payload.member("exp");
    if (!user || expires == nullptr || expires->as<std::int64_t>() == nullptr) return std::nullopt;
    claims.user = *user;
    claims.expires_s = *expires->as<std::int64_t>();
    if (const auto market = text_member(payload, "market")) {
        const auto code = MarketCode::parse(*market);
        if (!code) return std::nullopt;
        claims.market_hint = *code;
    }
    if (const auto session = text_member(payload, "sid")) {
        auto id = Uuid::parse(*session);
        if (!id) return std::nullopt;
        claims.session = std::move(*id);
    }
    return claims;
}

}  // namespace

std::string TokenKey::sign(const Claims& claims, Timestamp now) const {
    const std::string payload =
        fmt::format(R"({{"iss":"{}","aud":"{}","sub":"{}","market":"{}","sid":"{}","iat":{},"exp":{}}})", issuer,
                    issuer, claims.user.to_text(), claims.market_hint.to_text(),
                    claims.session ? claims.session->to_text() : "", now.unix_s(), claims.expires_s);
    std::string token = base64url(header_json) + "." + base64url(payload);
    token += "." + base64url(hmac_sha256(secret_, token));
    return token;
}

std::expected<Claims, TokenFault> TokenKey::verify(std::string_view token, Timestamp now) const {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (token.size() > token_bytes_max || first == std::string_view::npos || first == last) {
        return std::unexpected(TokenFault::malformed);
    }
    const auto header_text = from_base64url(token.substr(0, first));
    const auto payload_text = from_base64url(token.substr(first + 1, last - first - 1));
    const auto signature = from_base64url(token.substr(last + 1));
    if (!header_text || !payload_text || !signature) return std::unexpected(TokenFault::malformed);
    if (!equal_in_constant_time(*signature, hmac_sha256(secret_, token.substr(0, last)))) {
        return std::unexpected(TokenFault::forged);
    }
    const auto header = json::parse(*header_text);
    const auto payload = json::parse(*payload_text);
    if (!header || !payload || !is_access_token(*header, *payload)) return std::unexpected(TokenFault::malformed);
    auto claims = read_claims(*payload);
    if (!claims) return std::unexpected(TokenFault::malformed);
    if (claims->expires_s <= now.unix_s()) return std::unexpected(TokenFault::expired);
    return std::move(*claims);
}

std::string TokenKey::digest(std::string_view purpose, std::string_view text) const {
    return base64url(hmac_sha256(secret_, fmt::format("{}\n{}", purpose, text)));
}

bool equal_in_constant_time(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace marque::identity
