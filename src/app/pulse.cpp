// One small statement twice a second, on the connections that requests use.
#include "app/pulse.h"

#include "app/background.h"

namespace marque::app {
namespace {

constexpr std::chrono::milliseconds interval{500};
/// A database that has not answered for so long is not there for visitors either.
constexpr std::chrono::milliseconds patience{2'000};

struct Sql {
    db::Statement<std::int32_t()> ping{"operations.ping", "SELECT 1 AS one"};
};
constexpr Sql sql;

}  // namespace

bool Pulse::beats(MarketCode market, Clock::time_point now) const {
    const auto found = felt_.find(market);
    return found != felt_.end() && now - found->second <= patience;
}

Task<void> feel(Pulse& pulse, db::Handle db, std::shared_ptr<Background> background) {
    while (!background->stopping) {
        bool answered = false;
        try {
            co_await db.find(sql.ping);
            answered = true;
        } catch (const std::exception&) {
            // The pool has logged why.
        }
        if (background->stopping) co_return;
        if (answered) pulse.felt(db.market());
        co_await background->alarm.wait(interval);
    }
}

}  // namespace marque::app
