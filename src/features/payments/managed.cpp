// What managers do with payments: saying that money arrived, and giving some back.
#include "features/orders/orders.h"
#include "features/payments/carry_out.h"
#include "work/idempotency.h"

namespace marque::payments {
namespace {

using http::Context;

constexpr std::string_view refund_route = "POST /api/v1/manager/orders/{id}/refunds";

RefundView refund_view(const RefundRow& row) {
    return {.id = row.id,
            .order_id = row.order_id,
            .amount = money_of(row.amount_minor, row.currency),
            .currency = row.currency,
            .reason = row.reason,
            .requested_by = row.requested_by,
            .approved_by = row.approved_by,
            .state = row.state,
            .failure = row.failure,
            .created_at = row.created_at,
            .done_at = row.done_at};
}

Task<PaymentRow> get_row(Context& context, OrderId order) {
    auto row = co_await context.db.find(sql.of_order, order, std::nullopt);
    if (!row) throw Refused{orders::order_not_found};
    co_return std::move(*row);
}

/// The provider alone knows whether a card was charged.
Task<void> confirm_by_asking(Context& context, const PaymentRow& row, const std::string& manager) {
    auto& desk = context.service<Desk>();
    Provider* provider = desk.by_name(context.market->code, row.provider);
    if (provider == nullptr || !row.provider_reference) throw Refused{not_paid_by_hand};
    const auto settled = co_await ask_about(context.db, desk, *provider, row, manager);
    if (!settled) throw Refused{provider_unavailable};
    if (!is_captured(settled->status)) throw Refused{not_paid_by_hand};
}

/// A refund by hand was given back the moment a manager asks for it; any other is left to the worker.
std::string state_of_allowed(const PaymentRow& row) { return row.provider.empty() ? "by_hand" : "pending"; }

Money amount_of(const RefundInput& input, const PaymentRow& row) {
    const Money left = money_of(row.captured_minor - row.refund_due_minor, row.currency);
    if (!input.amount) {
        if (left.minor() <= 0) throw Refused{refund_too_much};
        return left;
    }
    const auto amount = Money::parse(input.amount->text, left.currency());
    if (!amount) throw Refused{http::invalid_input, "amount: " + amount.error(), {{"amount", amount.error()}}};
    if (amount->minor() <= 0) {
        throw Refused{http::invalid_input, {}, {{"amount", "must be more than nothing"}}};
    }
    return *amount;
}

}  // namespace

Task<PaymentView> payment_for_manager(Context& context, OrderId order) {
    const auto row = co_await get_row(context, order);
    auto view = view_of(row, context.service<Desk>());
    view.client_secret.reset();  // the buyer's alone
    co_return view;
}

Task<PaymentView> confirm_by_hand(Context& context, Uuid payment, std::string manager) {
    db::Transaction transaction = co_await context.db.begin();
    const auto row = co_await lock_payment(transaction, payment);
    if (!row) throw Refused{payment_not_found};
    if (row->method == "card" && is_open(row->status)) {
        {
            const db::Transaction ended = std::move(transaction);
        }
        co_await confirm_by_asking(context, *row, manager);
        co_return co_await payment_for_manager(context, row->order_id);
    }
    if (row->status == Status::cancelled) throw Refused{not_payable};
    if (is_open(row->status)) {
        Told told{.by = manager};
        told.report.status = Status::paid;
        told.report.amount_minor = row->amount_minor;
        told.report.currency = row->currency;
        co_await settle(transaction, context.market->code, *row, told);
        co_await transaction.commit();
    }
    co_return co_await payment_for_manager(context, row->order_id);
}

Task<http::Response> request_refund(Context& context, OrderId order, const RefundInput& input, std::string manager,
                                    std::optional<std::int64_t> four_eyes_above_minor) {
    const auto seen = co_await get_row(context, order);
    const MarketCode market = context.market->code;
    work::Idempotency once{market, context.user().user, refund_route, context.request.header("Idempotency-Key"),
                           order.to_text() + "\n" + std::string{context.request.body}};
    db::Transaction transaction = co_await context.db.begin();
    const auto row = co_await lock_payment(transaction, seen.id);
    once.look_up(transaction);
    co_await transaction.flush();
    if (const auto stored = once.found()) co_return http::replayed(stored->status, stored->body);
    if (!row || !is_captured(row->status)) throw Refused{nothing_to_refund};
    const Uuid id = Uuid::random();
    const Money amount = amount_of(input, *row);
    // All of the payment's refunds count, so that nobody passes the limit in small steps.
    const bool waits = four_eyes_above_minor && row->refund_due_minor + amount.minor() > *four_eyes_above_minor;
    transaction.query(refund_sql.promise, market, id, row->id, amount.minor(), "manager:" + id.to_text(),
                      input.reason.to_text(), manager, waits ? "waiting" : state_of_allowed(*row));
    http::Response response;
    try {
        if (row->provider.empty() && !waits) {
            co_await record_reversal(transaction, market, *row, id, {.state = ReversalReport::State::succeeded});
        }
        const auto made = transaction.query(refund_sql.lock, id);
        co_await transaction.flush();
        response.status = 201;
        json::write(response.body, refund_view(*made.find()));
        once.store(transaction, 201, response.body);
        co_await transaction.commit();
    } catch (const db::Error& error) {
        if (error.violates("payments_refund_due")) throw Refused{refund_too_much};
        throw;
    }
    co_return response;
}

namespace {

struct LockedRefund {
    db::Transaction transaction;
    PaymentRow payment;
    RefundRow refund;
};

/// A refund and its payment, both rows locked until the transaction ends.
Task<LockedRefund> lock_refund(Context& context, Uuid refund) {
    const auto payment = co_await context.db.find(refund_sql.payment_of, refund);
    if (!payment) throw Refused{refund_not_found};
    db::Transaction transaction = co_await context.db.begin();
    const auto row = co_await lock_payment(transaction, *payment);
    const auto found = transaction.query(refund_sql.lock, refund);
    co_await transaction.flush();
    const auto locked = found.find();
    if (!row || !locked) throw Refused{refund_not_found};
    co_return LockedRefund{std::move(transaction), *row, *locked};
}

/// Refuses where the refund does not wait (any more).
Task<LockedRefund> lock_waiting(Context& context, Uuid refund) {
    auto locked = co_await lock_refund(context, refund);
    if (locked.refund.state != "waiting") throw Refused{refund_not_waiting};
    co_return locked;
}

Task<RefundView> finish(LockedRefund locked) {
    const auto after = locked.transaction.query(refund_sql.lock, locked.refund.id);
    co_await locked.transaction.commit();
    co_return refund_view(*after.find());
}

}  // namespace

Task<RefundView> confirm_refund(Context& context, Uuid refund) {
    auto locked = co_await lock_refund(context, refund);
    if (locked.refund.state == "succeeded") co_return refund_view(locked.refund);
    if (locked.refund.state != "by_hand") throw Refused{refund_not_by_hand};
    co_await record_reversal(locked.transaction, context.market->code, locked.payment, refund,
                             {.state = ReversalReport::State::succeeded});
    co_return co_await finish(std::move(locked));
}

Task<RefundView> approve_refund(Context& context, Uuid refund, std::string manager) {
    auto waiting = co_await lock_waiting(context, refund);
    if (waiting.refund.requested_by == manager) throw Refused{second_pair_of_eyes};
    waiting.transaction.execute(refund_sql.approve, refund, state_of_allowed(waiting.payment), manager);
    if (waiting.payment.provider.empty()) {
        co_await record_reversal(waiting.transaction, context.market->code, waiting.payment, refund,
                                 {.state = ReversalReport::State::succeeded});
    }
    co_return co_await finish(std::move(waiting));
}

Task<RefundView> reject_refund(Context& context, Uuid refund, std::string manager) {
    auto waiting = co_await lock_waiting(context, refund);
    waiting.transaction.execute(refund_sql.conclude, refund, "failed", std::nullopt, "rejected by " + manager);
    co_return co_await finish(std::move(waiting));
}

Task<std::vector<RefundView>> refunds_of(Context& context, OrderId order) {
    co_await get_row(context, order);
    const auto rows = co_await context.db.rows(refund_sql.of_order, order);
    std::vector<RefundView> views;
    for (const auto& row : rows) views.push_back(refund_view(row));
    co_return views;
}

}  // namespace marque::payments
