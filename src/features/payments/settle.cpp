// What follows from money that came, did not come, or went back, all of it in the transaction that says so.
#include "features/payments/settle.h"

#include <fmt/format.h>

#include "features/inventory/inventory.h"
#include "features/orders/orders.h"
#include "features/payments/payments.h"
#include "work/outbox.h"

namespace marque::payments {
namespace {

constexpr std::string_view ourselves = "payments";

void tell(db::Transaction& transaction, MarketCode market, const PaymentRow& row, Status status,
          std::int64_t refunded_minor = 0) {
    work::emit(transaction, market,
               work::PaymentMoved{row.order_id, row.order_number, row.id.to_text(), std::string{enum_word(status)},
                                  refunded_minor});
}

/// All that was taken and is not promised back yet goes back, once for a cause.
void queue_full_refund(db::Transaction& transaction, MarketCode market, const PaymentRow& row, const std::string& cause,
                       const std::string& reason) {
    const std::int64_t left = row.amount_minor - row.refund_due_minor;
    if (left <= 0) return;
    const std::string state = row.provider.empty() ? "by_hand" : "pending";
    transaction.query(refund_sql.promise, market, Uuid::random(), row.id, left, cause, reason, std::string{ourselves},
                      state);
}

void queue_status(db::Transaction& transaction, const PaymentRow& row, Status status, const Report& report) {
    const auto text_or_none = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional{text}; };
    const auto failure = status == Status::failed ? text_or_none(report.failure) : std::nullopt;
    transaction.execute(sql.set_status, row.id, status, text_or_none(report.reference), failure, report.at);
}

/// The money is there. The order gets its pieces, held or again, or it is given up and the money goes back.
Task<Status> take_money(db::Transaction& transaction, MarketCode market, const PaymentRow& row, const Told& told) {
    queue_status(transaction, row, Status::paid, told.report);
    tell(transaction, market, row, Status::paid);
    std::string reason = "Paid after the order was cancelled";
    if (row.order_status != orders::Status::cancelled) {
        const auto claimed = inventory::queue_claim(transaction, market, row.order_id);
        co_await transaction.flush();
        const bool has_stock = claimed.find().value_or(false);
        const auto to = has_stock ? orders::Status::confirmed : orders::Status::cancelled;
        if (has_stock && row.order_status != orders::Status::pending) co_return Status::paid;
        reason = "Paid too late: the goods were gone; the money goes back";
        const orders::MoveRequest request{.order = row.order_id,
                                          .to = to,
                                          .changed_by = told.by.empty() ? std::string{ourselves} : told.by,
                                          .notes = has_stock ? "" : reason};
        const auto moved = co_await orders::move(transaction, market, request);
        check(moved.outcome == orders::MoveOutcome::moved || !has_stock, "a paid order that could not be confirmed");
        // An order that is shipped stays so, with or without stock; somebody counted wrong, and the ledger shows it.
        if (has_stock || moved.outcome != orders::MoveOutcome::moved) co_return Status::paid;
    }
    transaction.execute(sql.set_status, row.id, Status::refund_pending, std::nullopt, std::nullopt, std::nullopt);
    queue_full_refund(transaction, market, row, "late:" + row.order_id.to_text(), reason);
    tell(transaction, market, row, Status::refund_pending);
    co_return Status::refund_pending;
}

Task<Status> note_refunded(db::Transaction& transaction, MarketCode market, PaymentRow row, std::int64_t told_minor) {
    const auto counted = transaction.query(refund_sql.count_refunded, row.id, told_minor);
    co_await transaction.flush();
    const std::int64_t refunded = counted.find().value_or(row.refunded_minor);
    Status status = row.status;
    if (refunded == row.amount_minor) {
        status = Status::refunded;
    } else if (refunded > 0 && status == Status::paid) {
        status = Status::partially_refunded;
    }
    if (status != row.status) {
        transaction.execute(sql.set_status, row.id, status, std::nullopt, std::nullopt, std::nullopt);
    }
    if (refunded != row.refunded_minor) tell(transaction, market, row, status, refunded);
    co_return status;
}

}  // namespace

Money money_of(std::int64_t minor, const std::string& currency) {
    const auto parsed = Currency::parse(currency);
    check(parsed.has_value(), "a payment in an unknown currency");
    return Money{minor, *parsed};
}

Charge charge_of(const PaymentRow& row, MarketCode market) {
    return {.payment = row.id,
            .market = market,
            .order = row.order_id,
            .order_number = row.order_number,
            .amount = money_of(row.amount_minor, row.currency),
            .attempt = row.attempt,
            .created_at = row.created_at,
            .expires_at = row.expires_at,
            .reference = row.provider_reference.value_or("")};
}

