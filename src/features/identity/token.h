#pragma once
// Access tokens: JWT (RFC 7519) signed with HS256; the algorithm is pinned and compared, never obeyed (RFC 8725).

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/text.h"

namespace marque::identity {

/// What an access token says. The market is only a hint where to look the user up (ruling 5).
struct Claims {
    UserId user;
    MarketCode market_hint;  // empty: the token names none, and KG is looked at (R43)
    std::optional<Uuid> session;
    std::int64_t expires_s = 0;
};

enum class TokenFault { malformed, forged, expired };

class TokenKey {
public:
    explicit TokenKey(std::string secret) : secret_(std::move(secret)) {}

    [[nodiscard]] std::string sign(const Claims& claims, Timestamp now) const;
    [[nodiscard]] std::expected<Claims, TokenFault> verify(std::string_view token, Timestamp now) const;
    /// HMAC-SHA256 of a text under this key with a purpose mixed in, base64url: for one-time codes and refresh tokens.
    [[nodiscard]] std::string digest(std::string_view purpose, std::string_view text) const;

private:
    std::string secret_;
};

/// Compares without telling by its duration where the texts differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view one, std::string_view other);

}  // namespace marque::identity
