// Layout, migrations, seeding and the checks before serving.
#include "app/databases.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "app/demo_shop.h"
#include "app/isolation.h"
#include "core/log.h"
#include "features/markets/markets.h"
#include "features/shipping/shipping.h"
#include "features/tax/tax.h"

namespace marque::app {
namespace {

struct SettingRow {
    std::string fsync;
    std::string full_page_writes;
    std::string synchronous_commit;
};
RECORD(SettingRow, fsync, full_page_writes, synchronous_commit);

struct Sql {
    db::Statement<SettingRow()> durability{"databases.durability", R"(
        SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
               current_setting('synchronous_commit') AS synchronous_commit)"};
    db::Statement<bool()> has_tables{"databases.has_tables", "SELECT to_regclass('public.markets') IS NOT NULL"};
};
constexpr Sql sql;

std::string require_url(std::string_view name, const std::string& url) {
    auto normalised = db::normalised_url(url);
    if (!normalised) throw std::runtime_error(fmt::format("{}: {}", name, normalised.error()));
    return std::move(*normalised);
}

std::vector<db::MigrationState> missing(db::AdminConnection& connection) {
    auto states = db::migration_status(connection, db::embedded_migrations());
    std::erase_if(states, [](const auto& state) { return state.applied && !state.checksum_differs; });
    return states;
}

}  // namespace

DatabaseMarkets read_markets(db::AdminConnection& connection, const Config& config, const DatabaseSource& source) {
    DatabaseMarkets found;
    if (!markets::is_prepared(connection)) {
        if (source.market) return found;
        throw std::runtime_error(db::masked_url(source.url) + ": migrations are missing; run `marque migrate`");
    }
    found.directory = markets::directory(connection);
    found.markets = markets::load(connection);
    // A database named for a market serves that one only, whatever else it once held; the main one serves the rest.
    std::erase_if(found.markets, [&](const MarketInfo& market) {
        return source.market ? market.code != *source.market : config.market_database_urls.contains(market.code);
    });
    return found;
}

void finish(MarketSet& set, const Config& config) {
    std::ranges::sort(set.markets, {}, &MarketInfo::code);
    const auto wanted = MarketCode::parse(config.default_market);
    const MarketInfo* chosen = wanted ? set.find(*wanted) : nullptr;
    for (const auto& market : set.markets) {
        if (chosen == nullptr || (!chosen->is_live() && market.is_live())) chosen = &market;
    }
    if (chosen != nullptr) set.default_market = chosen->code;
}

Databases::Databases(const Config& config) : config_(config) {
    for (const auto& [market, url] : config.market_database_urls) {
        sources_.push_back({require_url("DATABASE_URL_MARQUE_" + std::string{market.upper()}, url), market});
        layout_.split = true;
    }
    if (!config.database_url.empty()) sources_.push_back({require_url("DATABASE_URL", config.database_url), {}});
    if (sources_.empty()) {
        if (!config.development()) {
            throw std::runtime_error("DATABASE_URL is missing: set it in the environment or in .env of this directory");
        }
        embedded_ = std::make_unique<db::EmbeddedCluster>(config.data_dir);
        sources_.push_back({embedded_->url("marque"), {}});
    }
    for (const auto& source : sources_) {
        layout_.databases.push_back({source.url, {}});
        if (source.market) layout_.databases.back().markets.push_back(*source.market);
    }
}

const DatabaseSource* Databases::find_source(MarketCode market) const {
    const DatabaseSource* main = nullptr;
    for (const auto& source : sources_) {
        if (source.market == market) return &source;
        if (!source.market) main = &source;
    }
    return main;
}

void Databases::migrate() {
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        for (const auto& name : db::migrate_up(connection, db::embedded_migrations())) {
            log::info("migrate.applied", {{"migration", name}, {"database", db::masked_url(database.url)}});
        }
        // Regions wait: the roles that may read them are only just made.
        for (const auto& market : markets::load(connection, false)) db::provision_market(connection, market.code);
    }
}

