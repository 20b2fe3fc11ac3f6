// Account, session and tokens of somebody whose code was right.
#include "features/identity/login.h"

#include "core/log.h"
#include "core/random.h"
#include "features/identity/identity.h"
#include "features/identity/queries.h"

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

Task<UserRow> find_or_make_account(http::Context& context, Phone phone, const MarketInfo& home) {
    db::Handle db = context.in_market(home.code);
    const std::string currency = home.currency.to_text();
    const auto users = co_await db.write(sql.upsert_user, home.code, phone, home.languages.front(), currency);
    co_return users.front();
}

Task<LoggedIn> open_session(http::Context& context, UserRow user, const MarketInfo& home) {
    const auto& config = context.thread.config;
    const MarketInfo* market = &home;
    if (user.moved_to) {
        // The home row points on to the market the customer was moved to by hand (ruling 6).
        market = context.thread.markets.find(*user.moved_to);
        check(market != nullptr, "an account points to a market that is not served");
        const auto phone = Phone::parse(user.phone);
        check(phone.has_value(), "an account has a phone that is none");
        user = co_await find_or_make_account(context, *phone, *market);
    }
    log_account(context, user);
    if (!user.is_active) throw Refused{account_blocked};

    const auto& key = context.service<TokenKey>();
    const Uuid session = Uuid::random();
    const std::string refresh = market->code.to_text() + "." +
                                random_letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 43);
    db::Handle db = context.in_market(market->code);
    const std::string refresh_hash = key.digest("refresh", refresh);
    co_await db.execute(sql.insert_session, market->code, session, user.id, refresh_hash, config.refresh_token_minutes);
    const std::int32_t lifetime_s = config.access_token_minutes * 60;
    const Claims claims{user.id, market->code, session, context.now.unix_s() + lifetime_s};
    log::info("auth.logged_in",
              {{"request_id", context.request_id}, {"market", market->code.to_text()}, {"user", user.id.to_text()}});
    co_return LoggedIn{key.sign(claims, context.now), refresh, "bearer", lifetime_s, view_of(user)};
}

}  // namespace marque::identity
