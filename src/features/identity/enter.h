#pragma once
// Which of a person's accounts a login enters: the phone's own market, or where a manager moved them to.

#include "core/phone.h"
#include "features/identity/queries.h"
#include "http/context.h"

namespace marque::identity {

/// Finds or makes the account of a phone in its home market; the market of an account that exists stays (ruling 6).
Task<UserRow> find_or_make_account(http::Context& context, Phone phone, const MarketInfo& home);

/// The account itself, or the one its moved_to points to (ruling 6). Creates it where it is missing, and completes a
/// move that was interrupted after the old account had been closed.
Task<UserRow> follow_move(http::Context& context, UserRow home_row);

/// Starts at the phone's home market and follows moved_to.
Task<UserRow> enter_account(http::Context& context, MarketCode home, Phone phone);

/// The second half of that: from the home market's row, which may point on, to the account.
Task<UserRow> follow_move(http::Context& context, UserRow home_row, Phone phone);

}  // namespace marque::identity
