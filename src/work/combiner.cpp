// The end of a run makes the first in line the leader of the next one, with as many behind it as fit.
#include "work/combiner.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <deque>
#include <utility>

namespace marque::work {

namespace asio = boost::asio;

struct CombinerLine::Waiter {
    Waiter(const asio::any_io_executor& executor, void* carried_member) : timer(executor), member(carried_member) {}
    asio::steady_timer timer;
    void* member;
    bool is_woken = false;
    std::optional<Run> run;  // where it was made the leader; should it never hear of that, this end passes it on

    void wake() {
        is_woken = true;
        timer.cancel();
    }
};

struct CombinerLine::State {
    Limits limits;
    std::size_t running = 0;
    std::deque<std::shared_ptr<Waiter>> line;

    static void next(const std::shared_ptr<State>& state) {
        --state->running;
        if (state->line.empty()) return;
        const auto leader = state->line.front();
        std::vector<void*> members;
        std::vector<std::shared_ptr<Waiter>> others;
        while (!state->line.empty() && members.size() < state->limits.together) {
            members.push_back(state->line.front()->member);
            if (state->line.front() != leader) others.push_back(state->line.front());
            state->line.pop_front();
        }
        ++state->running;
        leader->run.emplace(state, std::move(others), std::move(members));
        leader->wake();
    }
};

CombinerLine::Run::Run(std::shared_ptr<State> state, std::vector<std::shared_ptr<Waiter>> others,
                       std::vector<void*> carried)
    : members(std::move(carried)), state_(std::move(state)), others_(std::move(others)) {}

CombinerLine::Run::~Run() {
    if (!state_) return;
    for (const auto& each : others_) each->wake();
    State::next(state_);
}

CombinerLine::CombinerLine(Limits limits) : state_(std::make_shared<State>()) { state_->limits = limits; }

Task<CombinerLine::Answer> CombinerLine::enter(void* member) {
    const auto state = state_;
    Answer answer;
    if (state->running < state->limits.runs) {
        ++state->running;
        answer.place = Place::leads;
        answer.run.emplace(state, std::vector<std::shared_ptr<Waiter>>{}, std::vector<void*>{member});
        co_return answer;
    }
    if (state->line.size() >= state->limits.waiting) {
        answer.place = Place::turned_away;
        co_return answer;
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto waiter = std::make_shared<Waiter>(executor, member);
    state->line.push_back(waiter);
    /// A caller that ends while it waits (the server stops) leaves the line.
    struct Leave {
        State& state;
        const std::shared_ptr<Waiter>& waiter;
        ~Leave() { std::erase(state.line, waiter); }
    } const leave{*state, waiter};
    boost::system::error_code ignored;
    waiter->timer.expires_after(state->limits.patience);
    while (!waiter->is_woken) {
        co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        if (waiter->is_woken) break;
        // Nobody has taken it along. Who is carried already waits for the end of that, however long it takes.
        answer.place = Place::turned_away;
        if (std::ranges::find(state->line, waiter) != state->line.end()) co_return answer;
        answer.place = Place::carried;
        waiter->timer.expires_at(asio::steady_timer::time_point::max());
    }
    if (waiter->run) {
        answer.place = Place::leads;
        answer.run.emplace(std::move(*waiter->run));
        waiter->run.reset();
    }
    co_return answer;
}

}  // namespace marque::work
