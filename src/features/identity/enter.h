#pragma once
// Which of a person's accounts a login enters: the phone's own market, or where a manager moved them to.

#include "features/identity/queries.h"
#include "http/context.h"

namespace marque::identity {

/// Starts at the phone's home market and follows moved_to (ruling 6). Creates the account where there is none.
Task<UserRow> enter_account(http::Context& context, MarketCode home, Phone phone);

/// The second half of that: from the home market's row, which may point on, to the account.
Task<UserRow> follow_move(http::Context& context, UserRow home_row, Phone phone);

}  // namespace marque::identity
