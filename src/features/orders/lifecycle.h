#pragma once
// The states of an order and the moves between them (ruling 30), as a table.

#include <array>
#include <cstddef>
#include <utility>

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

[[nodiscard]] constexpr bool may_move(Status from, Status to) {
    for (const auto& move : moves) {
        if (move.from == from && move.to == to) return true;
    }
    return false;
}

/// An order that is still under way (S3:148).
[[nodiscard]] constexpr bool is_active(Status status) {
    return status != Status::delivered && status != Status::cancelled;
}

static_assert(may_move(Status::pending, Status::cancelled) && !may_move(Status::shipped, Status::cancelled));
static_assert(!may_move(Status::delivered, Status::pending) && !may_move(Status::cancelled, Status::confirmed));

}  // namespace marque::orders
