// Composition: settings → databases → markets → catalogue → threads, each with its own pools, caches and dispatcher.
#include "app/serve.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <functional>
#include <thread>

#include "app/background.h"
#include "app/databases.h"
#include "app/development.h"
#include "app/features.h"
#include "app/live.h"
#include "app/operations.h"
#include "app/pulse.h"
#include "app/serve_settings.h"
#include "app/start_checks.h"
#include "app/transfer_commands.h"
#include "app/watch.h"
#include "core/log.h"
#include "core/random.h"
#include "features/analytics/analytics.h"
#include "features/backoffice/backoffice.h"
#include "features/banners/counts.h"
#include "features/cart/cart.h"
#include "features/catalog/catalog.h"
#include "features/identity/identity.h"
#include "features/identity/login.h"
#include "features/invoices/invoices.h"
#include "features/management/management.h"
#include "features/media/storage.h"
#include "features/media/worker.h"
#include "features/messages/messages.h"
#include "features/notifications/notifications.h"
#include "features/orders/sales.h"
#include "features/payments/desk.h"
#include "features/payments/payments.h"
#include "features/shoppers/shoppers.h"
#include "features/sms/sms.h"
#include "features/storefront/storefront.h"
#include "features/webhooks/webhooks.h"
#include "features/wishlist/wishlist.h"
#include "http/dispatch.h"
#include "http/openapi.h"
#include "work/job_runner.h"
#include "work/outbox.h"

namespace marque::app {
namespace {

/// What all threads share; read-only while serving.
struct Shared {
    const Config& config;
    const http::Router& router;
    const http::Cors& cors;
    http::Metrics& metrics;
    identity::TokenKey& token_key;
    identity::SessionTable& sessions;
    Operations& operations;
    const Handlers& handlers;
    sms::Settings& sms_settings;
    sms::Bell& sms_bell;
    messages::Desk& messages_desk;
    webhooks::Bell& webhook_bell;
    const payments::Settings& payment_settings;
    banners::Counts& banner_counts;
    storefront::Site& site;
    backoffice::Office& office;
    http::FloodLimiter* flood_limiter;
    shoppers::GuestLimits& guest_limits;
    identity::LogInFollower& log_in_follower;
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
    Task<std::optional<http::GateRefusal>> enter_management(http::Context& context, const http::Route& route) override {
        co_return co_await management::enter(context, route);
    }

private:
    identity::Authenticator& authenticator_;
};

/// One thread's own objects, in the order they depend on each other.
class ThreadHost : public http::Dispatcher {
public:
    ThreadHost(const Shared& shared, Hub& hub, boost::asio::io_context& context, int index)
        : shared_(shared),
          hub_(hub),
          context_(context),
          index_(index),
          served_(hub.subscribe(context, inbox_)),
          cluster_(context, served_->layout, limits_of(shared.config), shared.threads),
          storage_(media::make_storage(shared.config, context)),
          desk_(context, shared.payment_settings, shared.config),
          authenticator_(shared.token_key, shared.sessions),
          gate_(authenticator_),
          handlers_(shared.handlers) {
        catalog::subscribe(handlers_, cluster_);
        services_.add(inbox_->snapshots);
        services_.add(inbox_->boards);
        services_.add(inbox_->rulebooks);
        services_.add(shared.banner_counts);
        services_.add(shared.site);
        services_.add(shared.office);
        services_.add(shared.token_key);
        services_.add(shared.sessions);
        services_.add(shared.operations);
        services_.add(pulse_);
        services_.add(shared.sms_settings);
        services_.add(shared.messages_desk);
        services_.add(shared.guest_limits);
        services_.add(shared.log_in_follower);
        services_.add(*storage_);
        services_.add(desk_);
        if (index == 0) media_worker_.emplace(context_, shared.config, *storage_);
        if (index == 0) job_runner_.emplace(context_, job_options());
        if (index == 0) sender_.emplace(context_, sender_parts());
        if (index == 0) message_sender_.emplace(context_, message_parts());
        if (index == 0) payment_worker_.emplace(context_, desk_, payment_parts());
        if (index == 0) webhook_worker_.emplace(context_, webhook_parts());
        dispatcher_.emplace(new_thread(), shared.router, gate_, shared.cors, shared.metrics, shared.flood_limiter);
        inbox_->adopt = [this](std::shared_ptr<const Served> served) { adopt(std::move(served)); };
        spawn(publish_figures(cluster_, pulse_, shared.metrics, shared.sessions, std::to_string(index),
                              new_background()));
        for (const auto& market : cluster_.markets()) take_up(market);
    }
    ~ThreadHost() override {
        for (const auto& background : backgrounds_) {
            background->stopping = true;
            background->alarm.ring();
        }
        hub_.unsubscribe(context_);
        cluster_.close();
    }
    ThreadHost(const ThreadHost&) = delete;
    ThreadHost& operator=(const ThreadHost&) = delete;

