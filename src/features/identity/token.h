#pragma once
// Access tokens: JWT (RFC 7519) with one pinned algorithm, compared and never obeyed (RFC 8725), and several keys at
// once so that they can be changed. The secret also derives what else must not be guessable (codes, refresh tokens).

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/config.h"
#include "core/id.h"
#include "core/market.h"
#include "core/text.h"
#include "features/identity/signature.h"

namespace marque::identity {

/// What an access token says. The market is only a hint where to look the user up (ruling 5).
struct Claims {
    UserId user;
    MarketCode market_hint;  // empty: the token names none, and the default market is looked at (R43)
    std::optional<Uuid> session;
    std::int64_t expires_s = 0;
    std::int32_t version = 1;  // users.session_version when the login began: raised, all earlier logins are over
};

enum class TokenFault { malformed, forged, expired };

class TokenKey {
public:
    /// HS256 under one secret.
    explicit TokenKey(const std::string& secret);
    /// What the settings say. Throws std::runtime_error naming the setting whose key cannot be read.
    explicit TokenKey(const Config& config);

    [[nodiscard]] std::string sign(const Claims& claims, Timestamp now) const;
    /// Safe from every thread; about 3 µs with HS256, 100 with EdDSA.
    [[nodiscard]] std::expected<Claims, TokenFault> verify(std::string_view token, Timestamp now) const;

    /// HMAC-SHA256 of a text under the current secret with a purpose mixed in, base64url: for one-time codes and
    /// refresh tokens.
    [[nodiscard]] std::string digest(std::string_view purpose, std::string_view text) const;
    /// The same under every secret that is still good, the current one first.
    [[nodiscard]] std::vector<std::string> digests(std::string_view purpose, std::string_view text) const;

private:
    struct Key {
        std::string header;  // of the tokens it signs, encoded
        std::string id;      // "kid"
        std::optional<Hmac> hmac;
        std::optional<Ed25519Key> ed25519;
        [[nodiscard]] std::string sign(std::string_view text) const;
        [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;
    };
    /// Guarantees that a negative-control test switched off.
    struct Broken {
        bool type = false;
        bool audience = false;
        bool algorithm = false;
    };

    void add_secret(const std::string& secret);
    void add_ed25519(std::string_view text, std::string_view setting);
    [[nodiscard]] const Key* key_of(std::string_view header) const;
    [[nodiscard]] bool unsigned_by_its_own_word(std::string_view header) const;

    std::string algorithm_;
    std::vector<Hmac> secrets_;  // the current one first
    std::vector<Key> keys_;      // of access tokens; the first one signs
    Broken broken_;
};

}  // namespace marque::identity
