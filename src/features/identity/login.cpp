// The account of somebody whose code was right; its session is opened by sessions.cpp.
#include "features/identity/login.h"

#include "features/identity/enter.h"
#include "features/identity/identity.h"
#include "features/identity/queries.h"
#include "features/identity/sessions.h"

namespace marque::identity {

Task<LoggedIn> open_session(http::Context& context, Phone phone, const MarketInfo& home) {
    const UserRow user = co_await enter_account(context, home.code, phone);
    if (!user.is_active) throw Refused{account_blocked};

    co_return co_await start_session(context, user);
}

}  // namespace marque::identity
