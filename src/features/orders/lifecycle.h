#pragma once
// The states of an order and the moves between them (ruling 30), as a table.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/id.h"
#include "core/record.h"

namespace marque::orders {

enum class Status { pending, confirmed, shipped, delivered, cancelled };
ENUMERATION(Status, pending, confirmed, shipped, delivered, cancelled)

struct Move {
    Status from;
    Status to;
};

inline constexpr std::array moves{
    Move{Status::pending, Status::confirmed},   Move{Status::confirmed, Status::shipped},
    Move{Status::shipped, Status::delivered},   Move{Status::pending, Status::cancelled},
    Move{Status::confirmed, Status::cancelled},
};

/// How a parcel can be followed; all of it optional, because couriers differ.
struct Parcel {
    std::optional<std::string> carrier;
    std::optional<std::string> tracking_number;
    std::optional<std::string> tracking_url;

    friend bool operator==(const Parcel&, const Parcel&) = default;
};
RECORD(Parcel, carrier, tracking_number, tracking_url);

/// A wish to change an order's state.
struct MoveRequest {
    OrderId order;
    Status to = Status::pending;
    std::string changed_by;       // "user:19", "manager:kg/4", "payments": told in the order's history
    std::string notes;            // a reason, for the history and, of a cancelled order, for the customer
    std::optional<UserId> owner;  // set: only an order of this customer
    Parcel parcel;                // of an order that is shipped
    std::vector<Status> from{};   // the states it may come from; empty: those of ruling 30
};

enum class MoveOutcome {
    moved,
    already,      // it is in that state; nothing was done
    not_allowed,  // its state does not lead there (ruling 30)
    not_found,
};

struct MoveResult {
    MoveOutcome outcome = MoveOutcome::not_found;
    Status status = Status::pending;  // as it is now, where the order was found
    std::string order_number;
    Parcel parcel;
};

[[nodiscard]] constexpr bool may_move(Status from, Status to) {
    for (const auto& move : moves) {
        if (move.from == from && move.to == to) return true;
    }
    return false;
}

/// The states from which an order may come into `to`.
[[nodiscard]] inline std::vector<Status> states_before(Status to) {
    std::vector<Status> states;
    for (const auto& move : moves) {
        if (move.to == to) states.push_back(move.from);
    }
    return states;
}

/// An order that is still under way (S3:148).
[[nodiscard]] constexpr bool is_active(Status status) {
    return status != Status::delivered && status != Status::cancelled;
}

static_assert(may_move(Status::pending, Status::cancelled) && !may_move(Status::shipped, Status::cancelled));
static_assert(!may_move(Status::delivered, Status::pending) && !may_move(Status::cancelled, Status::confirmed));

}  // namespace marque::orders
