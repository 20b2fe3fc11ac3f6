#pragma once
// Which of a person's accounts a login enters: the phone's own market, or where a manager moved them to.

#include "features/identity/identity.h"
#include "features/identity/queries.h"

namespace marque::identity {

/// Starts at the phone's home market and follows moved_to (ruling 6). Creates the account where there is none, and
/// completes a move that was interrupted after the old account had been closed.
Task<UserRow> enter_account(http::Context& context, MarketCode home, Phone phone);

}  // namespace marque::identity
