#pragma once
// Sessions: what a log-in opens, refreshing prolongs and logging out ends.

#include <string_view>

#include "features/identity/account_view.h"
#include "features/identity/token.h"
#include "http/context.h"

namespace marque::identity {

/// Opens a session on the account of somebody who has just proven to be its owner, in the market where `user` was read,
/// and hands out its tokens. The device is what the request's User-Agent says.
Task<LoggedIn> start_session(http::Context& context, UserRow user);

/// What a refresh token says: where its session is, and the secret that is the session's own.
struct RefreshToken {
    MarketCode market;  // only where to look first
    Uuid session;
    std::string secret;

    /// "kg.<session>.<secret>.<tag>": the tag shows that we made it, so that guesses reach no database and an old token
    /// is known as one.
    [[nodiscard]] std::string to_text(const TokenKey& key) const;
    /// Nothing unless it was made under a secret that is still good.
    [[nodiscard]] static std::optional<RefreshToken> read(const TokenKey& key, std::string_view text);
};

/// The session's next tokens for its refresh token (ruling 24). Each token works once; for half a minute a repetition
/// is answered with the same successor, as the first answer may have been lost; later it ends the session, for somebody
/// has a copy. An account that moved to another market gets a session there (ruling 5).
Task<LoggedIn> refresh_session(http::Context& context, RefreshToken token);

/// Ends one session of the caller, at once on this server and within a second on the others. False: there was none.
Task<bool> end_session(http::Context& context, Uuid session);

/// Ends the session of this request's own token.
Task<void> log_out(http::Context& context);

}  // namespace marque::identity
