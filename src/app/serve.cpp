// Composition: settings → databases → markets → catalogue → threads, each with its own pools, caches and dispatcher.
#include "app/serve.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "app/databases.h"
#include "app/features.h"
#include "app/operations.h"
#include "core/log.h"
#include "core/random.h"
#include "features/catalog/catalog.h"
#include "features/identity/identity.h"
#include "features/management/management.h"
#include "http/dispatch.h"
#include "http/openapi.h"
#include "work/outbox.h"

namespace marque::app {
namespace {

using Handlers = std::map<std::string, work::Handler, std::less<>>;

/// What all threads share; read-only while serving.
struct Shared {
    const Config& config;
    const db::Layout& layout;
    const MarketSet& markets;
    const http::Router& router;
    const http::Cors& cors;
    http::Metrics& metrics;
    identity::TokenKey& token_key;
    Operations& operations;
    const Handlers& handlers;
    int threads;
};

/// Identity and management behind http's seam.
class FeatureGate : public http::Gate {
public:
    explicit FeatureGate(identity::Authenticator& authenticator) : authenticator_(authenticator) {}
    Task<std::expected<http::Caller, http::GateRefusal>> authenticate(http::Context& context,
                                                                      std::string_view token) override {
        co_return co_await authenticator_.authenticate(context, token);
    }
    Task<std::optional<http::GateRefusal>> enter_management(http::Context& context) override {
        co_return co_await management::enter(context);
    }

private:
    identity::Authenticator& authenticator_;
};

/// The threads that want new catalogue snapshots.
class SnapshotHub {
public:
    void publish(MarketCode market, const std::shared_ptr<const catalog::Snapshot>& snapshot) {
        const std::lock_guard lock{mutex_};
        latest_.by_market[market] = snapshot;
        for (const auto& [context, snapshots] : subscribers_) {
            boost::asio::post(*context,
                              [target = snapshots, market, snapshot] { target->by_market[market] = snapshot; });
        }
    }
    void subscribe(boost::asio::io_context& context, catalog::Snapshots& snapshots) {
        const std::lock_guard lock{mutex_};
        snapshots = latest_;
        subscribers_[&context] = &snapshots;
    }
    void unsubscribe(boost::asio::io_context& context) {
        const std::lock_guard lock{mutex_};
        subscribers_.erase(&context);
    }

private:
    std::mutex mutex_;
    catalog::Snapshots latest_;
    std::map<boost::asio::io_context*, catalog::Snapshots*> subscribers_;
};

/// How often the relay looks for events when it found none.
constexpr std::chrono::milliseconds relay_interval{100};

/// What a background coroutine shares with the thread that owns it: told to stop, it touches nothing any more.
struct Background {
    explicit Background(boost::asio::io_context& context) : timer(context) {}
    boost::asio::steady_timer timer;
    bool stopping = false;
};

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
        background->timer.expires_after(relay_interval);
        co_await background->timer.async_wait(boost::asio::use_awaitable);
    }
}

/// Copies one thread's database figures into the metrics once a second; only that thread may read them.
Task<void> publish_figures(db::Cluster& cluster, http::Metrics& metrics, std::string thread,
                           std::shared_ptr<Background> background) {
    while (!background->stopping) {
        const auto figures = cluster.figures();
        metrics.set_gauge("marque_db_connections", "Connections open", {{"thread", thread}}, figures.open);
        metrics.set_gauge("marque_db_waiting", "Requests waiting for a connection", {{"thread", thread}},
                          figures.waiting);
        for (const auto& [statement, runs] : figures.runs_by_statement) {
            metrics.set_gauge("marque_db_statement_runs", "How often each statement ran",
                              {{"statement", statement}, {"thread", thread}}, static_cast<double>(runs));
        }
        background->timer.expires_after(std::chrono::seconds{1});
        co_await background->timer.async_wait(boost::asio::use_awaitable);
    }
}

/// One thread's own objects, in the order they depend on each other.
class ThreadHost : public http::Dispatcher {
public:
    ThreadHost(const Shared& shared, SnapshotHub& hub, boost::asio::io_context& context, int index)
        : hub_(hub),
          context_(context),
          cluster_(context, shared.layout, limits_of(shared.config), shared.threads),
          thread_{.config = shared.config, .markets = shared.markets, .cluster = cluster_},
          authenticator_(shared.token_key),
          gate_(authenticator_),
          dispatcher_(thread_, shared.router, gate_, shared.cors, shared.metrics) {
        thread_.services.add(snapshots_);
        thread_.services.add(shared.token_key);
        thread_.services.add(authenticator_);
        thread_.services.add(shared.operations);
        hub_.subscribe(context_, snapshots_);
        spawn(publish_figures(cluster_, shared.metrics, std::to_string(index), new_background()));
        if (index != 0) return;  // one thread relays; several servers share the work by leases
        for (const auto& market : cluster_.markets()) {
            spawn(relay_market(cluster_.market(market), shared.handlers, new_background()));
        }
    }
    ~ThreadHost() override {
        for (const auto& background : backgrounds_) {
            background->stopping = true;
            background->timer.cancel();
        }
        hub_.unsubscribe(context_);
        cluster_.close();
    }
    ThreadHost(const ThreadHost&) = delete;
    ThreadHost& operator=(const ThreadHost&) = delete;

