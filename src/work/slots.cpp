// Whoever leaves hands the slot to the first in line, so that nobody new can slip in between.
#include "work/slots.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <deque>

namespace marque::work {

namespace asio = boost::asio;

namespace {

struct Waiter {
    asio::steady_timer timer;
    bool has_slot = false;
};

}  // namespace

struct Slots::State {
    int free;
    int waiting_max;
    std::deque<Waiter*> line;

    void give_back() {
        if (line.empty()) {
            ++free;
            return;
        }
        Waiter* next = line.front();
        line.pop_front();
        next->has_slot = true;
        next->timer.cancel();
    }
};

Slots::Slots(int at_once, int waiting_max)
    : state_(std::make_shared<State>(State{.free = at_once, .waiting_max = waiting_max, .line = {}})) {}

Slots::Slot::~Slot() {
    if (state_) state_->give_back();
}

Task<std::optional<Slots::Slot>> Slots::enter(std::chrono::milliseconds patience) {
    const auto state = state_;
    if (state->free > 0) {
        --state->free;
        co_return Slot{state};
    }
    if (static_cast<int>(state->line.size()) >= state->waiting_max) co_return std::nullopt;
    const auto executor = co_await asio::this_coro::executor;
    Waiter waiter{.timer = asio::steady_timer{executor, patience}};
    state->line.push_back(&waiter);
    /// A request that ends while it waits (the server stops) leaves the line, and keeps no slot it was just handed.
    struct Leave {
        State& state;
        Waiter& waiter;
        ~Leave() {
            std::erase(state.line, &waiter);
            if (waiter.has_slot) state.give_back();
        }
    } const leave{*state, waiter};
    boost::system::error_code ignored;
    co_await waiter.timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!waiter.has_slot) co_return std::nullopt;
    waiter.has_slot = false;
    co_return Slot{state};
}

}  // namespace marque::work
