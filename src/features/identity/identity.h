#pragma once
// Who calls: log-in by phone and SMS code, access tokens, and the look-up that makes users.market the truth.

#include <string>
#include <unordered_map>

#include "core/phone.h"
#include "features/identity/token.h"
#include "http/gate.h"
#include "http/route.h"
#include "work/outbox.h"

namespace marque::identity {

inline constexpr Refusal invalid_token{401, "auth.invalid_token", "The access token is not valid"};
inline constexpr Refusal expired_token{401, "auth.expired_token", "The access token has expired"};
inline constexpr Refusal session_ended{401, "auth.session_ended", "This login has ended; log in again"};
inline constexpr Refusal market_changed{401, "auth.market_changed", "The account has moved to another market; log in again"};
inline constexpr Refusal user_not_found{404, "auth.user_not_found", "User not found"};
inline constexpr Refusal account_blocked{403, "auth.account_blocked", "This account is blocked"};

/// Finds the caller of a token; one for each thread. Results are kept for under a second, so that a logout, a block or
/// a moved account bites within that time on every server, and a busy caller costs one statement a second.
class Authenticator {
public:
    explicit Authenticator(const TokenKey& key) : key_(key) {}
    Task<std::expected<http::Caller, http::GateRefusal>> authenticate(http::Context& context, std::string_view token);
    /// Forgets a session at once on this thread (logout).
    void forget(const Uuid& session);

private:
    struct Known {
        http::Caller caller;
        Timestamp good_until;
    };
    Task<std::expected<http::Caller, http::GateRefusal>> look_up(http::Context& context, const Claims& claims);
    const TokenKey& key_;
    std::unordered_map<std::string, Known> known_;
};

/// The market a phone belongs to by its prefix; refuses unsupported ones, naming the served prefixes (ruling 7).
[[nodiscard]] const MarketInfo& home_market(const http::Context& context, const Phone& phone);

/// The development provider: an SMS becomes a row that /dev/sms shows.
Task<void> show_development_sms(db::Handle db, const work::Event& event);

/// The endpoints of /auth, and /dev/sms in development.
[[nodiscard]] http::Routes routes(const Config& config);

}  // namespace marque::identity
