#pragma once
// One piece of the worker's work each: what reconciling, the buyer's own question and the worker share.

#include "features/payments/desk.h"
#include "features/payments/payments.h"
#include "features/payments/settle.h"

namespace marque::payments {

/// Sees to it that the payment has an intent at its provider; the row as it is then, or the trouble. Two transactions
/// with the call between them.
Task<std::expected<PaymentRow, Trouble>> open_payment(db::Handle db, Desk& desk, Provider& provider, PaymentRow row);

/// Asks the provider and applies what it says, in a transaction of its own.
Task<std::expected<Settled, Trouble>> ask_about(db::Handle db, Desk& desk, Provider& provider, PaymentRow row,
                                                std::string by);

/// One event of the inbox: applied, ignored, parked or refused, and marked so in the same transaction.
Task<std::string> carry_out_event(db::Handle db, const Config& config, EventRow event);

struct TakenEvents {
    std::vector<EventRow> events;  // to be carried out one by one
    bool has_more = false;         // there may be more than were asked for
};
/// Takes what is due of the inbox, on a lease. Those whose payment nobody knows by its reference are parked at once and
/// are not among them: an account at a provider may serve other shops too, whose events come in bursts and mean nothing
/// here.
Task<TakenEvents> take_events(db::Handle db, int events_max);

/// One refund: asks the provider, records what it says.
Task<std::string> carry_out_refund(db::Handle db, Desk& desk, RefundRow refund);

/// Lets go what orders hold although their time is over, and cancels them; how many. `forgetful`: the negative control
/// of A6.
Task<int> expire_holds(db::Handle db, bool forgetful);

/// Asks about payments that are due to be asked about; how many were taken, changed and left unknown.
Task<Reconciliation> ask_due(db::Handle db, Desk& desk, int payments_max);

[[nodiscard]] PaymentView view_of(const PaymentRow& row, const Desk& desk);

}  // namespace marque::payments
