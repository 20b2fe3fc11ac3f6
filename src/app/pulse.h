#pragma once
// Whether the databases answer, as a serving thread saw it last: /health/ready is answered from this memory, so that it
// is quick whatever the databases do.

#include <chrono>
#include <map>
#include <memory>

#include "core/market.h"
#include "core/task.h"
#include "db/cluster.h"

namespace marque::app {

struct Background;

/// One for each serving thread, touched by that thread only.
class Pulse {
public:
    using Clock = std::chrono::steady_clock;

    /// The market's database has just answered.
    void felt(MarketCode market, Clock::time_point now = Clock::now()) { felt_[market] = now; }
    /// Whether it did lately.
    [[nodiscard]] bool beats(MarketCode market, Clock::time_point now = Clock::now()) const;

private:
    std::map<MarketCode, Clock::time_point> felt_;
};

/// Asks the market's database for a sign of life again and again.
Task<void> feel(Pulse& pulse, db::Handle db, std::shared_ptr<Background> background);

}  // namespace marque::app
