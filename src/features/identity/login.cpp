// From a right code to a session: the account where the person lives, and a line in the log when it is new.
#include "features/identity/login.h"

#include "core/log.h"
#include "features/identity/enter.h"
#include "features/identity/identity.h"
#include "features/identity/sessions.h"

namespace marque::identity {
namespace {

/// Both columns are written by one statement where the account is new, and only there they agree.
void log_account(const http::Context& context, const UserRow& user) {
    if (user.last_login != user.created_at) return;
    const std::string market = user.market.to_text();
    log::info("user.created", {{"request_id", context.request_id}, {"market", market}, {"user", user.id.to_text()}});
    log::info(
        "user.market_set",
        {{"request_id", context.request_id}, {"market", market}, {"user", user.id.to_text()}, {"source", "phone"}});
}

}  // namespace

Task<LoggedIn> open_session(http::Context& context, UserRow home_row) {
    const UserRow user = co_await follow_move(context, std::move(home_row));
    log_account(context, user);
    if (!user.is_active) throw Refused{account_blocked};
    co_return co_await start_session(context, user);
}

}  // namespace marque::identity
