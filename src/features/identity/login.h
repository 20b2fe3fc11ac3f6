#pragma once
// What follows a right code: a session is opened on the account.

#include "features/identity/account_view.h"
#include "http/context.h"

namespace marque::identity {

/// Opens a session with its tokens on the account of somebody who has just proven to own its phone; `home_row` is the row
/// of the home market, which points on where the account was moved (ruling 6). Refuses blocked accounts.
Task<LoggedIn> open_session(http::Context& context, UserRow home_row);

}  // namespace marque::identity
