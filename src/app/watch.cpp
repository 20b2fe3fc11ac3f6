// Watching: the rows of markets are read whole and compared, catalogues by the log of their changes.
#include "app/watch.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "core/log.h"

namespace marque::app {
namespace {

/// Two servers agree within a second: this, the load and the hand-over stay well below it.
constexpr std::chrono::milliseconds watch_interval{250};

struct Watched {
    DatabaseSource source;
    std::optional<db::AdminConnection> connection;
    DatabaseMarkets found;  // what it said last; kept while it does not answer
};

}  // namespace

struct Watch::State {
    const Config& config;
    Hub& hub;
    catalog::Watcher catalogues;
    banners::Watcher boards;
    orders::RuleWatcher rules;
    banners::CountSender counts;
    std::vector<Watched> databases;
    std::set<MarketCode> complained;  // markets whose database setting is missing, said once
    std::mutex mutex;
    std::condition_variable wake;
    bool stopping = false;
    std::thread thread;

    void connect(Watched& database) {
        if (!database.connection) database.connection.emplace(database.source.url);
        database.connection->become("");
    }

    /// A lost connection is opened again next time; what was known goes on being served.
    void give_up(Watched& database, const std::exception& error) {
        log::warning("database.not_watched",
                     {{"database", db::masked_url(database.source.url)}, {"what", error.what()}});
        database.connection.reset();
    }

    void read(Watched& database) {
        try {
            connect(database);
            database.found = read_markets(*database.connection, config, database.source);
        } catch (const std::exception& error) {
            give_up(database, error);
        }
    }

    /// True when the market's catalogue is in memory.
    bool look(Watched& database, const MarketInfo& market) {
        try {
            if (!database.connection) return false;
            catalogues.look(*database.connection, market);
            boards.look(*database.connection, market);
            rules.look(*database.connection, market);
            return true;
        } catch (const std::exception& error) {
            give_up(database, error);
            return false;
        }
    }

    /// What cannot be sent is kept for the next time.
    void send_counts(Watched& database, MarketCode market, bool now_or_never) {
        try {
            if (config.breaks("counts_stay_in_memory")) return;
            if (database.connection) counts.send(*database.connection, market, now_or_never);
        } catch (const std::exception& error) {
            log::warning(
                "banners.counts_not_sent",
                {{"market", market.to_text()}, {"counts", std::to_string(counts.left())}, {"what", error.what()}});
            database.connection.reset();
        }
    }

    void complain_of_strangers(const Served& served) {
        for (const auto& database : databases) {
            for (const MarketCode code : database.found.directory) {
                const bool configured = config.market_database_urls.contains(code);
                if (configured || served.markets.find(code) != nullptr || !complained.insert(code).second) continue;
                const std::string setting = "DATABASE_URL_MARQUE_" + std::string{code.upper()};
                log::error("market.not_configured", {{"market", code.to_text()},
                                                     {"what", "market " + std::string{code.upper()} +
                                                                  " was added, but this server was started "
                                                                  "without " +
                                                                  setting + ": set it and restart this server"}});
            }
        }
    }

    void round() {
        const auto before = hub.served();
        auto next = std::make_shared<Served>();
        next->layout.split = before->layout.split;
        for (auto& database : databases) {
            read(database);
            auto& place = next->layout.databases.emplace_back(db::Layout::Database{database.source.url, {}});
            for (const MarketInfo& market : database.found.markets) {
                // One that is new is served once its catalogue is there; an old one goes on with what it has.
                if (!look(database, market) && before->markets.find(market.code) == nullptr) continue;
                place.markets.push_back(market.code);
                next->markets.markets.push_back(market);
                send_counts(database, market.code, false);
            }
        }
        finish(next->markets, config);
        complain_of_strangers(*next);
        if (next->markets.markets.empty() || next->markets == before->markets) return;
        for (const auto& market : next->markets.markets) {
            const auto* known = before->markets.find(market.code);
            if (known != nullptr && *known == market) continue;
            log::info(known == nullptr ? "market.added" : "market.changed",
                      {{"market", market.code.to_text()}, {"state", market.state}});
        }
        hub.publish(std::move(next));
    }

    void watch() {
        std::unique_lock lock{mutex};
        while (!wake.wait_for(lock, watch_interval, [&] { return stopping; })) {
            if (!config.breaks("deaf_to_markets")) round();
        }
    }

    void stop() {
        {
            const std::lock_guard lock{mutex};
            stopping = true;
        }
        wake.notify_all();
        if (thread.joinable()) thread.join();
    }
};

Watch::Watch(const Config& config, std::vector<DatabaseSource> sources, Hub& hub, banners::Counts& counts)
    : state_(new State{
          .config = config,
          .hub = hub,
          .catalogues =
              catalog::Watcher{
                  [&hub](MarketCode market, auto snapshot) { hub.publish(market, std::move(snapshot)); },
                  config.breaks("deaf_to_catalogue"),
                  {.stemming = !config.breaks("search_no_stems"), .typos = !config.breaks("search_no_typos")}},
          .boards = banners::Watcher{[&hub](MarketCode market, auto board) {
              hub.publish(market, std::shared_ptr<const banners::Board>{std::move(board)});
          }},
          .rules = orders::RuleWatcher{[&hub](MarketCode market, auto book) { hub.publish(market, std::move(book)); },
                                       config.breaks("float_money"), config.breaks("deaf_to_rules")},
          .counts = banners::CountSender{counts}}) {
    for (auto& source : sources) state_->databases.push_back({std::move(source), std::nullopt, {}});
}

Watch::~Watch() { state_->stop(); }

void Watch::close() {
    state_->stop();
    for (auto& database : state_->databases) {
        try {
            state_->connect(database);
        } catch (const std::exception& error) {
            state_->give_up(database, error);
        }
        for (const auto& market : database.found.markets) state_->send_counts(database, market.code, true);
    }
}

void Watch::load_all() {
    for (auto& database : state_->databases) {
        state_->connect(database);
        database.found = read_markets(*database.connection, state_->config, database.source);
        for (const auto& market : database.found.markets) {
            state_->catalogues.look(*database.connection, market);
            state_->boards.look(*database.connection, market);
            state_->rules.look(*database.connection, market);
        }
    }
    state_->complain_of_strangers(*state_->hub.served());
}

void Watch::start() {
    state_->thread = std::thread{[state = state_.get()] { state->watch(); }};
}

}  // namespace marque::app
