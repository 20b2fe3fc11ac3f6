#pragma once
// Who calls: log-in by phone and SMS code, access tokens, and the look-up that makes users.market the truth.

#include <string>
#include <unordered_map>

#include "core/phone.h"
#include "features/identity/codes.h"
#include "features/identity/seal.h"
#include "features/identity/token.h"
#include "http/gate.h"
#include "http/route.h"
#include "work/outbox.h"

namespace marque::identity {

using http::account_blocked;
using http::expired_token;
using http::invalid_token;
using http::market_changed;
using http::session_ended;
using http::user_not_found;

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
    /// Looks a view up without making a string of it.
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<std::string, Known, TextHash, std::equal_to<>> known_;  // by token
};

/// The market a phone belongs to by its prefix; refuses unsupported ones, naming the served prefixes (ruling 7).
[[nodiscard]] const MarketInfo& home_market(const http::Context& context, const Phone& phone);

/// The development provider: an SMS becomes a row that /dev/sms shows.
Task<void> show_development_sms(db::Handle db, const work::Event& event);

/// The endpoints of /auth, and /dev/sms in development.
[[nodiscard]] http::Routes routes(const Config& config);

}  // namespace marque::identity
