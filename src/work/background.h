#pragma once
// What background work of a feature needs of the io_context, without its headers: to be started, and to wait.

#include <chrono>
#include <memory>

#include "core/task.h"

namespace boost::asio {
class io_context;
}

namespace marque::work {

/// Runs the task on the context's thread, on its own; an exception that leaves it is logged there.
void spawn(boost::asio::io_context& context, Task<void> task);

/// A wait that can be cut short. Must live until the wait is over.
class Alarm {
public:
    explicit Alarm(boost::asio::io_context& context);
    ~Alarm();
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    /// Returns after the time, or as soon as somebody rings.
    [[nodiscard]] Task<void> wait(std::chrono::milliseconds time);
    /// Ends the wait under way; does nothing where there is none.
    void ring();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace marque::work
