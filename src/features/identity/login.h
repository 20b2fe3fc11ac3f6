#pragma once
// What follows a right code: a session is opened on the account.

#include <functional>

#include "features/identity/account_view.h"
#include "http/context.h"

namespace marque::identity {

/// What features above do when somebody has logged in, put in by the composition root: a guest's cart becomes the
/// account's. False where it could not be done now. Refuses nothing.
struct LogInFollower {
    std::function<Task<bool>(http::Context&, MarketCode market, UserId user)> follow;
};

/// Opens a session with its tokens for somebody who has just proven to own a phone; `home_row` is the row
/// of the home market, which points on where the account was moved (ruling 6). Refuses blocked accounts.
Task<LoggedIn> open_session(http::Context& context, UserRow home_row);

}  // namespace marque::identity
