#pragma once
// So many at once, so many more in line, in the order they came: for work that would take processors from everybody.

#include <chrono>
#include <memory>
#include <optional>

#include "core/task.h"

namespace marque::work {

/// Belongs to one thread.
class Slots {
    struct State;

public:
    /// `at_once` may work, `waiting_max` may stand in line.
    Slots(int at_once, int waiting_max);

    /// The right to work, for as long as it lives.
    class Slot {
    public:
        explicit Slot(std::shared_ptr<State> state) : state_(std::move(state)) {}
        Slot(Slot&& other) noexcept = default;
        Slot& operator=(Slot&&) = delete;
        ~Slot();

    private:
        std::shared_ptr<State> state_;
    };

    /// Waits for a slot; nothing where the line is full, or none came free within `patience`.
    [[nodiscard]] Task<std::optional<Slot>> enter(std::chrono::milliseconds patience);

private:
    std::shared_ptr<State> state_;
};

}  // namespace marque::work
