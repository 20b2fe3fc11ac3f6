#pragma once
// Waiting callers carried together: while so many runs are under way, who comes waits, and the next run takes them all.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "core/task.h"

namespace marque::work {

/// Who waits, in the order they came, without knowing what they wait for: the part of Combiner that needs no template.
class CombinerLine {
    struct State;
    struct Waiter;

public:
    /// Runs at once, callers of one run, callers in line beyond the running ones, and how long those wait for a run.
    struct Limits {
        std::size_t runs = 1;
        std::size_t together = 1;
        std::size_t waiting = 1;
        std::chrono::milliseconds patience{2'000};
    };
    explicit CombinerLine(Limits limits);

    /// The right to carry `members`; its end wakes them and lets the next run begin.
    class Run {
    public:
        Run(std::shared_ptr<State> state, std::vector<std::shared_ptr<Waiter>> others, std::vector<void*> members);
        Run(Run&&) noexcept = default;
        Run& operator=(Run&&) = delete;
        ~Run();
        std::vector<void*> members;

    private:
        std::shared_ptr<State> state_;
        std::vector<std::shared_ptr<Waiter>> others_;
    };

    enum class Place { leads, carried, turned_away };
    struct Answer {
        Place place = Place::carried;
        std::optional<Run> run;  // where it leads
    };
    /// Returns when the caller shall carry a run, its own member among the run's; when another has carried it; or when
    /// the line is full or stood still for too long.
    [[nodiscard]] Task<Answer> enter(void* member);

private:
    std::shared_ptr<State> state_;
};

/// Belongs to one thread. Members are the callers' own and stay where they are until carry() has returned.
template <class Member>
class Combiner {
public:
    explicit Combiner(CombinerLine::Limits limits) : line_(limits) {}

    /// False where the line is full, or did not move in time. Otherwise `member` was among those of a call of `run`,
    /// this caller's or another's; how that ended stands in the member. `run` carries all it is given, and throws
    /// nothing.
    [[nodiscard]] Task<bool> carry(Member& member, Task<void> (*run)(std::vector<Member*>)) {
        const auto answer = co_await line_.enter(&member);
        if (!answer.run) co_return answer.place != CombinerLine::Place::turned_away;
        std::vector<Member*> members;
        for (void* each : answer.run->members) members.push_back(static_cast<Member*>(each));
        co_await run(std::move(members));
        co_return true;
    }

private:
    CombinerLine line_;
};

}  // namespace marque::work
