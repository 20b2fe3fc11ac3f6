// Account, session and tokens of somebody whose code was right.
#include "features/identity/login.h"

#include "core/log.h"
#include "core/random.h"
#include "features/identity/identity.h"
#include "features/identity/queries.h"

namespace marque::identity {

Task<LoggedIn> open_session(http::Context& context, Phone phone, const MarketInfo& home) {
    const auto& config = context.thread.config;
    auto& cluster = context.thread.cluster;
    const MarketInfo* market = &home;
    auto users =
        co_await cluster.market(market->code)
            .write(sql.upsert_user, market->code, phone, market->languages.front(), market->currency.to_text());
    if (users[0].moved_to) {
        // The home row points on to the market the customer was moved to by hand (ruling 6).
        market = context.thread.markets.find(*users[0].moved_to);
        check(market != nullptr, "an account points to a market that is not served");
        (void)http::require_open(*market);
        const std::string currency = market->currency.to_text();
        db::Handle target = cluster.market(market->code);
        users = co_await target.write(sql.upsert_user, market->code, phone, market->languages.front(), currency);
    }
    const UserRow& user = users[0];
    if (!user.is_active) throw Refused{account_blocked};

    const auto& key = context.service<TokenKey>();
    const Uuid session = Uuid::random();
    const std::string refresh = market->code.to_text() + "." +
                                random_letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 43);
    db::Handle db = cluster.market(market->code);
    const std::string refresh_hash = key.digest("refresh", refresh);
    co_await db.execute(sql.insert_session, market->code, session, user.id, refresh_hash, config.refresh_token_minutes);
    const std::int32_t lifetime_s = config.access_token_minutes * 60;
    const Claims claims{user.id, market->code, session, context.now.unix_s() + lifetime_s};
    log::info("auth.logged_in",
              {{"request_id", context.request_id}, {"market", market->code.to_text()}, {"user", user.id.to_text()}});
    co_return LoggedIn{key.sign(claims, context.now), refresh, "bearer", lifetime_s, view_of(user)};
}

}  // namespace marque::identity
