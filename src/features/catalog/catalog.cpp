// Loading and watching: the version row is read four times a second, and a change means a new snapshot.
#include "features/catalog/catalog.h"

#include <condition_variable>
#include <mutex>
#include <optional>

#include "core/log.h"
#include "json/read.h"

namespace marque::catalog {
namespace {

/// Two servers agree within a second: this, the load and the hand-over stay well below it.
constexpr std::chrono::milliseconds watch_interval{250};

Task<void> on_order_created(db::Handle db, const work::Event& event) {
    const auto order = json::read_text<work::OrderCreated>(event.payload);
    check(order.has_value(), "an order event that the catalogue cannot read");
    const auto sold_out = co_await db.find(sql.sold_out_by, order->order_id.value());
    if (sold_out) co_await db.execute(sql.raise_version, event.market);
}

}  // namespace

std::shared_ptr<const Snapshot> load_snapshot(db::AdminConnection& connection, const MarketInfo& market) {
    connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    // Whole tables are joined: hash joins, even where the statistics are too young to say so.
    connection.run("SET LOCAL enable_nestloop = off");
    CatalogRows rows;
    rows.version = connection.rows(sql.version).front();
    rows.categories = connection.rows(sql.categories);
    rows.category_texts = connection.rows(sql.category_texts);
    rows.products = connection.rows(sql.products);
    rows.product_texts = connection.rows(sql.product_texts);
    rows.features = connection.rows(sql.features);
    rows.images = connection.rows(sql.images);
    rows.skus = connection.rows(sql.skus);
    connection.run("COMMIT");
    return std::make_shared<const Snapshot>(market, std::move(rows));
}

struct Watcher::State {
    const MarketSet& markets;
    std::function<std::string(MarketCode)> url_of;
    Publish publish;
    struct Watched {
        std::optional<db::AdminConnection> connection;
        std::int64_t version = -1;
    };
    std::map<MarketCode, Watched> watched;
    std::mutex mutex;
    std::condition_variable wake;
    bool stopping = false;
    std::thread thread;

    /// Loads and publishes when the version is another than the last one seen.
    void look(const MarketInfo& market) {
        auto& entry = watched[market.code];
        if (!entry.connection) {
            entry.connection.emplace(url_of(market.code));
            entry.connection->become(market.code.to_text());
        }
        const auto version = entry.connection->rows(sql.version).front();
        if (version == entry.version) return;
        auto snapshot = load_snapshot(*entry.connection, market);
        entry.version = snapshot->version();
        log::info("catalog.loaded", {{"market", market.code.to_text()},
                                     {"version", std::to_string(entry.version)},
                                     {"products", std::to_string(snapshot->products().size())}});
        publish(market.code, std::move(snapshot));
    }

    void watch() {
        std::unique_lock lock{mutex};
        while (!wake.wait_for(lock, watch_interval, [&] { return stopping; })) {
            for (const auto& market : markets.markets) {
                try {
                    look(market);
                } catch (const std::exception& error) {
                    // A lost connection is opened again next time; the old snapshot goes on being served.
                    log::warning("catalog.not_watched", {{"market", market.code.to_text()}, {"what", error.what()}});
                    watched[market.code].connection.reset();
                }
            }
        }
    }
};

Watcher::Watcher(const MarketSet& markets, std::function<std::string(MarketCode)> url_of, Publish publish)
    : state_(new State{.markets = markets, .url_of = std::move(url_of), .publish = std::move(publish)}) {}

Watcher::~Watcher() {
    {
        const std::lock_guard lock{state_->mutex};
        state_->stopping = true;
    }
    state_->wake.notify_all();
    if (state_->thread.joinable()) state_->thread.join();
}

void Watcher::load_all() {
    for (const auto& market : state_->markets.markets) state_->look(market);
}

void Watcher::start() {
    state_->thread = std::thread{[state = state_.get()] { state->watch(); }};
}

void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers) {
    work::add_handler(handlers, work::OrderCreated::topic, on_order_created);
}

}  // namespace marque::catalog
