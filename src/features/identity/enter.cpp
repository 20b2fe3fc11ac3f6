// A login's way from the phone's home market to the account.
#include "features/identity/enter.h"

#include "http/route.h"

namespace marque::identity {

Task<UserRow> find_or_make_account(http::Context& context, Phone phone, const MarketInfo& market) {
    db::Handle db = context.in_market(market.code);
    const std::string currency = market.currency.to_text();
    auto users = co_await db.write(sql.upsert_user, market.code, phone, market.languages.front(), currency);
    check(users.size() == 1, "a login without an account");
    co_return std::move(users.front());
}

Task<UserRow> follow_move(http::Context& context, UserRow home_row) {
    if (!home_row.moved_to) co_return home_row;
    // Another server may know the market already that this one does not.
    const MarketInfo* market = context.thread.markets.find(*home_row.moved_to);
    if (market == nullptr) throw Refused{http::unavailable};
    (void)http::require_open(*market);
    const auto phone = Phone::parse(home_row.phone);
    check(phone.has_value(), "an account has a phone that is none");
    co_return co_await find_or_make_account(context, *phone, *market);
}

Task<UserRow> enter_account(http::Context& context, MarketCode home, Phone phone) {
    const MarketInfo* market = context.thread.markets.find(home);
    check(market != nullptr, "a phone's home market is not served");
    UserRow home_row = co_await find_or_make_account(context, phone, *market);
    co_return co_await follow_move(context, std::move(home_row));
}

}  // namespace marque::identity
