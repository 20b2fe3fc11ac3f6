#pragma once
// What follows a right code: the account is found or made, and a session is opened on it.

#include "core/market.h"
#include "core/phone.h"
#include "features/identity/account_view.h"
#include "http/context.h"

namespace marque::identity {

/// Finds or makes the account of a phone in its home market; the market of an account that exists stays (ruling 6).
Task<UserRow> find_or_make_account(http::Context& context, Phone phone, const MarketInfo& home);

/// Opens a session with its tokens on the account of somebody who has just proven to own its phone; `user` is the row
/// of the home market, which points on where the account was moved (ruling 6). Refuses blocked accounts.
Task<LoggedIn> open_session(http::Context& context, UserRow user, const MarketInfo& home);

}  // namespace marque::identity