    Task<http::Response> dispatch(const http::Request& request) override { return dispatcher_.dispatch(request); }
    http::Response refuse(int status, std::string_view code, std::string_view detail) override {
        return dispatcher_.refuse(status, code, detail);
    }

private:
    std::shared_ptr<Background> new_background() {
        return backgrounds_.emplace_back(std::make_shared<Background>(context_));
    }
    void spawn(Task<void> task) { boost::asio::co_spawn(context_, std::move(task), boost::asio::detached); }
    static db::PoolLimits limits_of(const Config& config) {
        db::PoolLimits limits;
        limits.connections_per_database = config.db_connections;
        return limits;
    }

    SnapshotHub& hub_;
    boost::asio::io_context& context_;
    std::vector<std::shared_ptr<Background>> backgrounds_;
    catalog::Snapshots snapshots_;
    db::Cluster cluster_;
    http::Thread thread_;
    identity::Authenticator authenticator_;
    FeatureGate gate_;
    http::ApiDispatcher dispatcher_;
};

/// Development without JWT_SECRET keeps one of its own, so that a restart logs nobody out.
std::string development_secret(const Config& config) {
    namespace fs = std::filesystem;
    const fs::path path = fs::path{config.data_dir} / "jwt_secret";
    std::string secret;
    std::ifstream{path} >> secret;
    if (secret.size() >= 32) return secret;
    fs::create_directories(config.data_dir);
    secret = random_letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 43);
    const auto old_mask = ::umask(0077);
    std::ofstream{path} << secret << '\n';
    ::umask(old_mask);
    return secret;
}

/// In development an SMS is a row that /dev/sms shows; other environments have no provider yet and keep it waiting.
void subscribe_sms(const Config& config, Handlers& handlers) {
    if (config.development()) {
        handlers[std::string{work::SmsMessage::topic}] = identity::show_development_sms;
        return;
    }
    handlers[std::string{work::SmsMessage::topic}] = [](db::Handle, const work::Event&) -> Task<void> {
        throw std::runtime_error("no SMS provider is configured");
        co_return;
    };
}

http::SessionLimits limits_of(const Config& config) {
    return {.header_deadline_s = config.header_timeout_s,
            .body_deadline_s = config.body_timeout_s,
            .idle_deadline_s = config.idle_timeout_s,
            .write_deadline_s = config.write_timeout_s,
            .ignore_lengths = config.breaks("content_length")};
}

void greet(const Config& config, std::uint16_t port, const MarketSet& markets) {
    log::info("server.listening", {{"address", config.host},
                                   {"port", std::to_string(port)},
                                   {"markets", std::to_string(markets.markets.size())},
                                   {"environment", config.environment}});
    if (!config.development()) return;
    fmt::print(stderr,
               "\n  Marque serves http://localhost:{0}\n"
               "    API and viewer   http://localhost:{0}/docs\n"
               "    products         curl 'http://localhost:{0}/api/v1/products?market=kg&lang=ky&limit=2'\n"
               "    log in           phones {1}, code 123456 (development only)\n"
               "    other phones     their code stands at http://localhost:{0}/dev/sms\n\n",
               port, fmt::join(config.test_phones, ", "));
}

}  // namespace

int serve(Config config, const ServeOptions& options) {
    if (const auto reasons = fail_closed_reasons(config); !reasons.empty()) {
        throw std::runtime_error(fmt::format("refusing to serve:\n  {}", fmt::join(reasons, "\n  ")));
    }
    log::set_level(config.debug ? "debug" : config.log_level);
    if (config.jwt_secret.empty()) config.jwt_secret = development_secret(config);
    Databases databases{config};
    if (options.migrate) databases.migrate();
    if (options.seed) databases.seed(config.development());
    const MarketSet markets = databases.load_markets();
    databases.check_durability();

    const http::Router router{all_routes(config)};
    http::Metrics metrics{router.routes()};
    const http::Cors cors{config.cors_origins, config.development() && config.cors_origins.empty()};
    identity::TokenKey token_key{config.jwt_secret};
    Handlers handlers;
    catalog::subscribe(handlers);
    subscribe_sms(config, handlers);

    SnapshotHub hub;
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const int threads = config.threads > 0 ? config.threads : cores;
    http::Server* running = nullptr;
    Operations operations{metrics, [&] { return running != nullptr && running->draining(); },
                          http::openapi_document(router.routes())};
    const Shared shared{config,  databases.layout(), markets,    router,   cors,
                        metrics, token_key,          operations, handlers, threads};
    http::Server server{{.address = config.host,
                         .port = static_cast<std::uint16_t>(config.port),
                         .threads = threads,
                         .limits = limits_of(config),
                         .public_https = config.public_https(),
                         .trusted_proxies = config.trusted_proxies},
                        [&](boost::asio::io_context& context, int index) {
                            return std::make_unique<ThreadHost>(shared, hub, context, index);
                        }};
    running = &server;
    catalog::Watcher watcher{
        markets, [&](MarketCode market) { return databases.url_of(market); },
        [&](MarketCode market, std::shared_ptr<const catalog::Snapshot> snapshot) { hub.publish(market, snapshot); }};
    watcher.load_all();
    watcher.start();
    server.run([&] { greet(config, server.port(), markets); });
    log::info("server.stopped");
    return 0;
}

}  // namespace marque::app
