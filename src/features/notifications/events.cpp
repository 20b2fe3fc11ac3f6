// From events to notifications.
#include "core/check.h"
#include "core/money_text.h"
#include "features/notifications/notifications.h"
#include "features/notifications/queries.h"
#include "features/notifications/texts.h"
#include "features/orders/orders.h"
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
    if (!order->user_id) co_return;  // a guest has no notifications
    const auto news = co_await db.find(sql.order_news, order->order_id);
    if (!news) co_return;  // the order was removed since; there is nothing to tell
    const auto currency = Currency::parse(news->currency);
    check(currency.has_value(), "an order of an unknown currency");
    const std::string amount = money_for_people(Money{news->total_minor, *currency}, news->sign, news->language);
    const Text text = order_created_text(news->language, news->order_number, amount);
    db::JsonText data{json::written(OrderData{order->order_id, news->order_number})};
    co_await db.execute(sql.insert, event.market, *order->user_id, "order_created", text.title, text.message, data,
                        event.id);
}

Task<void> tell_order_moved(db::Handle db, const work::Event& event) {
    const auto moved = json::read_text<work::OrderMoved>(event.payload);
    check(moved.has_value(), "an order event that cannot be read");
    const auto news = co_await db.find(sql.order_news, moved->order_id);
    if (!news) co_return;
    const std::string& detail = moved->status == "cancelled" ? news->reason : news->parcel;
    const Text text = order_moved_text(news->language, moved->status, news->order_number, detail);
    db::JsonText data{json::written(OrderData{moved->order_id, news->order_number})};
    co_await db.execute(sql.insert, event.market, news->user_id, "order_" + moved->status, text.title, text.message,
                        data, event.id);
}

struct ReturnData {
    OrderId order_id;
    std::string order_number;
    std::string return_id;
};
RECORD(ReturnData, order_id, order_number, return_id);

Task<void> tell_return_moved(db::Handle db, const work::Event& event) {
    const auto moved = json::read_text<work::ReturnMoved>(event.payload);
    check(moved.has_value(), "a return event that cannot be read");
    const auto id = orders::ReturnId::parse(moved->return_id);
    check(id.has_value(), "a return event without a return");
    const auto news = co_await db.find(sql.order_news, moved->order_id);
    const auto decision = co_await db.find(sql.return_decision, *id);
    if (!news || !decision) co_return;  // a guest has no notifications
    const std::string reason = moved->state == "rejected" ? *decision : "";
    const Text text = return_moved_text(news->language, moved->state, news->order_number, reason);
    db::JsonText data{json::written(ReturnData{moved->order_id, news->order_number, moved->return_id})};
    co_await db.execute(sql.insert, event.market, news->user_id, "return_" + moved->state, text.title, text.message,
                        data, event.id);
}

/// Money that goes back. That it came is told with the order that is confirmed by it.
Task<void> tell_payment_moved(db::Handle db, const work::Event& event) {
    const auto moved = json::read_text<work::PaymentMoved>(event.payload);
    check(moved.has_value(), "a payment event that cannot be read");
    if (moved->status == "paid") co_return;
    const auto news = co_await db.find(sql.order_news, moved->order_id);
    if (!news) co_return;
    const auto currency = Currency::parse(news->currency);
    check(currency.has_value(), "an order of an unknown currency");
    std::string amount;
    if (moved->refunded_minor) {
        amount = money_for_people(Money{*moved->refunded_minor, *currency}, news->sign, news->language);
    }
    const Text text = refund_text(news->language, moved->status, news->order_number, amount);
    db::JsonText data{json::written(OrderData{moved->order_id, news->order_number})};
    co_await db.execute(sql.insert, event.market, news->user_id, "payment_" + moved->status, text.title, text.message,
                        data, event.id);
}

struct ReviewData {
    reviews::ReviewId review_id;
    std::string product_slug;
};
RECORD(ReviewData, review_id, product_slug);

Task<void> tell_review_decided(db::Handle db, const work::Event& event) {
    const auto decided = json::read_text<work::ReviewDecided>(event.payload);
    check(decided.has_value(), "a review event that cannot be read");
    const auto id = reviews::ReviewId::parse(decided->review_id);
    check(id.has_value(), "a review event without a review");
    const auto news = co_await db.find(sql.review_news, *id, decided->version, decided->is_approved);
    if (!news) co_return;
    const Text text = decided->is_approved ? review_approved_text(news->language, news->product_name)
                                           : review_rejected_text(news->language, news->product_name, news->reason);
    db::JsonText data{json::written(ReviewData{*id, news->product_slug})};
    const std::string type = decided->is_approved ? "review_approved" : "review_rejected";
    co_await db.execute(sql.insert, event.market, decided->user_id, type, text.title, text.message, data, event.id);
}

struct BackData {
    std::string product_slug;
    SkuId sku_id;
};
RECORD(BackData, product_slug, sku_id);

Task<void> tell_back_in_stock(db::Handle db, const work::Event& event) {
    const auto back = json::read_text<work::BackInStock>(event.payload);
    check(back.has_value(), "an event of stock that cannot be read");
    const auto news = co_await db.find(sql.back_news, back->user_id, back->sku_id);
    if (!news) co_return;  // the article or the account is gone since
    const Text text = back_in_stock_text(news->language, news->product_name, news->size);
    db::JsonText data{json::written(BackData{news->product_slug, back->sku_id})};
    co_await db.execute(sql.insert, event.market, back->user_id, "back_in_stock", text.title, text.message, data,
                        event.id);
}

}  // namespace

void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers) {
    work::add_handler(handlers, work::OrderCreated::topic, tell_order_created);
    work::add_handler(handlers, work::OrderMoved::topic, tell_order_moved);
    work::add_handler(handlers, work::ReturnMoved::topic, tell_return_moved);
    work::add_handler(handlers, work::PaymentMoved::topic, tell_payment_moved);
    work::add_handler(handlers, work::ReviewDecided::topic, tell_review_decided);
    work::add_handler(handlers, work::BackInStock::topic, tell_back_in_stock);
}

}  // namespace marque::notifications
