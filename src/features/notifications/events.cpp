// From events to what is told. A guest is told by message only.
#include <fmt/format.h>

#include "core/check.h"
#include "features/notifications/notifications.h"
#include "features/notifications/queries.h"
#include "features/notifications/receipt.h"
#include "features/notifications/tell.h"
#include "features/orders/orders.h"
#include "json/read.h"
#include "json/write.h"

namespace marque::notifications {
namespace {

using messages::Desk;
using messages::Kind;
using messages::Reader;
using messages::Values;

struct OrderData {
    OrderId order_id;
    std::string order_number;
};
RECORD(OrderData, order_id, order_number);

/// The kind that a word of an event means: "order_" and "shipped".
Kind kind_of(std::string_view prefix, std::string_view word) {
    Kind kind{};
    check(enum_from_word(fmt::format("{}{}", prefix, word), kind), "news of a state without a sentence");
    return kind;
}

/// What every message about an order may name. A guest sees it by a signed link only.
Told about_order(const Desk& desk, MarketCode market, OrderId id, const OrderNewsRow& order, Kind kind) {
    std::string link = page_of(desk, market, "/orders/" + id.to_text(), order.language);
    if (!order.user_id) link += "#access=" + orders::order_access(desk.key(), market, id);
    Values values{{"order_number", order.order_number},
                  {"amount", amount_text(order, order.total_minor)},
                  {"parcel", order.parcel},
                  {"tracking_url", order.tracking_url},
                  {"reason", order.reason},
                  {"guest_link", order.user_id ? "" : link},
                  {"link", std::move(link)}};
    Reader reader{.user = order.user_id, .language = order.language};
    if (!order.user_id) {
        reader.name = order.name;
        reader.phone = order.phone;
        reader.email = order.email;
    }
    return {.kind = kind,
            .values = std::move(values),
            .reader = std::move(reader),
            .data = json::written(OrderData{id, order.order_number})};
}

Task<void> tell_order_created(const Desk& desk, db::Handle db, const work::Event& event) {
    const auto order = json::read_text<work::OrderCreated>(event.payload);
    check(order.has_value(), "an order event that cannot be read");
    const auto news = co_await db.find(sql.order_news, order->order_id);
    if (!news) co_return;  // the order was removed since; there is nothing to tell
    const auto lines = co_await db.rows(sql.order_lines, order->order_id);
    Told told = about_order(desk, event.market, order->order_id, *news, Kind::order_created);
    told.values["lines"] = lines_text(*news, lines);
    told.values["totals"] = totals_text(*news);
    co_await tell(db, desk, event, std::move(told));
}

Task<void> tell_order_moved(const Desk& desk, db::Handle db, const work::Event& event) {
    const auto moved = json::read_text<work::OrderMoved>(event.payload);
    check(moved.has_value(), "an order event that cannot be read");
    const auto news = co_await db.find(sql.order_news, moved->order_id);
    if (!news) co_return;
    const Kind kind = kind_of("order_", moved->status);
    co_await tell(db, desk, event, about_order(desk, event.market, moved->order_id, *news, kind));
}

struct ReturnData {
    OrderId order_id;
    std::string order_number;
    std::string return_id;
};
RECORD(ReturnData, order_id, order_number, return_id);

Task<void> tell_return_moved(const Desk& desk, db::Handle db, const work::Event& event) {
    const auto moved = json::read_text<work::ReturnMoved>(event.payload);
    check(moved.has_value(), "a return event that cannot be read");
    const auto id = orders::ReturnId::parse(moved->return_id);
    check(id.has_value(), "a return event without a return");
    const auto news = co_await db.find(sql.order_news, moved->order_id);
    const auto decision = co_await db.find(sql.return_decision, *id);
    if (!news || !decision) co_return;
    Told told = about_order(desk, event.market, moved->order_id, *news, kind_of("return_", moved->state));
    told.values["reason"] = *decision;
    told.data = json::written(ReturnData{moved->order_id, news->order_number, moved->return_id});
    co_await tell(db, desk, event, std::move(told));
}

Task<void> tell_payment_moved(const Desk& desk, db::Handle db, const work::Event& event) {
    const auto moved = json::read_text<work::PaymentMoved>(event.payload);
    check(moved.has_value(), "a payment event that cannot be read");
    const auto news = co_await db.find(sql.order_news, moved->order_id);
    if (!news) co_return;
    Told told = about_order(desk, event.market, moved->order_id, *news, kind_of("payment_", moved->status));
    if (moved->refunded_minor) told.values["refunded"] = amount_text(*news, *moved->refunded_minor);
    co_await tell(db, desk, event, std::move(told));
}

struct ReviewData {
    reviews::ReviewId review_id;
    std::string product_slug;
};
RECORD(ReviewData, review_id, product_slug);

Task<void> tell_review_decided(const Desk& desk, db::Handle db, const work::Event& event) {
    const auto decided = json::read_text<work::ReviewDecided>(event.payload);
    check(decided.has_value(), "a review event that cannot be read");
    const auto id = reviews::ReviewId::parse(decided->review_id);
    check(id.has_value(), "a review event without a review");
    const auto news = co_await db.find(sql.review_news, *id, decided->version, decided->is_approved);
    if (!news) co_return;
    Told told{.kind = decided->is_approved ? Kind::review_approved : Kind::review_rejected,
              .values = {{"product_name", news->product_name},
                         {"reason", news->reason},
                         {"link", page_of(desk, event.market, "/p/" + news->product_slug, news->language)}},
              .reader = {.user = decided->user_id, .language = news->language},
              .data = json::written(ReviewData{*id, news->product_slug})};
    co_await tell(db, desk, event, std::move(told));
}

struct BackData {
    std::string product_slug;
    SkuId sku_id;
};
RECORD(BackData, product_slug, sku_id);

Task<void> tell_back_in_stock(const Desk& desk, db::Handle db, const work::Event& event) {
    const auto back = json::read_text<work::BackInStock>(event.payload);
    check(back.has_value(), "an event of stock that cannot be read");
    const auto news = co_await db.find(sql.back_news, back->user_id, back->sku_id);
    if (!news) co_return;  // the article or the account is gone since
    Told told{.kind = Kind::back_in_stock,
              .values = {{"product_name", news->product_name},
                         {"size", news->size},
                         {"link", page_of(desk, event.market, "/p/" + news->product_slug, news->language)}},
              .reader = {.user = back->user_id, .language = news->language},
              .data = json::written(BackData{news->product_slug, back->sku_id})};
    co_await tell(db, desk, event, std::move(told));
}

}  // namespace

void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers, const Desk& desk) {
    const auto add = [&](std::string_view topic, auto handler) {
        work::add_handler(handlers, topic, [&desk, handler](db::Handle db, const work::Event& event) {
            return handler(desk, std::move(db), event);
        });
    };
    add(work::OrderCreated::topic, tell_order_created);
    add(work::OrderMoved::topic, tell_order_moved);
    add(work::ReturnMoved::topic, tell_return_moved);
    add(work::PaymentMoved::topic, tell_payment_moved);
    add(work::ReviewDecided::topic, tell_review_decided);
    add(work::BackInStock::topic, tell_back_in_stock);
    subscribe_accounts(handlers, desk);
}

}  // namespace marque::notifications
