#pragma once
// What follows a right code: the account is found or made, and a session is opened on it.

#include "core/market.h"
#include "core/phone.h"
#include "features/identity/account_view.h"
#include "http/context.h"

namespace marque::identity {

/// Finds or makes the account of a phone whose owner has just proven it, in its home market or the one it was moved to
/// (ruling 6), and opens a session with its tokens. Refuses blocked accounts.
Task<LoggedIn> open_session(http::Context& context, Phone phone, const MarketInfo& home);

}  // namespace marque::identity
