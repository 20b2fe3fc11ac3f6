#pragma once
// The one way in which a payment changes, whoever says so: a webhook, the buyer who comes back, the reconciler, a
// manager.

#include <string>

#include "db/handle.h"
#include "features/payments/provider.h"
#include "features/payments/queries.h"

namespace marque::payments {

/// Something said of a payment, and who said it.
struct Told {
    Report report;
    std::string provider;  // empty: a manager by hand
    std::string by;        // "payments", "manager:kg/4"; stands in the order's history
    bool tells_status = true;
    bool tells_refunds = false;
    bool verified = true;             // false: an unsigned event in development
    bool any_order = false;           // the negative control of D5
    bool believe_everything = false;  // the negative control of D6
};

enum class Effect {
    applied,  // something changed
    ignored,  // nothing new, or nothing that may come after what is known
    refused   // it is not what was agreed: amount, currency, market, live or test. Somebody must look
};

struct Settled {
    Effect effect = Effect::ignored;
    std::string note;  // why, for the event's row and the log
    Status status = Status::pending;
};

/// What in a report is not what was agreed; empty where all is.
[[nodiscard]] std::string disagreement(const PaymentRow& row, MarketCode market, const Told& told);

/// Whether a report changes the state, and into which; the text says why not.
[[nodiscard]] Parsed<Status> next_status(const PaymentRow& row, const Told& told);

/// The payment's row, locked with its order; nothing where there is none.
Task<std::optional<PaymentRow>> lock_payment(db::Transaction& transaction, Uuid id);

/// Applies what was told to a locked payment: state, the order's own moves, its stock, money that must go back. The
/// caller commits. Nothing is queued where the effect is not `applied`.
Task<Settled> settle(db::Transaction& transaction, MarketCode market, const PaymentRow& row, const Told& told);

/// Gives an unpaid payment up, or sees to it that what was paid goes back: of an order that is cancelled. False where
/// there is nothing to do.
Task<bool> give_up(db::Transaction& transaction, MarketCode market, const PaymentRow& row, std::string cause,
                   std::string reason);

/// Records what became of a refund of a locked payment, and of the payment with it.
Task<void> record_reversal(db::Transaction& transaction, MarketCode market, const PaymentRow& row, Uuid refund,
                           const ReversalReport& report);

/// What a provider must know of a payment.
[[nodiscard]] Charge charge_of(const PaymentRow& row, MarketCode market);

/// A row's amount in its currency.
[[nodiscard]] Money money_of(std::int64_t minor, const std::string& currency);

}  // namespace marque::payments
