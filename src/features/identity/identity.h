#pragma once
// Who calls: log-in by phone and SMS code, access tokens, and the look-up that makes users.market the truth.

#include <string>

#include "core/phone.h"
#include "features/identity/authenticator.h"
#include "features/identity/codes.h"
#include "features/identity/seal.h"
#include "features/identity/session_watch.h"
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

inline constexpr Refusal invalid_refresh{401, "auth.invalid_refresh", "The refresh token is not valid; log in again"};

/// What somebody typed into `field`, as people of the request's market mean it; a refusal names the field, and what a
/// number of that market looks like.
[[nodiscard]] Phone phone_of(const http::Context& context, const TypedPhone& typed, std::string_view field);

/// The market a phone belongs to by its prefix; refuses unsupported ones, naming the served prefixes (ruling 7).
[[nodiscard]] const MarketInfo& home_market(const http::Context& context, const Phone& phone);

/// The development provider: an SMS becomes a row that /dev/sms shows.
Task<void> show_development_sms(db::Handle db, const work::Event& event);

/// The endpoints of /auth, and /dev/sms in development.
[[nodiscard]] http::Routes routes(const Config& config);

}  // namespace marque::identity