    Task<http::Response> dispatch(const http::Request& request) override { return dispatcher_->dispatch(request); }
    [[nodiscard]] std::size_t body_bytes_max(const http::Request& request) const override {
        return dispatcher_->body_bytes_max(request);
    }
    http::Response refuse(int status, std::string_view code, std::string_view detail) override {
        return dispatcher_->refuse(status, code, detail);
    }

private:
    /// What requests share from now on; it keeps the markets it names alive until the last of those requests ends.
    std::shared_ptr<http::Thread> new_thread() {
        struct Epoch {
            std::shared_ptr<const Served> served;
            http::Thread thread;
        };
        auto epoch = std::make_shared<Epoch>(
            Epoch{served_,
                  {.config = shared_.config,
                   .markets = served_->markets,
                   .cluster = cluster_,
                   .services = services_,
                   .refusal_page = storefront::refusal_page,
                   .content_version = [this](MarketCode market) { return inbox_->versions[market] + adoptions_; }}});
        return {epoch, &epoch->thread};
    }
    void adopt(std::shared_ptr<const Served> served) {
        served_ = std::move(served);
        // An answer names its currency by the market, and the market's news comes after the catalogue's.
        ++adoptions_;
        for (const auto& database : served_->layout.databases) {
            for (const MarketCode market : database.markets) {
                if (cluster_.has(market)) continue;
                cluster_.add_market(market, database.url);
                take_up(market);
            }
        }
        dispatcher_->enter(new_thread());
        if (index_ == 0) warn_of_budget(shared_.config, *served_, shared_.threads);
    }
    void take_up(MarketCode market) {
        pulse_.felt(market);  // its catalogue was read a moment ago
        spawn(feel(pulse_, cluster_.market(market), new_background()));
        relay(market);
    }
    /// One thread relays; several servers share the work by leases.
    void relay(MarketCode market) {
        if (index_ != 0) return;
        const auto db = cluster_.market(market);
        spawn(relay_market(db, handlers_, new_background()));
        const auto own = new_background();
        const auto tend_codes = [this, db, own] { return tend_market_codes(db, shared_.metrics, own); };
        spawn(repeat("auth.codes_not_tended", market, shared_.config.code_limits.tending_s, tend_codes, own));
        const auto count_sales = [db] { return orders::count_sales(db); };
        const int interval_s = shared_.config.sales_counting_s;
        spawn(repeat("orders.sales_not_counted", market, interval_s, count_sales, new_background()));
        const auto keep_revenue = [this, db, market] { return keep_days(db, market); };
        spawn(
            repeat("analytics.days_not_kept", market, shared_.config.sales_counting_s, keep_revenue, new_background()));
        const auto look = [this, db] { return shared_.operations.audit.look(db); };
        spawn(repeat("audit.not_done", market, shared_.config.audit_s, look, new_background()));
        const auto forget_guests = [this, db] { return cart::forget_guests(db, shared_.config.guest_days); };
        spawn(repeat("cart.guests_not_forgotten", market, shared_.config.guest_tending_s, forget_guests,
                     new_background()));
        const auto tell_back = [db] { return wishlist::tell_back_in_stock(db); };
        spawn(repeat("wishlist.not_told", market, shared_.config.back_in_stock_s, tell_back, new_background()));
        sender_->serve(cluster_.market(market));
        message_sender_->serve(cluster_.market(market));
        media_worker_->serve(cluster_.market(market));
        payment_worker_->serve(cluster_.market(market));
        webhook_worker_->serve(cluster_.market(market));
        job_runner_->serve(cluster_.market(market), url_of(served_->layout, market));
    }
    /// By the markets of now: a market's zone may have changed.
    Task<void> keep_days(db::Handle db, MarketCode market) {
        const MarketInfo* info = served_->markets.find(market);
        if (info == nullptr) co_return;
        const MarketInfo copy = *info;
        co_await analytics::keep_days(db, shared_.config, copy);
    }
    work::RunnerOptions job_options() {
        return {.daily = daily_jobs(),
                .zone_of =
                    [this](MarketCode market) {
                        const MarketInfo* info = served_->markets.find(market);
                        return info == nullptr ? std::string{"UTC"} : info->time_zone;
                    },
                .naive_schedules = shared_.config.breaks("naive_schedules")};
    }
    sms::SenderParts sender_parts() {
        return {.config = shared_.config,
                .settings = shared_.sms_settings,
                .bell = shared_.sms_bell,
                .open = [this](std::string_view text) { return identity::opened_text(shared_.token_key, text); },
                .market = [this](MarketCode market) { return served_->markets.find(market); },
                .show = identity::show_development_sms,
                .count =
                    [this](const std::string& market, const std::string& provider, const std::string& outcome) {
                        const http::Metrics::Labels labels{
                            {"market", market}, {"provider", provider}, {"outcome", outcome}};
                        shared_.metrics.set_gauge("marque_sms_tries", "How asking SMS providers ended, since the start",
                                                  labels, ++sms_tries_[labels]);
                    }};
    }
    messages::SenderParts message_parts() {
        return {.desk = shared_.messages_desk,
                .count = [this](const std::string& market, const std::string& channel, const std::string& outcome) {
                    const http::Metrics::Labels labels{{"market", market}, {"channel", channel}, {"outcome", outcome}};
                    shared_.metrics.set_gauge("marque_message_tries", "How sending messages ended, since the start",
                                              labels, ++message_tries_[labels]);
                }};
    }
    payments::WorkerParts payment_parts() {
        return {.config = shared_.config,
                .settings = shared_.payment_settings,
                .alarm = [this](const std::string& market, const std::string& kind) {
                    const http::Metrics::Labels labels{{"market", market}, {"kind", kind}};
                    shared_.metrics.set_gauge("marque_payment_alarms",
                                              "Payments somebody must look at, since the start", labels,
                                              ++payment_alarms_[labels]);
                }};
    }
    webhooks::WorkerParts webhook_parts() {
        return {.config = shared_.config,
                .bell = shared_.webhook_bell,
                .open = [this](std::string_view text) { return identity::opened_text(shared_.token_key, text); },
                .count =
                    [this](const std::string& market, const std::string& outcome) {
                        const http::Metrics::Labels labels{{"market", market}, {"outcome", outcome}};
                        shared_.metrics.set_gauge("marque_webhook_tries",
                                                  "How sending events to others' servers ended, since the start",
                                                  labels, ++webhook_tries_[labels]);
                    },
                .waiting =
                    [this](const std::string& market, std::int64_t waiting) {
                        shared_.metrics.set_gauge("marque_webhook_waiting", "Events that wait for their receivers",
                                                  {{"market", market}}, static_cast<double>(waiting));
                    }};
    }
    std::shared_ptr<Background> new_background() {
        return backgrounds_.emplace_back(std::make_shared<Background>(context_));
    }
    void spawn(Task<void> task) { boost::asio::co_spawn(context_, std::move(task), boost::asio::detached); }