std::string disagreement(const PaymentRow& row, MarketCode market, const Told& told) {
    const Report& report = told.report;
    if (row.amount_minor != row.order_total_minor || row.currency != row.order_currency) {
        return "the payment is not of the order's total";
    }
    if (!row.provider.empty() && told.provider != row.provider) return "another provider's payment";
    if (row.provider_reference && !report.reference.empty() && *row.provider_reference != report.reference) {
        return "another reference";
    }
    if (report.payment && *report.payment != row.id) return "another payment";
    if (report.market && *report.market != market) return "another market";
    if (report.live != row.live) return report.live ? "live, where tests were meant" : "a test, where money was meant";
    if (!told.verified && (row.live || report.live)) return "unsigned, of a live payment";
    if (report.currency != row.currency && (told.tells_status || told.tells_refunds)) return "another currency";
    if (report.amount_minor != row.amount_minor && (told.tells_status || told.tells_refunds)) return "another amount";
    return {};
}

Parsed<Status> next_status(const PaymentRow& row, const Told& told) {
    const Status wanted = told.tells_refunds ? Status::paid : told.report.status;
    if (told.any_order && wanted != row.status) return wanted;
    if (wanted == row.status) return std::unexpected("nothing new");
    if (is_captured(row.status)) return std::unexpected("it is paid already");
    const bool is_older = told.report.at && row.provider_at && *told.report.at < *row.provider_at;
    if (is_open(wanted) && is_older) return std::unexpected("something later is known already");
    if (!may_move(row.status, wanted)) {
        return std::unexpected(fmt::format("{} may not follow {}", enum_word(wanted), enum_word(row.status)));
    }
    // What the buyer would have to try again is not waited for once the pieces are let go.
    if (is_open(wanted) && wanted != Status::processing && row.has_let_go) return Status::cancelled;
    return wanted;
}

Task<std::optional<PaymentRow>> lock_payment(db::Transaction& transaction, Uuid id) {
    const auto row = transaction.query(sql.lock, id);
    co_await transaction.flush_or(payment_busy);
    co_return row.find();
}

Task<Settled> settle(db::Transaction& transaction, MarketCode market, const PaymentRow& row, const Told& told) {
    Settled settled{.status = row.status};
    settled.note = disagreement(row, market, told);
    if (!settled.note.empty() && !told.believe_everything) {
        settled.effect = Effect::refused;
        co_return settled;
    }
    PaymentRow now = row;
    const auto next = next_status(row, told);
    settled.note = next ? "" : next.error();
    if (next) {
        settled.effect = Effect::applied;
        now.status = *next;
        if (*next == Status::paid) {
            now.status = co_await take_money(transaction, market, row, told);
        } else {
            queue_status(transaction, row, *next, told.report);
        }
        if (*next == Status::cancelled && row.order_status == orders::Status::pending) {
            co_await orders::move(transaction, market,
                                  {.order = row.order_id,
                                   .to = orders::Status::cancelled,
                                   .changed_by = std::string{ourselves},
                                   .notes = "The payment was cancelled"});
        }
    }
    const bool news_of_refunds = told.report.refunded_minor > row.refunded_minor && is_captured(now.status);
    if (news_of_refunds) {
        settled.effect = Effect::applied;
        now.captured_minor = now.amount_minor;
        now.status = co_await note_refunded(transaction, market, now, told.report.refunded_minor);
    }
    settled.status = now.status;
    co_return settled;
}

Task<bool> give_up(db::Transaction& transaction, MarketCode market, const PaymentRow& row, std::string cause,
                   std::string reason) {
    if (is_open(row.status)) {
        queue_status(transaction, row, Status::cancelled, {});
        co_return true;
    }
    if (!is_captured(row.status) || row.refund_due_minor >= row.amount_minor) co_return false;
    transaction.execute(sql.set_status, row.id, Status::refund_pending, std::nullopt, std::nullopt, std::nullopt);
    queue_full_refund(transaction, market, row, cause, reason);
    tell(transaction, market, row, Status::refund_pending);
    co_return true;
}

Task<void> record_reversal(db::Transaction& transaction, MarketCode market, const PaymentRow& row, Uuid refund,
                           const ReversalReport& report) {
    using State = ReversalReport::State;
    const auto text_or_none = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional{text}; };
    const std::string state = report.state == State::succeeded ? "succeeded"
                              : report.state == State::failed  ? "failed"
                                                               : "sent";
    transaction.execute(refund_sql.conclude, refund, state, text_or_none(report.reference),
                        text_or_none(report.failure));
    co_await note_refunded(transaction, market, row, 0);
}

}  // namespace marque::payments