std::string Databases::migrate_down(bool may_lose_data) {
    std::string undone;
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        undone = db::migrate_down_one(connection, db::embedded_migrations(), may_lose_data).value_or("nothing");
    }
    return undone;
}

std::string Databases::status() {
    std::string out;
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        out += db::masked_url(database.url) + "\n";
        for (const auto& state : db::migration_status(connection, db::embedded_migrations())) {
            const char* word = state.checksum_differs ? "CHANGED" : state.applied ? "applied" : "missing";
            out += fmt::format("  {:<8} {}\n", word, state.name);
        }
    }
    return out;
}

void Databases::seed(Demo demo) {
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        // In a mixed layout the main database leaves out the markets that have a database of their own.
        std::vector<MarketCode> elsewhere;
        if (database.markets.empty()) {
            for (const auto& [market, url] : config_.market_database_urls) elsewhere.push_back(market);
        }
        const int added = markets::seed(connection, database.markets, elsewhere);
        if (added > 0) log::info("seed.markets", {{"added", std::to_string(added)}});
        const auto here = markets::load(connection);
        for (const auto& market : here) {
            shipping::seed(connection, market.code);
            tax::seed(connection, market.code);
        }
        if (demo == Demo::none || here.empty()) continue;
        seed_demo_shop(connection, here,
                       demo == Demo::shop_with_sales ? config_.test_phones : std::vector<std::string>{});
    }
}

void Databases::reset() {
    if (!config_.development()) throw std::runtime_error("db-reset works in development only");
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        connection.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        log::info("database.reset", {{"database", db::masked_url(database.url)}});
    }
}

MarketSet Databases::load_markets() {
    MarketSet set;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        db::AdminConnection connection{sources_[i].url};
        auto states = missing(connection);
        const bool untouched = states.size() == db::embedded_migrations().size();
        if (sources_[i].market && untouched) states.clear();  // waits for `market add`
        if (!states.empty()) {
            throw std::runtime_error(fmt::format(
                "{}: migration {} is {}; run `marque migrate`", db::masked_url(sources_[i].url), states.front().name,
                states.front().checksum_differs ? "changed since it was applied" : "missing"));
        }
        auto found = read_markets(connection, config_, sources_[i]);
        layout_.databases[i].markets.clear();
        for (auto& market : found.markets) {
            layout_.databases[i].markets.push_back(market.code);
            set.markets.push_back(std::move(market));
        }
    }
    if (set.markets.empty()) throw std::runtime_error("there is no market yet; run `marque seed`");
    finish(set, config_);
    return set;
}

std::vector<std::string> Databases::isolation_report() {
    std::vector<std::string> report;
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        // The empty database of a market that is still to come has nothing to wall off.
        if (!connection.rows(sql.has_tables).front()) continue;
        for (const auto& fault : isolation_faults(connection)) {
            report.push_back(fmt::format("{}: {}", db::masked_url(database.url), fault));
        }
    }
    return report;
}

void Databases::check_isolation() {
    const auto report = isolation_report();
    if (report.empty()) return;
    if (!config_.breaks("serve_open")) {
        throw std::runtime_error(fmt::format(
            "markets are not walled off from each other; `marque migrate` closes tables and adds policies, the rest is "
            "yours to undo:\n  {}",
            fmt::join(report, "\n  ")));
    }
    log::warning("database.open", {{"faults", std::to_string(report.size())}});
}

void Databases::check_durability() {
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        const auto row = connection.rows(sql.durability).front();
        if (row.fsync == "on" && row.full_page_writes == "on" && row.synchronous_commit != "off") continue;
        const std::string message = fmt::format(
            "{}: PostgreSQL may lose committed orders (fsync={}, full_page_writes={}, synchronous_commit={}): turn all "
            "on",
            db::masked_url(database.url), row.fsync, row.full_page_writes, row.synchronous_commit);
        if (!config_.development()) throw std::runtime_error(message);
        log::warning("database.not_durable", {{"what", message}});
    }
}

}  // namespace marque::app
