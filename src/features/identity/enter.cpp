// A login's way from the phone's home market to the account.
#include "features/identity/enter.h"

#include "http/route.h"

namespace marque::identity {
namespace {

Task<UserRow> enter_market(http::Context& context, const MarketInfo& market, Phone phone) {
    db::Handle db = context.in_market(market.code);
    const std::string currency = market.currency.to_text();
    auto users = co_await db.write(sql.upsert_user, market.code, phone, market.languages.front(), currency);
    check(users.size() == 1, "a login without an account");
    co_return std::move(users.front());
}

}  // namespace

Task<UserRow> enter_account(http::Context& context, MarketCode home, Phone phone) {
    const auto& markets = context.thread.markets;
    const MarketInfo* market = markets.find(home);
    check(market != nullptr, "a phone's home market is not served");
    const UserRow home_row = co_await enter_market(context, *market, phone);
    co_return co_await follow_move(context, home_row, phone);
}

Task<UserRow> follow_move(http::Context& context, UserRow home_row, Phone phone) {
    if (!home_row.moved_to) co_return home_row;
    // The home row points on to the market the customer was moved to by hand. Another server may know that one already.
    const MarketInfo* market = context.thread.markets.find(*home_row.moved_to);
    if (market == nullptr) throw Refused{http::unavailable};
    (void)http::require_open(*market);
    co_return co_await enter_market(context, *market, phone);
}

}  // namespace marque::identity
