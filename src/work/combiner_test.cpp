// Who leads, who is carried along, in which order, and callers that never come back.
#include "work/combiner.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <string>

namespace marque::work {
namespace {

struct Caller {
    std::string name;
    std::string together;  // the names of the run that carried it
};

Task<void> run_for(std::chrono::milliseconds time, std::vector<Caller*> callers) {
    std::string together;
    for (const Caller* each : callers) together += each->name;
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer{executor, time};
    co_await timer.async_wait(boost::asio::use_awaitable);
    for (Caller* each : callers) each->together = together;
}

Task<void> run(std::vector<Caller*> callers) { return run_for(std::chrono::milliseconds{1}, std::move(callers)); }
Task<void> slow_run(std::vector<Caller*> callers) { return run_for(std::chrono::milliseconds{40}, std::move(callers)); }

Task<void> call(Combiner<Caller>& combiner, std::string name, std::vector<std::string>& ended,
                Task<void> (*carrying)(std::vector<Caller*>) = run) {
    Caller caller{.name = name, .together = {}};
    const bool was_carried = co_await combiner.carry(caller, carrying);
    ended.push_back(was_carried ? name + " in " + caller.together : name + " not");
}

}  // namespace

TEST_CASE("the first run alone, who came meanwhile runs together, and a full line is told") {
    boost::asio::io_context context;
    Combiner<Caller> combiner{{.runs = 1, .together = 3, .waiting = 4}};
    std::vector<std::string> ended;
    for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
        boost::asio::co_spawn(context, call(combiner, name, ended), boost::asio::detached);
    }
    context.run();
    CHECK(ended == std::vector<std::string>{"f not", "a in a", "b in bcd", "c in bcd", "d in bcd", "e in e"});
    ended.clear();
    context.restart();
    boost::asio::co_spawn(context, call(combiner, "g", ended), boost::asio::detached);
    context.run();
    CHECK(ended == std::vector<std::string>{"g in g"});
}

TEST_CASE("a line that stands still turns its callers away, but none that is carried already") {
    boost::asio::io_context context;
    Combiner<Caller> combiner{{.runs = 1, .together = 2, .waiting = 9, .patience = std::chrono::milliseconds{60}}};
    std::vector<std::string> ended;
    for (const char* name : {"a", "b", "c", "d"}) {
        boost::asio::co_spawn(context, call(combiner, name, ended, slow_run), boost::asio::detached);
    }
    context.run();
    CHECK(ended == std::vector<std::string>{"a in a", "d not", "b in bc", "c in bc"});
}

TEST_CASE("callers whose server stops while they lead, wait or are carried leave the combiner usable") {
    Combiner<Caller> combiner{{.runs = 2, .together = 2, .waiting = 9}};
    std::vector<std::string> ended;
    {
        boost::asio::io_context context;
        for (const char* name : {"a", "b", "c", "d", "e"}) {
            boost::asio::co_spawn(context, call(combiner, name, ended), boost::asio::detached);
        }
        context.poll();
    }
    CHECK(ended.empty());
    boost::asio::io_context context;
    boost::asio::co_spawn(context, call(combiner, "f", ended), boost::asio::detached);
    context.run();
    CHECK(ended == std::vector<std::string>{"f in f"});
}

}  // namespace marque::work
