// marque market add: everything a market needs, in one transaction of its database, on a running system.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "app/market_commands.h"
#include "app/market_queries.h"
#include "app/shared_rows.h"
#include "core/log.h"
#include "core/phone_example.h"
#include "features/markets/edit.h"
#include "features/markets/markets.h"
#include "features/markets/queries.h"
#include "features/shipping/shipping.h"
#include "json/write.h"

namespace marque::app {
namespace {

/// What the new market takes over, and what only it can say.
MarketInfo draft_of(MarketCode code, const MarketInfo& like, const AddMarket& wanted) {
    MarketInfo market = like;
    const std::string upper{code.upper()};
    market.code = code;
    market.state = "draft";
    market.regions.clear();
    market.phone_regions.clear();
    if (upper.size() == 2) market.phone_regions.push_back(upper);
    market.phone_example = upper.size() == 2 ? phone_example_of(upper) : std::string{};
    // Amounts are read in the market's currency, which therefore goes first.
    for (const bool currency : {true, false}) {
        for (const auto& [name, value] : wanted.fields) {
            if ((name == "currency") != currency) continue;
            const auto change = markets::set_field(market, name, value);
            if (!change) throw Mistake{change.error()};
        }
    }
    const auto fits = [&](const auto& prefix) { return market.phone_example.starts_with(prefix); };
    if (std::ranges::none_of(market.phone_prefixes, fits)) market.phone_example.clear();
    return market;
}

void check_budget(const Config& config, const db::Layout::Database& place) {
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const int threads = config.threads > 0 ? config.threads : cores;
    const int markets = static_cast<int>(place.markets.size()) + 1;
    const db::PoolLimits limits{.connections_per_database = config.db_connections};
    if (!db::share_of(limits, threads, markets).over_budget) return;
    throw Mistake{
        fmt::format("{} markets in one database and {} threads need DB_CONNECTIONS of at least {}, it is {}: "
                    "raise it (and PostgreSQL's max_connections), lower THREADS, or give the market a "
                    "database of its own",
                    markets, threads, 2 * threads * markets + 2, config.db_connections)};
}

/// The regions of a sibling with their rates, for markets that share them.
void copy_regions(db::AdminConnection& from, db::AdminConnection& to, const MarketInfo& like, MarketCode code) {
    from.become(like.code.to_text());
    const auto rates = from.rows(market_sql.region_rates, like.code);
    from.become("");
    to.become(code.to_text());
    for (const auto& region : like.regions) {
        const auto rate = std::ranges::find(rates, region.code, &RegionRateRow::code);
        const auto now = rate == rates.end() ? std::nullopt : rate->milli_percent;
        to.execute(markets::sql.insert_region, code, region.code, region.name, region.kind, now,
                   db::JsonText{json::written(region.names)});
        if (rate == rates.end()) continue;
        for (const auto& change : rate->changes) {
            to.execute(market_sql.set_region_rate, code, region.code, change.substr(0, 10),
                       parse_integer(change.substr(11)).value_or(0));
        }
    }
    to.become("");
}

void tell(const MarketInfo& market, const MarketInfo& like, std::int64_t carried, double seconds) {
    const auto money = [&](std::int64_t minor) {
        return Money{minor, market.currency}.to_text() + " " + market.currency.to_text();
    };
    fmt::print("market {} ({}) is there as a draft, after {:.1f} s\n", market.code.upper(), market.name, seconds);
    if (carried > 0) fmt::print("{} shared rows were carried over from {}'s database\n", carried, like.code.upper());
    fmt::print("as in {}: tax {} {} %, {}; shipping {}, free from {}; payment {}; SMS by {}\n", like.code.upper(),
               market.tax_label, markets::percent_text(market.tax_milli_percent),
               market.tax_inclusive ? "contained in prices" : "added to prices", money(market.shipping_minor),
               money(market.shipping_free_from_minor), fmt::join(market.payment_methods, ", "), market.sms_provider);
    if (market.currency != like.currency) {
        fmt::print(
            "note: shipping is {}'s figure in another currency; say yours: marque market set {} shipping=… "
            "shipping_free_from=…\n",
            like.code.upper(), market.code.upper());
    }
    fmt::print(
        "next: marque market check {0}; marque price copy --from {1} --to {0} --factor … --round …; "
        "marque stock set {0} --all --pieces …; marque market state {0} live\n",
        market.code.upper(), like.code.upper());
}

/// How addresses are written and money is taken; MIR cards stay where the law has them (R61).
void copy_customs(db::AdminConnection& from, db::AdminConnection& to, MarketCode like, MarketCode code) {
    auto customs = from.rows(markets::custom_sql.get, like).front();
    std::erase(customs.card_brands, "mir");
    to.execute(markets::custom_sql.set, code, customs.address_line, customs.delivery_service, customs.card_brands,
               customs.payment_gateways);
}

/// The row and all that hangs on it appear to servers at once, by one commit.
std::int64_t write(MarketDatabases& all, db::AdminConnection& to, const MarketInfo& market, const MarketInfo& like,
                   const AddMarket& wanted, bool own_database) {
    db::provision_market(to, market.code);
    auto from = all.connect(like.code);
    to.run("BEGIN");
    const std::int64_t carried = own_database ? copy_shared_rows(from, to) : 0;
    if (!markets::insert(to, market)) throw Mistake{"the market is in the database already"};
    copy_customs(from, to, like.code, market.code);
    to.execute(market_sql.enter_directory, market.code);
    if (wanted.copy_regions) copy_regions(from, to, like, market.code);
    shipping::seed(to, market.code);
    to.run("COMMIT");
    // Tables that just grew from nothing have no statistics yet, and the planner would take them for empty.
    if (carried > 0) to.run("ANALYZE");
    return carried;
}

}  // namespace

int add_market(const Config& config, const AddMarket& wanted) {
    const auto started = std::chrono::steady_clock::now();
    const MarketCode code = require_code(wanted.code);
    MarketDatabases all{config};
    if (all.set().find(code) != nullptr) throw Mistake{fmt::format("there is a market {} already", code.upper())};
    const MarketInfo& like = all.get(wanted.like);
    const MarketInfo market = draft_of(code, like, wanted);
    check_prefixes(all.set(), market);

    const DatabaseSource* source = all.databases().find_source(code);
    if (source == nullptr) {
        throw Mistake{
            fmt::format("each market has a database of its own here: set DATABASE_URL_MARQUE_{} to an empty "
                        "one, for this command and for every server, and run it again",
                        code.upper())};
    }
    const auto& places = all.databases().layout().databases;
    check_budget(config, *std::ranges::find(places, source->url, &db::Layout::Database::url));
    db::AdminConnection to{source->url};
    if (source->market) db::migrate_up(to, db::embedded_migrations());
    check_fields(to, market);
    const std::int64_t carried = write(all, to, market, like, wanted, source->market.has_value());
    // A server that was started without the new database's setting learns here that it misses something.
    for (const auto& other : all.databases().sources()) {
        if (other.url == source->url) continue;
        db::AdminConnection{other.url}.execute(market_sql.enter_directory, code);
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started;
    log::info("market.created", {{"market", code.to_text()}, {"like", like.code.to_text()}});
    tell(market, like, carried, spent.count());
    return 0;
}

}  // namespace marque::app
