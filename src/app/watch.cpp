// Watching: the rows of markets are read whole and compared, catalogues by the log of their changes. Each database has
// a thread, a connection and memories of its own, so that one that stalls keeps no news of another back.
#include "app/watch.h"

#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <thread>

#include "core/log.h"

namespace marque::app {
namespace {

/// Two servers agree within a second: this, the load and the hand-over stay well below it.
constexpr std::chrono::milliseconds watch_interval{250};
/// A large catalogue's first row may take PostgreSQL seconds; a database that says nothing for longer is asked anew.
constexpr std::chrono::milliseconds silence_max{15'000};
constexpr std::chrono::milliseconds connect_max{2'000};

/// What one database showed at last; under the mutex of all.
struct Shown {
    std::vector<MarketInfo> markets;
    std::vector<MarketCode> directory;
};

/// One database, as its own thread sees it.
struct Watched {
    Watched(const Config& config, DatabaseSource where, Hub& hub, banners::Counts& counted)
        : source(std::move(where)),
          catalogues([&hub](MarketCode market, auto snapshot) { hub.publish(market, std::move(snapshot)); },
                     config.breaks("deaf_to_catalogue"),
                     {.stemming = !config.breaks("search_no_stems"), .typos = !config.breaks("search_no_typos")}),
          boards([&hub](MarketCode market, auto board) {
              hub.publish(market, std::shared_ptr<const banners::Board>{std::move(board)});
          }),
          rules([&hub](MarketCode market, auto book) { hub.publish(market, std::move(book)); },
                config.breaks("float_money"), config.breaks("deaf_to_rules")),
          counts(counted) {}

    DatabaseSource source;
    std::optional<db::AdminConnection> connection;
    DatabaseMarkets found;  // what it said last; kept while it does not answer
    catalog::Watcher catalogues;
    banners::Watcher boards;
    orders::RuleWatcher rules;
    banners::CountSender counts;
    Shown shown;
    std::thread thread;
};

}  // namespace

struct Watch::State {
    const Config& config;
    Hub& hub;
    std::list<Watched> databases;
    std::set<MarketCode> complained;  // markets whose database setting is missing, said once
    std::mutex mutex;                 // of what is shown, complained of and published
    std::condition_variable_any wake;
    bool one_thread = false;  // a negative control: one after the other, as long as each takes
    std::stop_source stopping;

    static void connect(Watched& database, const std::stop_token& stop) {
        if (!database.connection) {
            database.connection.emplace(
                database.source.url, db::AdminPatience{.connect = connect_max, .silence = silence_max, .stop = stop});
        }
        database.connection->become("");
    }

    /// A lost connection is opened again next time; what was known goes on being served.
    static void give_up(Watched& database, const std::exception& error) {
        log::warning("database.not_watched",
                     {{"database", db::masked_url(database.source.url)}, {"what", error.what()}});
        database.connection.reset();
    }

    void read(Watched& database) {
        try {
            connect(database, stopping.get_token());
            database.found = read_markets(*database.connection, config, database.source);
        } catch (const std::exception& error) {
            give_up(database, error);
        }
    }

    static void look_at(Watched& database, const MarketInfo& market) {
        database.catalogues.look(*database.connection, market);
        database.boards.look(*database.connection, market);
        database.rules.look(*database.connection, market);
    }

    /// True when the market's catalogue is in memory.
    static bool look(Watched& database, const MarketInfo& market) {
        try {
            if (!database.connection) return false;
            look_at(database, market);
            return true;
        } catch (const std::exception& error) {
            give_up(database, error);
            return false;
        }
    }

    /// What cannot be sent is kept for the next time.
    void send_counts(Watched& database, MarketCode market, bool now_or_never) const {
        try {
            if (config.breaks("counts_stay_in_memory")) return;
            if (database.connection) database.counts.send(*database.connection, market, now_or_never);
        } catch (const std::exception& error) {
            log::warning("banners.counts_not_sent", {{"market", market.to_text()},
                                                     {"counts", std::to_string(database.counts.left())},
                                                     {"what", error.what()}});
            database.connection.reset();
        }
    }

    void complain_of_strangers(const Served& served) {
        for (const auto& database : databases) {
            for (const MarketCode code : database.shown.directory) {
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

    void round(Watched& database) {
        const auto before = hub.served();
        read(database);
        Shown shown{.markets = {}, .directory = database.found.directory};
        for (const MarketInfo& market : database.found.markets) {
            // One that is new is served once its catalogue is there; an old one goes on with what it has.
            if (!look(database, market) && before->markets.find(market.code) == nullptr) continue;
            shown.markets.push_back(market);
            send_counts(database, market.code, false);
        }
        const std::lock_guard lock{mutex};
        database.shown = std::move(shown);
        publish();
    }

    /// What all databases show now, where it is something new.
    void publish() {
        const auto before = hub.served();
        auto next = std::make_shared<Served>();
        next->layout.split = before->layout.split;
        for (const auto& database : databases) {
            auto& place = next->layout.databases.emplace_back(db::Layout::Database{database.source.url, {}});
            for (const MarketInfo& market : database.shown.markets) {
                place.markets.push_back(market.code);
                next->markets.markets.push_back(market);
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

    /// Until the next round; false when it is not to come.
    bool rest() {
        std::unique_lock lock{mutex};
        return !wake.wait_for(lock, stopping.get_token(), watch_interval, [&] { return stopping.stop_requested(); });
    }

    void watch(const std::vector<Watched*>& own) {
        while (rest()) {
            if (config.breaks("deaf_to_markets")) continue;
            for (Watched* database : own) round(*database);
        }
    }

    void start() {
        std::vector<Watched*> all;
        for (auto& database : databases) all.push_back(&database);
        if (one_thread) {
            all.front()->thread = std::thread{[this, all] { watch(all); }};
            return;
        }
        for (Watched* database : all) database->thread = std::thread{[this, database] { watch({database}); }};
    }

    void stop() {
        stopping.request_stop();
        for (auto& database : databases) {
            if (database.thread.joinable()) database.thread.join();
        }
    }
};

Watch::Watch(const Config& config, std::vector<DatabaseSource> sources, Hub& hub, banners::Counts& counts)
    : state_(new State{.config = config,
                       .hub = hub,
                       .databases = {},
                       .complained = {},
                       .mutex = {},
                       .wake = {},
                       .one_thread = config.breaks("one_watch"),
                       .stopping = {}}) {
    for (auto& source : sources) state_->databases.emplace_back(config, std::move(source), hub, counts);
}

Watch::~Watch() { state_->stop(); }

void Watch::close() {
    state_->stop();
    for (auto& database : state_->databases) {
        // The old connection may have been given up in the middle of an answer.
        database.connection.reset();
        try {
            State::connect(database, {});
        } catch (const std::exception& error) {
            State::give_up(database, error);
        }
        for (const auto& market : database.found.markets) state_->send_counts(database, market.code, true);
    }
}

void Watch::load_all() {
    for (auto& database : state_->databases) {
        State::connect(database, state_->stopping.get_token());
        database.found = read_markets(*database.connection, state_->config, database.source);
        for (const auto& market : database.found.markets) State::look_at(database, market);
        database.shown = {database.found.markets, database.found.directory};
    }
    state_->complain_of_strangers(*state_->hub.served());
}

void Watch::start() { state_->start(); }

}  // namespace marque::app
