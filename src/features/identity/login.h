#pragma once
// What follows a right code: the account is found or made, and a session is opened on it.

#include "core/market.h"
#include "core/phone.h"
#include "features/identity/account_view.h"
#include "http/context.h"

namespace marque::identity {

/// Opens a session with its tokens on the account of somebody who has just proven to own its phone; `user` is the row
/// of the home market, which points on where the account was moved (ruling 6). Refuses blocked accounts.
Task<LoggedIn> open_session(http::Context& context, UserRow user, Phone phone);

}  // namespace marque::identity
