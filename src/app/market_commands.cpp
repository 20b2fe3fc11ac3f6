// marque market list, set, regions, region and tax: a market's data, looked at and changed.
#include "app/market_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/market_queries.h"
#include "core/text.h"
#include "features/markets/edit.h"
#include "json/write.h"

namespace marque::app {
namespace {

struct MarketLine {
    std::string code;
    std::string name;
    std::string state;
    std::string currency;
    std::vector<std::string> phone_prefixes;
    std::vector<std::string> languages;
    std::string time_zone;
    std::int64_t regions = 0;
    std::string database;
};
RECORD(MarketLine, code, name, state, currency, phone_prefixes, languages, time_zone, regions, database);

/// name=value, cut at the first "=".
std::pair<std::string, std::string> assignment(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) throw Mistake{"\"" + text + "\" must be FIELD=VALUE"};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

std::int64_t require_percent(const std::string& text) {
    const auto percent = markets::parse_percent(text);
    if (!percent) throw Mistake{"--percent: " + percent.error()};
    return *percent;
}

std::string rate_text(std::optional<std::int64_t> milli_percent) {
    return milli_percent ? markets::percent_text(*milli_percent) + " %" : "as the market";
}

std::string change_text(const std::string& change) {
    return fmt::format("{} %, from {}", markets::percent_text(parse_integer(change.substr(11)).value_or(0)),
                       change.substr(0, 10));
}

}  // namespace

MarketCode require_code(const std::string& text) {
    const auto code = MarketCode::parse(text);
    if (!code) throw Mistake{"\"" + text + "\" " + code.error()};
    return *code;
}

const MarketInfo& MarketDatabases::get(const std::string& code) const {
    const auto* market = set_.find(require_code(code));
    if (market == nullptr) throw Mistake{"there is no market " + uppered(code)};
    return *market;
}

db::AdminConnection MarketDatabases::connect(MarketCode market) const {
    const auto* source = databases_.find_source(market);
    check(source != nullptr, "a market without a database");
    return db::AdminConnection{source->url};
}

void check_fields(db::AdminConnection& connection, const MarketInfo& market) {
    if (!connection.rows(market_sql.knows_time_zone, market.time_zone).front()) {
        throw Mistake{"timezone: must be one of the tz database, like Asia/Bishkek"};
    }
    try {
        connection.rows(market_sql.compiles_pattern, market.postal_code_pattern);
    } catch (const db::Error&) {
        throw Mistake{"postal_code_pattern: must be a regular expression"};
    }
}

void check_prefixes(const MarketSet& set, const MarketInfo& market) {
    for (const auto& other : set.markets) {
        if (other.code == market.code) continue;
        for (const auto& prefix : market.phone_prefixes) {
            if (std::ranges::find(other.phone_prefixes, prefix) == other.phone_prefixes.end()) continue;
            throw Mistake{fmt::format("prefix: {} belongs to market {} already", prefix, other.code.upper())};
        }
    }
}

void store(db::AdminConnection& connection, const MarketInfo& m) {
    connection.execute(market_sql.update, m.code, m.name, m.currency.to_text(), m.currency_sign, m.time_zone,
                       m.phone_prefixes, m.languages, m.tax_inclusive, m.tax_milli_percent, m.shipping_minor,
                       m.shipping_free_from_minor, m.payment_methods, m.state, m.phone_regions, m.phone_types,
                       m.phone_example, m.address_required, m.postal_code_pattern, m.tax_label, m.sms_provider);
}

int list_markets(const Config& config, bool as_json) {
    MarketDatabases all{config};
    std::vector<MarketLine> lines;
    for (const auto& m : all.set().markets) {
        const auto* source = all.databases().find_source(m.code);
        lines.push_back({std::string{m.code.upper()}, m.name, m.state, m.currency.to_text(), m.phone_prefixes,
                         m.languages, m.time_zone, static_cast<std::int64_t>(m.regions.size()),
                         source->market ? "its own" : "shared"});
    }
    if (as_json) {
        fmt::print("{}\n", json::written(lines));
        return 0;
    }
    for (const auto& line : lines) {
        fmt::print("{:<8} {:<20} {:<7} {:<4} {:<12} {:<10} {:<20} {:>2} regions, {} database\n", line.code, line.name,
                   line.state, line.currency, fmt::join(line.phone_prefixes, ","), fmt::join(line.languages, ","),
                   line.time_zone, line.regions, line.database);
    }
    return 0;
}

int set_seller(const Config& config, const SetSeller& wanted) {
    constexpr std::size_t length_max = 500;
    MarketDatabases all{config};
    const MarketInfo& market = all.get(wanted.market);
    for (const auto& text : {wanted.name, wanted.address, wanted.tax_id}) {
        if (text.size() > length_max) throw Mistake{fmt::format("texts must be at most {} bytes", length_max)};
    }
    if (trimmed(wanted.name).empty()) throw Mistake{"--name: must not be empty"};
    auto connection = all.connect(market.code);
    connection.execute(market_sql.set_seller, market.code, std::string{trimmed(wanted.name)},
                       std::string{trimmed(wanted.address)}, std::string{trimmed(wanted.tax_id)});
    fmt::print("invoices of {} name {} from now on; those that were issued stay\n", market.code.upper(), wanted.name);
    return 0;
}

int set_market(const Config& config, const std::string& code, const std::vector<std::string>& assignments) {
    MarketDatabases all{config};
    MarketInfo market = all.get(code);
    const Currency before = market.currency;
    for (const auto& text : assignments) {
        const auto [name, value] = assignment(text);
        const auto change = markets::set_field(market, name, value);
        if (!change) throw Mistake{change.error()};
    }
    auto connection = all.connect(market.code);
    if (market.currency != before) {
        connection.become(market.code.to_text());
        const auto prices = connection.rows(market_sql.prices).front();
        connection.become("");
        if (prices > 0) throw Mistake{fmt::format("currency: {} prices are in {} already", prices, before.to_text())};
    }
    check_prefixes(all.set(), market);
    check_fields(connection, market);
    store(connection, market);
    fmt::print("market {} is changed; running servers follow within a second\n", market.code.upper());
    return 0;
}

int set_tax(const Config& config, const SetRate& wanted) {
    MarketDatabases all{config};
    const MarketInfo& market = all.get(wanted.market);
    const auto from = markets::parse_date(wanted.from);
    if (!from) throw Mistake{"--from: " + from.error()};
    const std::int64_t percent = require_percent(wanted.percent);
    auto connection = all.connect(market.code);
    connection.become(market.code.to_text());
    const std::string region = uppered(wanted.region);
    if (region.empty()) {
        connection.execute(market_sql.set_market_rate, market.code, *from, percent);
    } else {
        if (std::ranges::find(market.regions, region, &Region::code) == market.regions.end()) {
            throw Mistake{fmt::format("--region: market {} has no region {}", market.code.upper(), region)};
        }
        connection.execute(market_sql.set_region_rate, market.code, region, *from, percent);
    }
    fmt::print("{}{}: {} % from {} on, by the clocks of {}\n", market.code.upper(),
               region.empty() ? std::string{} : " " + region, markets::percent_text(percent), *from, market.time_zone);
    return 0;
}

int list_regions(const Config& config, const std::string& code, bool as_json) {
    MarketDatabases all{config};
    const MarketInfo& market = all.get(code);
    auto connection = all.connect(market.code);
    connection.become(market.code.to_text());
    const auto rows = connection.rows(market_sql.region_rates, market.code);
    const auto changes = connection.rows(market_sql.market_rates);
    if (as_json) {
        fmt::print("{}\n", json::written(rows));
        return 0;
    }
    for (const auto& row : rows) {
        std::vector<std::string> coming;
        std::ranges::transform(row.changes, std::back_inserter(coming), change_text);
        fmt::print("{:<4} {:<20} {:<9} {:<14} {}\n", row.code, row.name, row.kind, rate_text(row.milli_percent),
                   fmt::join(coming, "; "));
    }
    fmt::print("the market itself: {} %\n", markets::percent_text(market.tax_milli_percent));
    for (const auto& change : changes) fmt::print("the market itself: {}\n", change_text(change));
    return 0;
}

int put_region(const Config& config, const PutRegion& wanted) {
    MarketDatabases all{config};
    const MarketInfo& market = all.get(wanted.market);
    const std::string code = uppered(wanted.code);
    const bool plain = code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == std::string::npos;
    if (code.empty() || code.size() > 8 || !plain) throw Mistake{"a region's code is up to eight letters and digits"};
    const auto percent = wanted.percent.empty() ? std::nullopt : std::optional{require_percent(wanted.percent)};
    auto connection = all.connect(market.code);
    connection.become(market.code.to_text());
    connection.run("BEGIN");
    connection.execute(market_sql.put_region, market.code, code, wanted.name, wanted.kind, percent);
    for (const auto& text : wanted.names) {
        const auto [language, name] = assignment(text);
        connection.execute(market_sql.name_region, market.code, code, language, name);
    }
    connection.run("COMMIT");
    fmt::print("{} {}: {}\n", market.code.upper(), code, wanted.name);
    return 0;
}

}  // namespace marque::app
