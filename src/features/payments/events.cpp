// What events mean: those of providers, from the inbox, and those of the shop, from the outbox.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "core/log.h"
#include "features/payments/carry_out.h"
#include "json/read.h"

namespace marque::payments {
namespace {

constexpr std::string_view mock_prefix = "pi_mock_";
constexpr std::string_view unknown_payment = "nobody knows the payment";

/// An event in words that all providers share.
struct Heard {
    Told told;
    std::optional<Uuid> refund;
    std::optional<ReversalReport> reversal;
    std::optional<std::string> dispute;
    [[nodiscard]] bool is_about_payments() const {
        return told.tells_status || told.tells_refunds || (refund && reversal) || dispute;
    }
};

Parsed<Heard> heard_of(const EventRow& event) {
    Heard heard;
    Told& told = heard.told;
    told.verified = event.verified;
    told.provider = event.provider;
    told.by = "payments";
    if (event.provider == "local_bank") {
        const auto notice = read_bank_notice(event.body);
        if (!notice) return std::unexpected(notice.error());
        told.report = notice->report;
        return heard;
    }
    auto read = read_stripe_event(event.body);
    if (!read) return std::unexpected(read.error());
    told.report = std::move(read->report);
    told.tells_status = read->tells_status;
    told.tells_refunds = read->tells_refunds;
    heard.refund = read->refund;
    heard.reversal = read->reversal;
    heard.dispute = read->dispute;
    // In development a person plays Stripe, unsigned, for intents that Stripe has never seen.
    if (!event.verified && told.report.reference.starts_with(mock_prefix)) told.provider = "mock";
    return heard;
}

/// Events that name their payment by nothing but the provider's reference.
struct References {
    std::vector<std::int64_t> ids;
    std::vector<std::string> providers;
    std::vector<std::string> references;
};

References references_of(const std::vector<EventRow>& events) {
    References result;
    for (const auto& event : events) {
        const auto heard = heard_of(event);
        if (!heard || !heard->is_about_payments() || heard->told.report.payment || heard->refund) continue;
        result.ids.push_back(event.id);
        result.providers.push_back(heard->told.provider);
        result.references.push_back(heard->told.report.reference);
    }
    return result;
}

std::vector<std::int64_t> ids_of(std::span<const EventRow> events) {
    std::vector<std::int64_t> ids;
    for (const auto& event : events) ids.push_back(event.id);
    return ids;
}

Task<std::optional<Uuid>> find_payment(db::Handle db, const Heard& heard) {
    if (heard.told.report.payment) co_return heard.told.report.payment;
    if (heard.refund) {
        const auto payment = co_await db.find(refund_sql.payment_of, *heard.refund);
        if (payment) co_return payment;
    }
    if (heard.told.report.reference.empty()) co_return std::nullopt;
    co_return co_await db.find(sql.find_by_reference, heard.told.provider, heard.told.report.reference);
}

std::string_view state_word(Effect effect) {
    if (effect == Effect::applied) return "applied";
    return effect == Effect::ignored ? "ignored" : "refused";
}

/// All that an event says of a locked payment.
Task<Settled> apply(db::Transaction& transaction, MarketCode market, const PaymentRow& row, const Heard& heard) {
    if (heard.told.tells_status || heard.told.tells_refunds) {
        co_return co_await settle(transaction, market, row, heard.told);
    }
    Settled settled{.status = row.status};
    settled.note = disagreement(row, market, heard.told);
    if (!settled.note.empty() && !heard.told.believe_everything) {
        settled.effect = Effect::refused;
        co_return settled;
    }
    settled.effect = Effect::applied;
    if (heard.dispute) {
        transaction.execute(sql.note_dispute, row.id, *heard.dispute);
        settled.note = "disputed: " + *heard.dispute;
    } else {
        co_await record_reversal(transaction, market, row, *heard.refund, *heard.reversal);
    }
    co_return settled;
}

Task<void> collect_cash(db::Handle db, PaymentRow row) {
    db::Transaction transaction = co_await db.begin();
    const auto locked = co_await lock_payment(transaction, row.id);
    if (!locked || !is_open(locked->status)) co_return;
    Told told{.by = "payments"};
    told.report.status = Status::paid;
    told.report.amount_minor = locked->amount_minor;
    told.report.currency = locked->currency;
    co_await settle(transaction, db.market(), *locked, told);
    co_await transaction.commit();
}

Task<void> order_moved(db::Handle db, const work::Event& event) {
    const auto moved = json::read_text<work::OrderMoved>(event.payload);
    check(moved.has_value(), "an order event that cannot be read");
    const bool is_cancelled = moved->status == "cancelled";
    if (!is_cancelled && moved->status != "delivered") co_return;
    const auto row = co_await db.find(sql.of_order, moved->order_id, std::nullopt);
    if (!row) co_return;
    if (!is_cancelled) {
        if (row->method == "cash_on_delivery") co_await collect_cash(db, *row);
        co_return;
    }
    db::Transaction transaction = co_await db.begin();
    const auto locked = co_await lock_payment(transaction, row->id);
    if (!locked) co_return;
    const bool changed = co_await give_up(transaction, db.market(), *locked, "cancelled:" + row->order_id.to_text(),
                                          "The order was cancelled");
    if (changed) co_await transaction.commit();
}

Task<void> goods_came_back(db::Handle db, const work::Event& event) {
    const auto received = json::read_text<work::ReturnReceived>(event.payload);
    check(received.has_value(), "a return event that cannot be read");
    const auto row = co_await db.find(sql.of_order, received->order_id, std::nullopt);
    if (!row || received->refund_minor <= 0) co_return;
    db::Transaction transaction = co_await db.begin();
    const auto locked = co_await lock_payment(transaction, row->id);
    if (!locked) co_return;
    const std::int64_t left = locked->captured_minor - locked->refund_due_minor;
    const std::int64_t amount = std::min(left, received->refund_minor);
    if (amount <= 0) co_return;
    transaction.query(refund_sql.promise, db.market(), Uuid::random(), locked->id, amount,
                      "return:" + received->return_id, "Goods came back", "payments",
                      locked->provider.empty() ? "by_hand" : "pending");
    co_await transaction.commit();
}

}  // namespace

Task<std::string> carry_out_event(db::Handle db, const Config& config, EventRow event) {
    auto heard = heard_of(event);
    if (!heard || !heard->is_about_payments()) {
        const std::string note = heard ? "not about payments" : heard.error();
        co_await db.execute(event_sql.conclude, event.id, "ignored", note, std::nullopt);
        co_return "ignored";
    }
    heard->told.any_order = config.breaks("last_write_wins");
    heard->told.believe_everything = config.breaks("believe_amounts");
    const auto id = co_await find_payment(db, *heard);
    db::Transaction transaction = co_await db.begin();
    std::optional<PaymentRow> row;
    if (id) row = co_await lock_payment(transaction, *id);
    if (!row) {
        transaction.execute(event_sql.park, std::vector{event.id}, std::string{unknown_payment}, 0);
        co_await transaction.commit();
        co_return "parked";
    }
    const auto settled = co_await apply(transaction, db.market(), *row, *heard);
    transaction.execute(event_sql.conclude, event.id, std::string{state_word(settled.effect)}, settled.note, row->id);
    co_await transaction.commit();
    const bool alarming = settled.effect == Effect::refused;
    log::write(alarming ? log::Level::error : log::Level::info, alarming ? "payments.alarm" : "payments.event",
               {{"market", db.market().to_text()},
                {"event", event.event_id},
                {"type", event.type},
                {"payment", row->id.to_text()},
                {"state", std::string{enum_word(settled.status)}},
                {"what", settled.note}});
    co_return std::string{state_word(settled.effect)};
}

Task<TakenEvents> take_events(db::Handle db, int events_max) {
    db::Transaction transaction = co_await db.begin();
    const auto due = transaction.query(event_sql.lock_due, db.market(), events_max);
    co_await transaction.flush();
    std::vector<EventRow> events = due.rows();
    const bool has_more = std::cmp_equal(events.size(), events_max);
    References wanted = references_of(events);
    if (wanted.ids.size() > 1) {
        const auto known = transaction.query(event_sql.known, wanted.ids, wanted.providers, wanted.references);
        co_await transaction.flush();
        std::set<std::int64_t> unknown{wanted.ids.begin(), wanted.ids.end()};
        for (const std::int64_t id : known.rows()) unknown.erase(id);
        const auto left =
            std::ranges::partition(events, [&](const EventRow& event) { return !unknown.contains(event.id); });
        transaction.execute(event_sql.park, ids_of(left), std::string{unknown_payment}, 1);
        events.erase(left.begin(), left.end());
    }
    if (!events.empty()) transaction.execute(event_sql.lease, ids_of(events));
    co_await transaction.commit();
    co_return TakenEvents{std::move(events), has_more};
}

void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers) {
    work::add_handler(handlers, work::OrderMoved::topic, order_moved);
    work::add_handler(handlers, work::ReturnReceived::topic, goods_came_back);
}

}  // namespace marque::payments
