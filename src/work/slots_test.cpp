// Order, patience, and slots of those who went away.
#include "work/slots.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <deque>
#include <string>

namespace marque::work {
namespace {

using std::chrono::milliseconds;

Task<void> enter(Slots& slots, std::string name, std::vector<std::string>& entered, milliseconds patience,
                 std::deque<Slots::Slot>& held) {
    auto slot = co_await slots.enter(patience);
    entered.push_back(slot ? name : name + " not");
    if (slot) held.push_back(std::move(*slot));
}

}  // namespace

TEST_CASE("so many at once, the others in the order they came, and no more than fit in the line") {
    boost::asio::io_context context;
    Slots slots{1, 2};
    std::vector<std::string> entered;
    std::deque<Slots::Slot> held;
    for (const char* name : {"a", "b", "c", "d"}) {
        boost::asio::co_spawn(context, enter(slots, name, entered, milliseconds{60'000}, held), boost::asio::detached);
    }
    context.poll();
    CHECK(entered == std::vector<std::string>{"a", "d not"});
    held.pop_front();
    context.poll();
    CHECK(entered.back() == "b");
    held.clear();
    context.poll();
    CHECK(entered.back() == "c");
}

TEST_CASE("patience ends, and who went away while waiting keeps no slot") {
    Slots slots{1, 5};
    std::vector<std::string> entered;
    std::deque<Slots::Slot> held;
    {
        boost::asio::io_context context;
        boost::asio::co_spawn(context, enter(slots, "a", entered, milliseconds{1}, held), boost::asio::detached);
        boost::asio::co_spawn(context, enter(slots, "b", entered, milliseconds{1}, held), boost::asio::detached);
        context.run();
        CHECK(entered == std::vector<std::string>{"a", "b not"});
        context.restart();
        boost::asio::co_spawn(context, enter(slots, "c", entered, milliseconds{60'000}, held), boost::asio::detached);
        context.poll();
        held.clear();  // hands the slot to c, whose context ends before it hears of it
    }
    boost::asio::io_context context;
    boost::asio::co_spawn(context, enter(slots, "d", entered, milliseconds{1}, held), boost::asio::detached);
    context.run();
    CHECK(entered.back() == "d");
}

}  // namespace marque::work
