// The checks and warnings themselves.
#include "app/start_checks.h"

#include <fmt/format.h>

#include "core/log.h"
#include "features/messages/messages.h"

namespace marque::app {
namespace {

void refuse(const std::vector<std::string>& reasons) {
    if (reasons.empty()) return;
    throw std::runtime_error(fmt::format("refusing to serve:\n  {}", fmt::join(reasons, "\n  ")));
}

}  // namespace

void require_closed(const Config& config) { refuse(fail_closed_reasons(config)); }

sms::Settings require_sms(const Config& config, const MarketSet& markets) {
    auto settings = sms::read_settings(config);
    refuse(settings ? sms::reasons_not_to_serve(*settings, config, markets.markets) : settings.error());
    return std::move(*settings);
}

void require_mail(const Config& config) { refuse(messages::reasons_not_to_send(config)); }

void require_readable_payments(const Config& config) {
    const auto settings = payments::read_settings(config);
    if (!settings) refuse(settings.error());
}

payments::Settings require_payments(const Config& config, const MarketSet& markets) {
    auto settings = payments::read_settings(config);
    refuse(settings ? payments::reasons_not_to_serve(*settings, markets.markets) : settings.error());
    return std::move(*settings);
}

void warn_of_waiting(const Databases& databases, const MarketSet& markets) {
    for (const auto& source : databases.sources()) {
        if (!source.market || markets.find(*source.market) != nullptr) continue;
        log::warning("market.waiting", {{"market", source.market->to_text()},
                                        {"database", db::masked_url(source.url)},
                                        {"what",
                                         "the market is not in its database yet: `marque seed` brings the "
                                         "launch markets, `marque market add` any other"}});
    }
}

db::PoolLimits limits_of(const Config& config) {
    db::PoolLimits limits;
    limits.connections_per_database = config.db_connections;
    limits.trust_standbys = config.breaks("trust_standbys");
    if (config.breaks("wait_for_ever")) limits.acquire_timeout_ms = limits.commit_timeout_ms = 3'600'000;
    return limits;
}

void warn_of_budget(const Config& config, const Served& served, int threads) {
    for (const auto& database : served.layout.databases) {
        const int markets = static_cast<int>(database.markets.size());
        if (!db::share_of(limits_of(config), threads, markets).over_budget) continue;
        log::warning("db.budget_exceeded",
                     {{"database", db::masked_url(database.url)},
                      {"connections", std::to_string(2 * threads * markets + 2)},
                      {"what", "DB_CONNECTIONS is too few for these markets and THREADS: raise it or lower THREADS"}});
    }
}

}  // namespace marque::app
