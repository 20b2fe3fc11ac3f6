// The one way in which something is told.
#include "features/notifications/tell.h"

#include <fmt/format.h>

#include "features/notifications/queries.h"

namespace marque::notifications {

Task<void> tell(db::Handle db, const messages::Desk& desk, const work::Event& event, Told told) {
    messages::Message message{
        .kind = told.kind, .source = "event:" + std::to_string(event.id), .values = std::move(told.values)};
    const auto composed = co_await messages::compose(db, desk, std::move(message), told.reader);
    const bool in_app = told.reader.user && messages::facts_of(told.kind).in_app;
    if (!in_app && composed.outgoing.empty()) co_return;
    db::Transaction transaction = co_await db.begin();
    if (in_app) {
        transaction.execute(sql.insert, event.market, *told.reader.user, std::string{enum_word(told.kind)},
                            composed.app.subject, composed.app.body, db::JsonText{told.data}, event.id);
    }
    messages::queue(transaction, event.market, desk, composed);
    co_await transaction.commit();
}

std::string page_of(const messages::Desk& desk, MarketCode market, std::string_view path, const Language& language) {
    return desk.page(fmt::format("{}?market={}&lang={}", path, market.to_text(), language));
}

}  // namespace marque::notifications
