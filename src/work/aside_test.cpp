// What is made aside, and how much may wait for it.
#include "work/aside.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace marque::work {
namespace {

Task<void> make(std::function<std::string()> thing, std::vector<std::string>& made) {
    try {
        const auto outcome = co_await made_aside(std::move(thing));
        made.push_back(outcome.value_or("busy"));
    } catch (const std::runtime_error& error) {
        made.emplace_back(error.what());
    }
}

}  // namespace

TEST_CASE("things are made on another thread, in order; what one throws is thrown where it was wanted") {
    boost::asio::io_context context;
    std::vector<std::string> made;
    const auto here = std::this_thread::get_id();
    const auto spawn = [&](std::function<std::string()> thing) {
        boost::asio::co_spawn(context, make(std::move(thing), made), boost::asio::detached);
    };
    spawn([here] { return std::this_thread::get_id() == here ? "here" : "aside"; });
    spawn([]() -> std::string { throw std::runtime_error("broken"); });
    spawn([] { return std::string{"next"}; });
    context.run();
    CHECK(made == std::vector<std::string>{"aside", "broken", "next"});
}

TEST_CASE("only so many wait: the next is told at once, and later ones are served again") {
    boost::asio::io_context context;
    std::vector<std::string> made;
    std::latch go{1};
    const auto spawn = [&] {
        std::function<std::string()> thing = [&go] {
            go.wait();
            return std::string{"made"};
        };
        boost::asio::co_spawn(context, make(std::move(thing), made), boost::asio::detached);
    };
    for (int i = 0; i < aside_max + 3; ++i) spawn();
    context.poll();
    CHECK(made == std::vector<std::string>(3, "busy"));
    go.count_down();
    context.run();
    CHECK(std::ranges::count(made, "made") == aside_max);
    context.restart();
    spawn();
    context.run();
    CHECK(made.back() == "made");
}

}  // namespace marque::work
