// The table of live logins: believed while changes are heard of, for less than a second otherwise, and never against a
// change that came between question and answer.
#include "features/identity/session_table.h"

#include <doctest/doctest.h>
#include <malloc.h>

#include <thread>

using namespace marque;
using namespace marque::identity;
using namespace std::chrono_literals;

namespace {

using Clock = SessionTable::Clock;

LiveSession session_of(std::int64_t user, const Uuid& id = Uuid::random()) {
    return {UserId{user}, id, *MarketCode::parse("kg"), "ky", 3, Timestamp{Timestamp::Point{1'800'000'000s}}};
}

}  // namespace

TEST_CASE("what was kept is found again, as it was") {
    SessionTable table;
    const auto start = Clock::now();
    const auto live = session_of(7);
    table.insert(live, table.asking(live.user, start));
    const auto found = table.find(live.user, live.session, start);
    REQUIRE(found);
    CHECK(found->user == live.user);
    CHECK(found->session == live.session);
    CHECK(found->market == live.market);
    CHECK(found->language == "ky");
    CHECK(found->version == 3);
    CHECK(found->expires == live.expires);
    CHECK_FALSE(table.find(live.user, Uuid::random(), start));
    CHECK_FALSE(table.find(UserId{8}, live.session, start));
}

TEST_CASE("[F2] deaf, an answer is believed for less than a second; hearing, for minutes") {
    SessionTable table;
    const auto start = Clock::now();
    const auto live = session_of(7);
    table.insert(live, table.asking(live.user, start));
    CHECK(table.find(live.user, live.session, start + 899ms));
    CHECK_FALSE(table.find(live.user, live.session, start + 900ms));
    table.believe_until(start + 4min);
    CHECK(table.find(live.user, live.session, start + 3min));
    CHECK_FALSE(table.find(live.user, live.session, start + 4min));
    table.believe_until(start + 24h);
    CHECK_FALSE(table.find(live.user, live.session, start + 5min));
}

TEST_CASE("[F2] a change heard of while the database was asked keeps the older answer out") {
    SessionTable table;
    const auto start = Clock::now();
    const auto live = session_of(7);
    const auto asked = table.asking(live.user, start);
    table.forget(live.user);
    table.insert(live, asked);
    CHECK_FALSE(table.find(live.user, live.session, start));
    table.insert(live, table.asking(live.user, start));
    CHECK(table.find(live.user, live.session, start));
}

TEST_CASE("forgetting a user forgets all of their logins and nobody else's") {
    SessionTable table;
    const auto start = Clock::now();
    const auto one = session_of(7);
    const auto two = session_of(7);
    const auto other = session_of(8);
    for (const auto& live : {one, two, other}) table.insert(live, table.asking(live.user, start));
    table.forget(UserId{7});
    CHECK_FALSE(table.find(one.user, one.session, start));
    CHECK_FALSE(table.find(two.user, two.session, start));
    CHECK(table.find(other.user, other.session, start));
    table.forget_all();
    CHECK(table.size() == 0);
}

TEST_CASE("the table is bounded") {
    SessionTable table{640};
    for (int user = 1; user <= 10'000; ++user) {
        const auto live = session_of(user);
        table.insert(live, table.asking(live.user, Clock::now()));
    }
    CHECK(table.size() <= 640);
    CHECK(table.size() > 0);
}

TEST_CASE("a live login takes at most 100 bytes") {
    // Sanitizers have allocators of their own.
    if (::mallinfo2().uordblks == 0) return;
    for (const int count : {50'000, 100'000, 200'000}) {
        const auto before = ::mallinfo2().uordblks;
        auto table = std::make_unique<SessionTable>(1'000'000);
        for (int user = 1; user <= count; ++user) {
            const auto live = session_of(user);
            table->insert(live, table->asking(live.user, Clock::now()));
        }
        const double bytes = static_cast<double>(::mallinfo2().uordblks - before) / count;
        MESSAGE(count, " logins: ", bytes, " bytes each");
        CHECK(bytes <= 100);
    }
}

TEST_CASE("threads that look up, keep and forget at once do not disturb each other") {
    SessionTable table{6'400};
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&table, number] {
            const Uuid id = Uuid::random();
            for (int round = 0; round < 2'000; ++round) {
                const auto live = session_of(round % 97 + 1, id);
                const auto asked = table.asking(live.user, Clock::now());
                if (number == 0) table.forget(live.user);
                if (number == 1 && round % 100 == 0) table.forget_all();
                table.believe_until(Clock::now() + 1s);
                table.insert(live, asked);
                const auto found = table.find(live.user, id, Clock::now());
                if (found) CHECK(found->version == 3);
            }
        });
    }
    for (auto& thread : threads) thread.join();
}
