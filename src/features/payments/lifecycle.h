#pragma once
// The states of a payment and the moves between them, for every method and provider; migration 0053 holds the same
// table, and a test compares them.

#include <array>

#include "core/record.h"

namespace marque::payments {

enum class Status {
    pending,             // nobody was asked for the money yet, or it is handed over by hand
    requires_action,     // the buyer has something to do: enter a card, confirm, go to the bank's page
    processing,          // the provider is at it
    failed,              // a try failed; another one is possible
    cancelled,           // nothing will be taken
    paid,                // all of it was taken
    refund_pending,      // was taken, and all that is left of it must go back
    partially_refunded,  // some of it went back
    refunded             // all of it went back
};
ENUMERATION(Status, pending, requires_action, processing, failed, cancelled, paid, refund_pending, partially_refunded,
            refunded)

struct Move {
    Status from;
    Status to;
};

inline constexpr std::array moves{
    Move{Status::pending, Status::requires_action},
    Move{Status::pending, Status::processing},
    Move{Status::pending, Status::failed},
    Move{Status::pending, Status::cancelled},
    Move{Status::pending, Status::paid},
    Move{Status::requires_action, Status::processing},
    Move{Status::requires_action, Status::failed},
    Move{Status::requires_action, Status::cancelled},
    Move{Status::requires_action, Status::paid},
    Move{Status::processing, Status::requires_action},
    Move{Status::processing, Status::failed},
    Move{Status::processing, Status::cancelled},
    Move{Status::processing, Status::paid},
    Move{Status::failed, Status::requires_action},
    Move{Status::failed, Status::processing},
    Move{Status::failed, Status::cancelled},
    Move{Status::failed, Status::paid},
    // Money that comes for an order that was given up is money all the same, and goes back.
    Move{Status::cancelled, Status::paid},
    Move{Status::paid, Status::refund_pending},
    Move{Status::paid, Status::partially_refunded},
    Move{Status::paid, Status::refunded},
    Move{Status::partially_refunded, Status::refund_pending},
    Move{Status::partially_refunded, Status::refunded},
    Move{Status::refund_pending, Status::refunded},
};

[[nodiscard]] constexpr bool may_move(Status from, Status to) {
    for (const auto& move : moves) {
        if (move.from == from && move.to == to) return true;
    }
    return false;
}

/// The money is not there, and may still come.
[[nodiscard]] constexpr bool is_open(Status status) {
    return status == Status::pending || status == Status::requires_action || status == Status::processing ||
           status == Status::failed;
}

/// The money was taken, whatever became of it since.
[[nodiscard]] constexpr bool is_captured(Status status) { return !is_open(status) && status != Status::cancelled; }

static_assert(!may_move(Status::paid, Status::failed) && !may_move(Status::paid, Status::cancelled));
static_assert(!may_move(Status::refunded, Status::paid) && !may_move(Status::cancelled, Status::processing));

}  // namespace marque::payments
