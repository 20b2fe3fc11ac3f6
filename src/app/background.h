#pragma once
// Rounds of background work that a serving thread keeps going until it is told to stop: the outbox, tending, figures.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "app/pulse.h"
#include "core/market.h"
#include "core/task.h"
#include "db/cluster.h"
#include "features/identity/session_table.h"
#include "http/metrics.h"
#include "work/background.h"
#include "work/outbox.h"

namespace marque::app {

using Handlers = std::map<std::string, work::Handler, std::less<>>;

/// What a background coroutine shares with the thread that owns it: told to stop, it touches nothing any more.
struct Background {
    explicit Background(boost::asio::io_context& context) : alarm(context) {}
    work::Alarm alarm;
    bool stopping = false;
};

/// Carries out a market's events as they come.
Task<void> relay_market(db::Handle db, const Handlers& handlers, std::shared_ptr<Background> background);

/// Does a thing for a market again and again, whatever goes wrong with it; `trouble` is what the log then says.
Task<void> repeat(std::string_view trouble, MarketCode market, int interval_s, std::function<Task<void>()> thing,
                  std::shared_ptr<Background> background);

/// Keeps the rows of one-time codes few and watches how many codes are used.
Task<void> tend_market_codes(db::Handle db, http::Metrics& metrics, std::shared_ptr<Background> background);

/// Copies one thread's database figures into the metrics once a second; only that thread may read them.
Task<void> publish_figures(db::Cluster& cluster, const Pulse& pulse, http::Metrics& metrics,
                           const identity::SessionTable& sessions, std::string thread,
                           std::shared_ptr<Background> background);

}  // namespace marque::app
