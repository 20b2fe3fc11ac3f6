#pragma once
// `marque staff add`: the first admin of a market, whom nobody could invite.

#include "app/customer_commands.h"
#include "app/with_shop.h"

namespace marque::app {

/// Gives the person with this phone a role in one market; an account is opened where the phone belongs if there is
/// none.
Task<int> add_staff(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);

}  // namespace marque::app
