// A login's way from the phone's home market to the account: each step follows a newer move, so it comes to an end.
#include "features/identity/enter.h"

namespace marque::identity {
namespace {

Task<UserRow> enter_market(http::Context& context, const MarketInfo& market, Phone phone, std::int32_t move_number,
                           std::optional<UserId> left) {
    db::Handle db = context.thread.cluster.market(market.code);
    auto users = co_await db.write(sql.enter, market.code, phone, market.languages.front(), market.currency.to_text(),
                                   move_number, left);
    check(users.size() == 1, "a login without an account");
    co_return std::move(users.front());
}

}  // namespace

Task<UserRow> enter_account(http::Context& context, MarketCode home, Phone phone) {
    const auto& markets = context.thread.markets;
    const MarketInfo* market = markets.find(home);
    check(market != nullptr, "a phone's home market is not served");
    UserRow user = co_await enter_market(context, *market, phone, 0, std::nullopt);
    // Each hop names a higher move; more hops than markets would be a bug, and are cut off.
    for (std::size_t hops = 0; user.moved_to && hops < markets.markets.size(); ++hops) {
        if (context.thread.config.breaks("forget_manual_market")) break;
        market = markets.find(*user.moved_to);
        check(market != nullptr, "an account points to a market that is not served");
        const bool near = context.thread.cluster.same_database(user.market, market->code);
        const auto left = near ? std::optional{user.id} : std::nullopt;
        user = co_await enter_market(context, *market, phone, user.move_number, left);
    }
    co_return user;
}

}  // namespace marque::identity
