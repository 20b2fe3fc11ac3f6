// The rounds themselves.
#include "app/background.h"

#include <chrono>

#include "core/log.h"
#include "features/identity/identity.h"

namespace marque::app {
namespace {

/// How often the relay looks for events when it found none.
constexpr std::chrono::milliseconds relay_interval{100};

}  // namespace

Task<void> relay_market(db::Handle db, const Handlers& handlers, std::shared_ptr<Background> background) {
    const std::string market = db.market().to_text();
    while (!background->stopping) {
        int taken = 0;
        try {
            taken = co_await work::relay_once(db, handlers);
        } catch (const std::exception& error) {
            if (background->stopping) co_return;
            log::warning("outbox.not_relayed", {{"market", market}, {"what", error.what()}});
        }
        if (taken > 0) continue;
        co_await background->alarm.wait(relay_interval);
    }
}

Task<void> repeat(std::string_view trouble, MarketCode market, int interval_s, std::function<Task<void>()> thing,
                  std::shared_ptr<Background> background) {
    do {
        try {
            co_await thing();
        } catch (const std::exception& error) {
            if (!background->stopping) log::warning(trouble, {{"market", market.to_text()}, {"what", error.what()}});
        }
        if (background->stopping) co_return;
        co_await background->alarm.wait(std::chrono::seconds{interval_s});
    } while (!background->stopping);
}

Task<void> tend_market_codes(db::Handle db, http::Metrics& metrics, std::shared_ptr<Background> background) {
    const std::string market = db.market().to_text();
    const auto figures = co_await identity::tend_codes(db);
    if (background->stopping) co_return;
    metrics.set_gauge("marque_codes_watched", "Newest one-time codes whose time is over, 200 at most",
                      {{"market", market}}, figures.sent);
    metrics.set_gauge("marque_codes_completed", "How many of those were used", {{"market", market}}, figures.completed);
    if (figures.alarming) {
        log::error("auth.few_codes_completed", {{"market", market},
                                                {"sent", std::to_string(figures.sent)},
                                                {"completed", std::to_string(figures.completed)}});
    }
}

Task<void> publish_figures(db::Cluster& cluster, const Pulse& pulse, http::Metrics& metrics,
                           const identity::SessionTable& sessions, std::string thread,
                           std::shared_ptr<Background> background) {
    while (!background->stopping) {
        metrics.set_gauge("marque_sessions_known", "Logins held in memory", {}, static_cast<double>(sessions.size()));
        metrics.set_gauge("marque_sessions_heard", "1 while every change of a login is heard of at once", {},
                          sessions.hears(identity::SessionTable::Clock::now()) ? 1 : 0);
        const auto figures = cluster.figures();
        metrics.set_gauge("marque_db_connections", "Connections open", {{"thread", thread}}, figures.open);
        metrics.set_gauge("marque_db_waiting", "Requests waiting for a connection", {{"thread", thread}},
                          figures.waiting);
        for (const MarketCode market : cluster.markets()) {
            metrics.set_gauge("marque_database_answers", "1 while the market's database answers this thread",
                              {{"market", market.to_text()}, {"thread", thread}}, pulse.beats(market) ? 1 : 0);
        }
        for (const auto& [statement, runs] : figures.runs_by_statement) {
            metrics.set_gauge("marque_db_statement_runs", "How often each statement ran",
                              {{"statement", statement}, {"thread", thread}}, static_cast<double>(runs));
        }
        co_await background->alarm.wait(std::chrono::seconds{1});
    }
}

}  // namespace marque::app