    const Shared& shared_;
    Hub& hub_;
    boost::asio::io_context& context_;
    int index_;
    std::vector<std::shared_ptr<Background>> backgrounds_;
    std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
    std::shared_ptr<const Served> served_;
    std::uint64_t adoptions_ = 0;
    db::Cluster cluster_;
    Pulse pulse_;
    http::Services services_;
    std::unique_ptr<media::Storage> storage_;
    payments::Desk desk_;
    identity::Authenticator authenticator_;
    FeatureGate gate_;
    Handlers handlers_;
    std::optional<http::ApiDispatcher> dispatcher_;
    std::map<http::Metrics::Labels, double> sms_tries_;
    std::map<http::Metrics::Labels, double> message_tries_;
    std::map<http::Metrics::Labels, double> payment_alarms_;
    std::map<http::Metrics::Labels, double> webhook_tries_;
    std::optional<sms::Sender> sender_;
    std::optional<messages::Sender> message_sender_;
    std::optional<webhooks::Worker> webhook_worker_;
    std::optional<payments::Worker> payment_worker_;
    std::optional<media::Worker> media_worker_;
    std::optional<work::JobRunner> job_runner_;
};

}  // namespace

int serve(Config config, const ServeOptions& options) {
    require_closed(config);
    require_readable_payments(config);
    require_mail(config);
    log::set_level(config.debug ? "debug" : config.log_level);
    if (config.jwt_secret.empty()) config.jwt_secret = development_secret(config);
    Databases databases{config};
    if (options.migrate) databases.migrate();
    if (options.seed) databases.seed(config.development() ? Demo::shop_with_sales : Demo::none);
    MarketSet markets = databases.load_markets();
    warn_of_waiting(databases, markets);
    sms::Settings sms_settings = require_sms(config, markets);
    const payments::Settings payment_settings = require_payments(config, markets);
    databases.check_durability();
    databases.check_isolation();
    Hub hub{std::make_shared<const Served>(Served{std::move(markets), databases.layout()})};

    const http::Router router{all_routes(config)};
    http::Metrics metrics{router.routes()};
    const http::Cors cors{config.cors_origins, config.development() && config.cors_origins.empty()};
    identity::TokenKey token_key{config};
    identity::SessionTable sessions;
    Handlers handlers;
    payments::subscribe(handlers);
    invoices::subscribe(handlers);
    messages::Desk messages_desk{config, token_key};
    notifications::subscribe(handlers, messages_desk);
    sms::Bell sms_bell;
    sms::subscribe(handlers, sms_bell);
    webhooks::Bell webhook_bell;
    webhooks::subscribe(handlers, config, webhook_bell);
    banners::Counts banner_counts{config.banner_counts_per_minute};
    storefront::Site site{config,
                          [&](const MarketInfo& market) { return payments::card_provider(payment_settings, market); },
                          trial_logins(config, hub.served()->markets)};

    backoffice::Office office{config};
    const int threads = thread_count(config);
    http::Server* running = nullptr;
    Operations operations{metrics, Audit{metrics}, [&] { return running != nullptr && running->draining(); },
                          http::openapi_document(router.routes())};
    std::optional<http::FloodLimiter> flood_limiter;
    if (config.requests_per_minute > 0) flood_limiter.emplace(config.requests_per_minute);
    http::FloodLimiter* const limiter = flood_limiter ? &*flood_limiter : nullptr;
    shoppers::GuestLimits guest_limits{config};
    identity::LogInFollower log_in_follower{cart::join_guest};
    const Shared shared{config,           router,        cors,         metrics,  token_key,     sessions,
                        operations,       handlers,      sms_settings, sms_bell, messages_desk, webhook_bell,
                        payment_settings, banner_counts, site,         office,   limiter,       guest_limits,
                        log_in_follower,  threads};
    warn_of_budget(config, *hub.served(), threads);
    http::Server server{server_options_of(config), [&](boost::asio::io_context& context, int index) {
                            return std::make_unique<ThreadHost>(shared, hub, context, index);
                        }};
    running = &server;
    Watch watch{config, databases.sources(), hub, banner_counts};
    watch.load_all();
    watch.start();
    identity::SessionWatch session_watch{sessions, [&] { return urls_of(hub.served()->layout); },
                                         config.breaks("deaf_sessions")};
    session_watch.start();
    server.run([&] { greet(config, server.port(), hub.served()->markets); });
    watch.close();
    log::info("server.stopped");
    return 0;
}

}  // namespace marque::app
