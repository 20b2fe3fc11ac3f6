// Calls to providers stand between transactions, never inside one.
#include "features/payments/carry_out.h"

#include "core/log.h"
#include "core/random.h"
#include "features/inventory/inventory.h"
#include "features/orders/orders.h"

namespace marque::payments {
namespace {

/// How long a payment is left alone before its provider is asked what became of it.
std::int32_t patience_s(const Config& config) { return config.payment_ask_s; }

Task<PaymentRow> reread(db::Handle db, OrderId order) {
    auto row = co_await db.find(sql.of_order, order, std::nullopt);
    check(row.has_value(), "a payment that is gone");
    co_return std::move(*row);
}

/// Only the negative controls of D8 and C7 make a key of their own for every try.
std::int32_t attempt_for_key(std::int32_t attempt, const Config& config, std::string_view control) {
    return config.breaks(control) ? static_cast<std::int32_t>(1 + random_below(1'000'000'000)) : attempt;
}

Charge keyed(Charge charge, const Config& config) {
    charge.attempt = attempt_for_key(charge.attempt, config, "new_payment_key");
    return charge;
}

}  // namespace

Task<std::expected<PaymentRow, Trouble>> open_payment(db::Handle db, Desk& desk, Provider& provider, PaymentRow row) {
    const bool is_mock = provider.name() == "mock";
    const auto ask_in_s = is_mock ? std::nullopt : std::optional{patience_s(desk.config())};
    const auto begun =
        co_await db.execute(sql.begin, row.id, std::string{provider.name()}, provider.is_live(), ask_in_s);
    if (begun == 0) co_return co_await reread(db, row.order_id);
    auto answer = co_await provider.open(keyed(charge_of(row, db.market()), desk.config()));
    if (!answer && answer.error().surely_nothing) {
        co_await db.execute(sql.next_attempt, row.id, row.attempt);
        row = co_await reread(db, row.order_id);
        answer = co_await provider.open(keyed(charge_of(row, db.market()), desk.config()));
    }
    if (!answer) co_return std::unexpected(answer.error());
    const auto some = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional{text}; };
    Told told{.report = std::move(*answer), .provider = std::string{provider.name()}};
    db::Transaction transaction = co_await db.begin();
    transaction.execute(sql.record_intent, row.id, told.report.reference, some(told.report.client_secret),
                        some(told.report.action_url));
    const auto locked = co_await lock_payment(transaction, row.id);
    check(locked.has_value(), "a payment that is gone");
    const auto settled = co_await settle(transaction, db.market(), *locked, told);
    co_await transaction.commit();
    if (settled.effect == Effect::refused) co_return std::unexpected(Trouble{"an intent that is of " + settled.note});
    co_return co_await reread(db, row.order_id);
}

Task<std::expected<Settled, Trouble>> ask_about(db::Handle db, Desk& desk, Provider& provider, PaymentRow row,
                                                std::string by) {
    const auto charge = charge_of(row, db.market());
    Answer answer = std::unexpected(Trouble{});
    if (row.must_close) {
        answer = co_await provider.close(charge);
    } else {
        answer = co_await provider.ask(charge);
    }
    if (!answer) co_return std::unexpected(answer.error());
    Told told{.report = std::move(*answer), .provider = std::string{provider.name()}, .by = std::move(by)};
    told.any_order = desk.config().breaks("last_write_wins");
    db::Transaction transaction = co_await db.begin();
    const auto locked = co_await lock_payment(transaction, row.id);
    check(locked.has_value(), "a payment that is gone");
    // The negative control of D7 believes what it read before it asked.
    const bool stale = desk.config().breaks("stale_payments");
    auto settled = co_await settle(transaction, db.market(), stale ? row : *locked, told);
    if (told.report.status == Status::cancelled && settled.effect != Effect::refused) {
        transaction.execute(sql.closed, row.id);
    }
    transaction.execute(sql.asked, row.id);
    co_await transaction.commit();
    if (settled.effect == Effect::refused) {
        log::error("payments.alarm", {{"market", db.market().to_text()},
                                      {"payment", row.id.to_text()},
                                      {"what", "the provider tells of " + settled.note}});
    }
    co_return settled;
}

Task<std::string> carry_out_refund(db::Handle db, Desk& desk, RefundRow refund) {
    const auto row = co_await reread(db, refund.order_id);
    Provider* provider = desk.by_name(db.market(), row.provider);
    if (provider == nullptr || !provider->can_give_back()) {
        co_await db.execute(refund_sql.conclude, refund.id, "by_hand", std::nullopt, std::nullopt);
        co_return "by_hand";
    }
    const Reversal reversal{refund.id, charge_of(row, db.market()), money_of(refund.amount_minor, refund.currency),
                            attempt_for_key(refund.attempt, desk.config(), "new_refund_key")};
    const auto answer = co_await provider->give_back(reversal);
    if (!answer) {
        log::warning(
            "payments.refund_not_sent",
            {{"market", db.market().to_text()}, {"refund", refund.id.to_text()}, {"what", answer.error().what}});
        co_await db.execute(refund_sql.retry, refund.id, answer.error().what, answer.error().surely_nothing);
        co_return "again";
    }
    db::Transaction transaction = co_await db.begin();
    const auto locked = co_await lock_payment(transaction, row.id);
    check(locked.has_value(), "a payment that is gone");
    co_await record_reversal(transaction, db.market(), *locked, refund.id, *answer);
    co_await transaction.commit();
    const bool failed = answer->state == ReversalReport::State::failed;
    log::write(failed ? log::Level::error : log::Level::info, failed ? "payments.refund_failed" : "payments.refunded",
               {{"market", db.market().to_text()}, {"refund", refund.id.to_text()}, {"what", answer->failure}});
    co_return failed ? "failed" : "done";
}

Task<int> expire_holds(db::Handle db, bool forgetful) {
    constexpr std::int32_t orders_max = 50;
    const auto orders = co_await inventory::orders_with_expired_holds(db, orders_max, forgetful);
    int expired = 0;
    for (const auto order : orders) {
        const auto row = co_await db.find(sql.of_order, order, std::nullopt);
        if (!row) continue;
        db::Transaction transaction = co_await db.begin();
        const auto locked = co_await lock_payment(transaction, row->id);
        const auto released = inventory::queue_release_expired(transaction, order, forgetful);
        co_await transaction.flush();
        const bool is_ours = locked.has_value() && released.affected() > 0;
        // Who is at the bank's page may still come back with the money; then the pieces are taken again if they are
        // there.
        if (is_ours && is_open(locked->status) && locked->status != Status::processing) {
            co_await give_up(transaction, db.market(), *locked, {}, {});
            co_await orders::move(transaction, db.market(),
                                  {.order = order,
                                   .to = orders::Status::cancelled,
                                   .changed_by = "payments",
                                   .notes = "It was not paid in time"});
        }
        co_await transaction.commit();
        if (is_ours) ++expired;
    }
    co_return expired;
}

Task<Reconciliation> ask_due(db::Handle db, Desk& desk, int payments_max) {
    Reconciliation sum;
    const auto rows = co_await db.write(sql.take_to_ask, payments_max, patience_s(desk.config()));
    sum.taken = static_cast<int>(rows.size());
    for (const auto& row : rows) {
        Provider* provider = desk.by_name(db.market(), row.provider);
        if (provider == nullptr) continue;
        ++sum.asked;
        std::string trouble;
        if (!row.provider_reference) {
            const auto opened = co_await open_payment(db, desk, *provider, row);
            if (!opened) trouble = opened.error().what;
        } else {
            const auto settled = co_await ask_about(db, desk, *provider, row, "payments");
            if (!settled) trouble = settled.error().what;
            if (settled && settled->effect == Effect::applied) ++sum.changed;
        }
        if (trouble.empty()) continue;
        ++sum.unknown;
        log::warning("payments.not_asked",
                     {{"market", db.market().to_text()}, {"payment", row.id.to_text()}, {"what", trouble}});
    }
    co_return sum;
}

Task<Reconciliation> reconcile(db::Handle db, Desk& desk) {
    constexpr int batch = 100;
    co_await db.execute(sql.ask_all);
    Reconciliation sum;
    while (true) {
        const auto part = co_await ask_due(db, desk, batch);
        sum.asked += part.asked;
        sum.changed += part.changed;
        sum.unknown += part.unknown;
        if (part.taken == 0) co_return sum;
    }
}

}  // namespace marque::payments
