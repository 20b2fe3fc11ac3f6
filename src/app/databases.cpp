// Layout, migrations, seeding and the checks before serving.
#include "app/databases.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "app/demo_shop.h"
#include "app/isolation.h"
#include "core/log.h"
#include "features/markets/markets.h"

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

Databases::Databases(const Config& config) : config_(config) {
    for (const auto& [market, url] : config.market_database_urls) {
        const auto name = "DATABASE_URL_MARQUE_" + std::string{market.upper()};
        layout_.databases.push_back({require_url(name, url), {market}});
        layout_.split = true;
    }
    if (!config.database_url.empty()) {
        layout_.databases.push_back({require_url("DATABASE_URL", config.database_url), {}});
    }
    if (!layout_.databases.empty()) return;
    if (!config.development()) {
        throw std::runtime_error("DATABASE_URL is missing: set it in the environment or in .env of this directory");
    }
    embedded_ = std::make_unique<db::EmbeddedCluster>(config.data_dir);
    layout_.databases.push_back({embedded_->url("marque"), {}});
}

std::string Databases::url_of(MarketCode market) const {
    for (const auto& database : layout_.databases) {
        if (std::ranges::find(database.markets, market) != database.markets.end()) return database.url;
    }
    fail_check("a market without a database", std::source_location::current());
}

void Databases::migrate() {
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        for (const auto& name : db::migrate_up(connection, db::embedded_migrations())) {
            log::info("migrate.applied", {{"migration", name}, {"database", db::masked_url(database.url)}});
        }
        for (const auto& market : markets::load(connection)) db::provision_market(connection, market.code);
    }
}

std::string Databases::migrate_down() {
    std::string undone;
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        undone = db::migrate_down_one(connection, db::embedded_migrations()).value_or("nothing");
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

void Databases::seed(bool demo) {
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        // In a mixed layout the main database leaves out the markets that have a database of their own.
        std::vector<MarketCode> elsewhere;
        if (database.markets.empty()) {
            for (const auto& [market, url] : config_.market_database_urls) elsewhere.push_back(market);
        }
        const int added = markets::seed(connection, database.markets, elsewhere);
        if (added > 0) log::info("seed.markets", {{"added", std::to_string(added)}});
        if (demo) seed_demo_shop(connection, markets::load(connection));
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
    for (auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
        if (const auto states = missing(connection); !states.empty()) {
            throw std::runtime_error(fmt::format(
                "{}: migration {} is {}; run `marque migrate`", db::masked_url(database.url), states.front().name,
                states.front().checksum_differs ? "changed since it was applied" : "missing"));
        }
        auto found = markets::load(connection);
        // A database named for a market serves that one only, whatever else it once held; the main one serves the rest.
        const auto configured = database.markets;
        std::erase_if(found, [&](const MarketInfo& market) {
            if (configured.empty()) return config_.market_database_urls.contains(market.code);
            return std::ranges::find(configured, market.code) == configured.end();
        });
        if (!configured.empty() && found.empty()) {
            throw std::runtime_error(fmt::format("{}: market {} is not in it yet; run `marque seed`",
                                                 db::masked_url(database.url), configured.front().to_text()));
        }
        database.markets.clear();
        for (auto& market : found) {
            database.markets.push_back(market.code);
            set.markets.push_back(std::move(market));
        }
    }
    if (set.markets.empty()) throw std::runtime_error("there is no market yet; run `marque seed`");
    const auto wanted = MarketCode::parse(config_.default_market);
    set.default_market = wanted && set.find(*wanted) != nullptr ? *wanted : set.markets.front().code;
    return set;
}

std::vector<std::string> Databases::isolation_report() {
    std::vector<std::string> report;
    for (const auto& database : layout_.databases) {
        db::AdminConnection connection{database.url};
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
