// From events to notifications.
#include "core/check.h"
#include "core/money_text.h"
#include "features/notifications/notifications.h"
#include "features/notifications/queries.h"
#include "features/notifications/texts.h"
#include "json/read.h"
#include "json/write.h"

namespace marque::notifications {
namespace {

struct OrderData {
    OrderId order_id;
    std::string order_number;
};
RECORD(OrderData, order_id, order_number);

Task<void> tell_order_created(db::Handle db, const work::Event& event) {
    const auto order = json::read_text<work::OrderCreated>(event.payload);
    check(order.has_value(), "an order event that cannot be read");
    const auto news = co_await db.find(sql.order_news, order->order_id);
    if (!news) co_return;  // the order was removed since; there is nothing to tell
    const auto currency = Currency::parse(news->currency);
    check(currency.has_value(), "an order of an unknown currency");
    const std::string amount = money_for_people(Money{news->total_minor, *currency}, news->sign, news->language);
    const Text text = order_created_text(news->language, news->order_number, amount);
    db::JsonText data{json::written(OrderData{order->order_id, news->order_number})};
    co_await db.execute(sql.insert, event.market, order->user_id, "order_created", text.title, text.message, data,
                        event.id);
}

}  // namespace

void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers) {
    work::add_handler(handlers, work::OrderCreated::topic, tell_order_created);
}

}  // namespace marque::notifications
