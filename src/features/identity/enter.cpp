// A login's way from the phone's home market to the account: each step follows a newer move, so it comes to an end.
#include "features/identity/enter.h"

#include "http/route.h"

namespace marque::identity {
namespace {

Task<UserRow> enter_market(http::Context& context, const MarketInfo& market, Phone phone, std::int32_t move_number) {
    db::Handle db = context.in_market(market.code);
    const std::string currency = market.currency.to_text();
    auto users = co_await db.write(sql.enter, market.code, phone, market.languages.front(), currency, move_number);
    check(users.size() == 1, "a login without an account");
    co_return std::move(users.front());
}

}  // namespace

Task<UserRow> find_or_make_account(http::Context& context, Phone phone, const MarketInfo& home) {
    co_return co_await enter_market(context, home, phone, 0);
}

Task<UserRow> follow_move(http::Context& context, UserRow home_row) {
    UserRow user = std::move(home_row);
    const auto phone = Phone::parse(user.phone);
    check(phone.has_value(), "an account has a phone that is none");
    // Each hop names a higher move; more hops than markets would be a bug, and are cut off.
    for (std::size_t hops = 0; user.moved_to && hops < context.thread.markets.markets.size(); ++hops) {
        if (context.thread.config.breaks("forget_manual_market")) break;
        // Another server may know the market already that this one does not.
        const MarketInfo* market = context.thread.markets.find(*user.moved_to);
        if (market == nullptr) throw Refused{http::unavailable};
        (void)http::require_open(*market);
        user = co_await enter_market(context, *market, *phone, user.move_number);
    }
    co_return user;
}

Task<UserRow> enter_account(http::Context& context, MarketCode home, Phone phone) {
    const MarketInfo* market = context.thread.markets.find(home);
    check(market != nullptr, "a phone's home market is not served");
    UserRow home_row = co_await find_or_make_account(context, phone, *market);
    co_return co_await follow_move(context, std::move(home_row));
}

}  // namespace marque::identity
