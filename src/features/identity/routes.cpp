// The account's own endpoint and /dev/sms. What logs in stands in login_routes.cpp, what goes on in session_routes.cpp.
#include "core/phone.h"
#include "features/identity/account_view.h"
#include "features/identity/identity.h"
#include "features/identity/login_routes.h"
#include "features/identity/queries.h"
#include "features/identity/session_routes.h"
#include "work/outbox.h"

namespace marque::identity {
namespace {

using http::Context;

Task<UserView> profile(Context& context) {
    const auto user = co_await context.db.find(sql.user, context.user().user);
    if (!user) throw Refused{user_not_found};
    co_return view_of(*user);
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
    std::ranges::move(session_routes(), std::back_inserter(table));
    if (config.development()) {
        table.push_back(http::get<"/dev/sms", development_sms>({.summary = "SMS that development did not send",
                                                                .access = Access::open,
                                                                .refuses = {},
                                                                .statements_max = 2}));
    }
    return table;
}

}  // namespace marque::identity
