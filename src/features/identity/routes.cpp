// The endpoints of /auth for those logged in: see yourself, log out. Those that log in stand in login_routes.cpp.
#include "core/phone.h"
#include "features/identity/account_view.h"
#include "features/identity/identity.h"
#include "features/identity/login_routes.h"
#include "features/identity/queries.h"
#include "work/outbox.h"

namespace marque::identity {
namespace {

using http::Context;

Task<UserView> profile(Context& context) {
    const auto user = co_await context.db.find(sql.user, context.user().user);
    if (!user) throw Refused{user_not_found};
    co_return view_of(*user);
}

Task<http::NoContent> logout(Context& context) {
    co_await context.db.execute(sql.end_session, context.user().session);
    context.service<Authenticator>().forget(context.user().session);
    co_return http::NoContent{};
}

struct SmsList {
    std::vector<SmsRow> items;
};
RECORD(SmsList, items);

/// Shown in development only: what would have gone out as SMS, newest first, over all markets.
Task<SmsList> development_sms(Context& context) {
    SmsList list;
    for (const auto& market : context.thread.cluster.markets()) {
        auto rows = co_await context.thread.cluster.market(market).rows(development_sql.recent_sms);
        std::ranges::move(rows, std::back_inserter(list.items));
    }
    std::ranges::sort(list.items, std::ranges::greater{}, &SmsRow::created_at);
    co_return list;
}

}  // namespace

Task<void> show_development_sms(db::Handle db, const work::Event& event) {
    const auto message = json::read_text<work::SmsMessage>(event.payload);
    check(message.has_value(), "an SMS event that cannot be read");
    co_await db.execute(sql.show_sms, event.market, message->phone, message->message);
}

http::Routes routes(const Config& config) {
    using http::Access;
    http::Routes table = login_routes();
    table.push_back(http::get<"/api/v1/auth/profile", profile>(
        {.summary = "The account of the caller", .refuses = {&user_not_found}, .statements_max = 2}));
    table.push_back(http::post<"/api/v1/auth/logout", logout>(
        {.summary = "End this login at once", .refuses = {}, .statements_max = 2, .when_closed = true}));
    if (config.development()) {
        table.push_back(http::get<"/dev/sms", development_sms>({.summary = "SMS that development did not send",
                                                                .access = Access::open,
                                                                .refuses = {},
                                                                .statements_max = 2}));
    }
    return table;
}

}  // namespace marque::identity
