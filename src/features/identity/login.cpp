// The account of somebody whose code was right; its session is opened by sessions.cpp.
#include "features/identity/login.h"

#include "features/identity/identity.h"
#include "features/identity/queries.h"
#include "features/identity/sessions.h"

namespace marque::identity {

Task<LoggedIn> open_session(http::Context& context, Phone phone, const MarketInfo& home) {
    auto& cluster = context.thread.cluster;
    const MarketInfo* market = &home;
    auto users =
        co_await cluster.market(market->code)
            .write(sql.upsert_user, market->code, phone, market->languages.front(), market->currency.to_text());
    if (users[0].moved_to) {
        // The home row points on to the market the customer was moved to by hand (ruling 6).
        market = context.thread.markets.find(*users[0].moved_to);
        check(market != nullptr, "an account points to a market that is not served");
        const std::string currency = market->currency.to_text();
        db::Handle target = cluster.market(market->code);
        users = co_await target.write(sql.upsert_user, market->code, phone, market->languages.front(), currency);
    }
    const UserRow& user = users[0];
    if (!user.is_active) throw Refused{account_blocked};

    co_return co_await start_session(context, user);
}

}  // namespace marque::identity
