// Exactly three canonical parts under 4 KiB, a header of `alg`, `typ` and `kid` and nothing else, and claims that are
// all there and of the right kind.
#include "features/identity/token.h"

#include <fmt/format.h>

#include <stdexcept>

#include "core/check.h"
#include "features/identity/base64url.h"
#include "json/value.h"

namespace marque::identity {
namespace {

constexpr std::string_view token_type = "at+jwt";
constexpr std::string_view issuer = "marque";
constexpr std::size_t token_bytes_max = 4'096;
/// Servers' clocks may differ by this much; a token from further ahead was not made by one of them.
constexpr std::int64_t leeway_s = 60;
/// The longest life that ACCESS_TOKEN_EXPIRE_MINUTES allows: a token that claims more is none of ours.
constexpr std::int64_t life_max_s = 86'400;
constexpr std::size_t key_id_letters = 8;

const std::string* text_member(const json::Value& object, std::string_view name) {
    const auto* member = object.member(name);
    return member == nullptr ? nullptr : member->as<std::string>();
}

bool member_is(const json::Value& object, std::string_view name, std::string_view text) {
    const auto* member = text_member(object, name);
    return member != nullptr && *member == text;
}

const std::int64_t* number_member(const json::Value& object, std::string_view name) {
    const auto* member = object.member(name);
    return member == nullptr ? nullptr : member->as<std::int64_t>();
}

/// When it was made, when it ends, and nothing from the future: whole seconds, as we write them.
bool has_sane_times(const json::Value& payload, Timestamp now) {
    const auto* expires = number_member(payload, "exp");
    const auto* issued = number_member(payload, "iat");
    if (expires == nullptr || issued == nullptr) return false;
    const std::int64_t newest_s = now.unix_s() + leeway_s;
    if (*issued < 0 || *issued > newest_s || *expires <= *issued || *expires - *issued > life_max_s) return false;
    if (payload.member("nbf") == nullptr) return true;
    const auto* not_before = number_member(payload, "nbf");
    return not_before != nullptr && *not_before <= newest_s;
}

/// The claims of a payload whose signature was right; nothing where one is missing or of the wrong kind.
std::optional<Claims> read_claims(const json::Value& payload, Timestamp now) {
    Claims claims;
    const auto* subject = text_member(payload, "sub");
    const auto* version = number_member(payload, "ver");
    if (subject == nullptr || version == nullptr || *version < 1 || *version > INT32_MAX) return std::nullopt;
    const auto user = UserId::parse(*subject);
    if (!user || !has_sane_times(payload, now)) return std::nullopt;
    claims.user = *user;
    claims.version = static_cast<std::int32_t>(*version);
    claims.expires_s = *number_member(payload, "exp");
    if (payload.member("market") != nullptr) {
        const auto* market = text_member(payload, "market");
        const auto code = market == nullptr ? Parsed<MarketCode>{std::unexpected("")} : MarketCode::parse(*market);
        if (!code) return std::nullopt;
        claims.market_hint = *code;
    }
    if (payload.member("sid") != nullptr) {
        const auto* session = text_member(payload, "sid");
        auto id = session == nullptr ? Parsed<Uuid>{std::unexpected("")} : Uuid::parse(*session);
        if (!id) return std::nullopt;
        claims.session = std::move(*id);
    }
    return claims;
}

std::string purposeful(std::string_view purpose, std::string_view text) { return fmt::format("{}\n{}", purpose, text); }

}  // namespace

std::string TokenKey::Key::sign(std::string_view text) const { return hmac ? hmac->sign(text) : ed25519->sign(text); }

bool TokenKey::Key::verify(std::string_view text, std::string_view signature) const {
    return hmac ? equal_in_constant_time(signature, hmac->sign(text)) : ed25519->verify(text, signature);
}

TokenKey::TokenKey(const std::string& secret) : algorithm_("HS256") { add_secret(secret); }

TokenKey::TokenKey(const Config& config) : algorithm_(config.jwt_algorithm) {
    add_secret(config.jwt_secret);
    for (const auto& secret : config.jwt_secrets_previous) add_secret(secret);
    if (algorithm_ == "EdDSA") {
        add_ed25519(config.jwt_private_key, "JWT_PRIVATE_KEY");
        if (!keys_.front().ed25519->can_sign()) throw std::runtime_error("JWT_PRIVATE_KEY: is only a public key");
        for (const auto& key : config.jwt_public_keys_previous) add_ed25519(key, "JWT_PUBLIC_KEYS_PREVIOUS");
    }
    broken_ = {.type = config.breaks("skip_token_type"),
               .audience = config.breaks("skip_token_audience"),
               .algorithm = config.breaks("obey_token_algorithm")};
}

void TokenKey::add_secret(const std::string& secret) {
    secrets_.emplace_back(secret);
    if (algorithm_ != "HS256") return;
    Hmac hmac{secret};
    std::string id = base64url(hmac.sign(purposeful("key id", ""))).substr(0, key_id_letters);
    std::string header = base64url(fmt::format(R"({{"alg":"HS256","typ":"{}","kid":"{}"}})", token_type, id));
    keys_.push_back({std::move(header), std::move(id), std::move(hmac), std::nullopt});
}

void TokenKey::add_ed25519(std::string_view text, std::string_view setting) {
    auto key = Ed25519Key::parse(text);
    if (!key) throw std::runtime_error(fmt::format("{}: {}", setting, key.error()));
    // The identifier comes of the public half alone, so both halves of a key name it alike.
    std::string id = base64url(Hmac{"key id"}.sign(key->public_bytes())).substr(0, key_id_letters);
    std::string header = base64url(fmt::format(R"({{"alg":"EdDSA","typ":"{}","kid":"{}"}})", token_type, id));
    keys_.push_back({std::move(header), std::move(id), std::nullopt, std::move(*key)});
}

/// The key a header asks for. Nearly all headers are letter by letter those we write; any other must say the same.
const TokenKey::Key* TokenKey::key_of(std::string_view header) const {
    for (const auto& key : keys_) {
        if (key.header == header) return &key;
    }
    const auto text = from_base64url(header);
    const auto value = text ? json::parse(*text) : std::unexpected(json::SyntaxError{});
    if (!value || value->as<json::Object>() == nullptr || !member_is(*value, "alg", algorithm_)) return nullptr;
    if (!broken_.type && !member_is(*value, "typ", token_type)) return nullptr;
    for (const auto& [name, unused] : *value->as<json::Object>()) {
        // `jwk`, `jku`, `x5u`, `crit`, `zip`, `b64`, …: whoever adds one wants us to do something we do not do.
        if (name != "alg" && name != "typ" && name != "kid") return nullptr;
    }
    if (value->member("kid") == nullptr) return &keys_.front();
    for (const auto& key : keys_) {
        if (member_is(*value, "kid", key.id)) return &key;
    }
    return nullptr;
}

/// The oldest mistake with these tokens, for the test that must notice it: a header that says "none" is believed.
bool TokenKey::unsigned_by_its_own_word(std::string_view header) const {
    if (!broken_.algorithm) return false;
    const auto text = from_base64url(header);
    const auto value = text ? json::parse(*text) : std::unexpected(json::SyntaxError{});
    return value && member_is(*value, "alg", "none");
}

std::string TokenKey::sign(const Claims& claims, Timestamp now) const {
    const std::string payload =
        fmt::format(R"({{"iss":"{}","aud":"{}","sub":"{}","market":"{}","sid":"{}","ver":{},"iat":{},"exp":{}}})",
                    issuer, issuer, claims.user.to_text(), claims.market_hint.to_text(),
                    claims.session.value_or(Uuid{}).to_text(), claims.version, now.unix_s(), claims.expires_s);
    std::string token = keys_.front().header + "." + base64url(payload);
    const std::string signature = keys_.front().sign(token);
    token += "." + base64url(signature);
    return token;
}

std::expected<Claims, TokenFault> TokenKey::verify(std::string_view token, Timestamp now) const {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (token.size() > token_bytes_max || first == std::string_view::npos || first == last) {
        return std::unexpected(TokenFault::malformed);
    }
    const auto header = token.substr(0, first);
    if (!unsigned_by_its_own_word(header)) {
        const Key* key = key_of(header);
        const auto signature = from_base64url(token.substr(last + 1));
        if (key == nullptr || !signature) return std::unexpected(TokenFault::malformed);
        if (!key->verify(token.substr(0, last), *signature)) return std::unexpected(TokenFault::forged);
    }
    const auto text = from_base64url(token.substr(first + 1, last - first - 1));
    const auto payload = text ? json::parse(*text) : std::unexpected(json::SyntaxError{});
    // A token signed with the same key for somebody else is not an access token for us.
    if (!payload || !member_is(*payload, "iss", issuer) || !(broken_.audience || member_is(*payload, "aud", issuer))) {
        return std::unexpected(TokenFault::malformed);
    }
    auto claims = read_claims(*payload, now);
    if (!claims) return std::unexpected(TokenFault::malformed);
    if (claims->expires_s <= now.unix_s()) return std::unexpected(TokenFault::expired);
    return std::move(*claims);
}

std::string TokenKey::digest(std::string_view purpose, std::string_view text) const {
    return base64url(secrets_.front().sign(purposeful(purpose, text)));
}

std::vector<std::string> TokenKey::digests(std::string_view purpose, std::string_view text) const {
    std::vector<std::string> all;
    const std::string whole = purposeful(purpose, text);
    for (const auto& secret : secrets_) all.push_back(base64url(secret.sign(whole)));
    return all;
}

}  // namespace marque::identity
