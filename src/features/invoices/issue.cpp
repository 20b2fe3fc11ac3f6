// Issuing: one transaction of one round trip, the order's row first, then the counter's.
#include "core/check.h"
#include "features/invoices/invoices.h"
#include "features/invoices/queries.h"
#include "json/read.h"

namespace marque::invoices {
namespace {

Task<void> order_moved(db::Handle db, const work::Event& event) {
    const auto moved = json::read_text<work::OrderMoved>(event.payload);
    check(moved.has_value(), "an order event that cannot be read");
    if (moved->status != "confirmed" && moved->status != "cancelled") co_return;
    co_await settle_documents(db, moved->order_id);
}

Task<void> payment_moved(db::Handle db, const work::Event& event) {
    const auto moved = json::read_text<work::PaymentMoved>(event.payload);
    check(moved.has_value(), "a payment event that cannot be read");
    if (moved->status != "partially_refunded" && moved->status != "refunded") co_return;
    co_await settle_documents(db, moved->order_id);
}

}  // namespace

Task<void> settle_documents(db::Handle db, OrderId order) {
    db::Transaction transaction = co_await db.begin();
    transaction.query(sql.hold, order);
    transaction.execute(sql.issue, order);
    transaction.execute(sql.credit, order);
    co_await transaction.commit();
}

void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers) {
    work::add_handler(handlers, work::OrderMoved::topic, order_moved);
    work::add_handler(handlers, work::PaymentMoved::topic, payment_moved);
}

}  // namespace marque::invoices
