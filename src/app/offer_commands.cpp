// marque price copy, price set and stock set: what a market asks for its articles, and how many it has.
#include <fmt/format.h>

#include <cstdio>

#include "app/market_commands.h"
#include "app/market_queries.h"
#include "features/catalog/import/decimal.h"
#include "features/catalog/import/price_rule.h"

namespace marque::app {
namespace {

constexpr int factor_places = 6;
constexpr int pieces_max = 1'000'000;

/// FACTOR goes from major units to major units, ROUND is in the target's.
catalog::import::PriceRule rule_of(const CopyPrices& wanted, const MarketInfo& from, const MarketInfo& to) {
    const auto factor = catalog::import::parse_decimal(wanted.factor, factor_places);
    if (!factor || *factor == 0) throw Mistake{"--factor: " + (factor ? "must be above 0" : factor.error())};
    const auto round = Money::parse(wanted.round, to.currency);
    if (!round || round->minor() <= 0) {
        throw Mistake{"--round: must be an amount above 0 in " + to.currency.to_text() + ", like 100"};
    }
    const std::int64_t scaled = scaled_half_up(*factor, to.currency.minor_per_major(), from.currency.minor_per_major());
    return {.market = to.code.to_text(), .factor_millionths = scaled, .round_minor = round->minor()};
}

}  // namespace

int copy_prices(const Config& config, const CopyPrices& wanted) {
    MarketDatabases all{config};
    const MarketInfo& from = all.get(wanted.from);
    const MarketInfo& to = all.get(wanted.to);
    if (from.code == to.code) throw Mistake{"--to: must be another market than --from"};
    const auto rule = rule_of(wanted, from, to);
    auto source = all.connect(from.code);
    source.become(from.code.to_text());
    std::vector<std::string> codes;
    std::vector<std::int64_t> prices;
    std::vector<std::optional<std::int64_t>> originals;
    for (const auto& row : source.rows(market_sql.shared_prices)) {
        const auto price = catalog::import::price_in_market({rule}, rule.market, row.price_minor, row.original_minor);
        if (!price) throw Mistake{row.sku_code + ": the price " + price.error()};
        codes.push_back(row.sku_code);
        prices.push_back(price->price_minor);
        originals.push_back(price->original_price_minor);
    }
    auto target = all.connect(to.code);
    target.become(to.code.to_text());
    target.run("BEGIN");
    const auto written = target.execute(market_sql.copy_prices, to.code, to.currency.to_text(), codes, prices,
                                        originals, wanted.overwrite);
    target.run(wanted.dry_run ? "ROLLBACK" : "COMMIT");
    fmt::print("{} of {} prices of {} {} in {}, in {}{}\n", written, codes.size(), from.code.upper(),
               wanted.dry_run ? "would be written" : "are written", to.code.upper(), to.currency.to_text(),
               wanted.overwrite ? "" : "; those that were there stay (--overwrite replaces them)");
    return 0;
}

int set_price(const Config& config, const std::string& market, const std::string& sku, const std::string& price,
              const std::string& original) {
    MarketDatabases all{config};
    const MarketInfo& info = all.get(market);
    const auto amount = Money::parse(price, info.currency);
    if (!amount || amount->minor() <= 0) throw Mistake{"the price: " + (amount ? "must be above 0" : amount.error())};
    std::optional<std::int64_t> before;
    if (!original.empty()) {
        const auto parsed = Money::parse(original, info.currency);
        if (!parsed || *parsed == *amount || parsed->minor() < amount->minor()) {
            throw Mistake{"--original: " + (parsed ? "must be above the price" : parsed.error())};
        }
        before = parsed->minor();
    }
    auto connection = all.connect(info.code);
    connection.become(info.code.to_text());
    connection.run("BEGIN");
    const auto written =
        connection.execute(market_sql.set_price, info.code, info.currency.to_text(), sku, amount->minor(), before);
    if (written == 0) throw Mistake{"there is no article " + sku + " in market " + std::string{info.code.upper()}};
    connection.run("COMMIT");
    fmt::print("{} {}: {} {}\n", info.code.upper(), sku, amount->to_text(), info.currency.to_text());
    return 0;
}

int set_stock(const Config& config, const std::string& market, const std::string& sku, int pieces) {
    MarketDatabases all{config};
    const MarketInfo& info = all.get(market);
    if (pieces < 0 || pieces > pieces_max) throw Mistake{fmt::format("--pieces: must be from 0 to {}", pieces_max)};
    auto connection = all.connect(info.code);
    connection.become(info.code.to_text());
    connection.run("BEGIN");
    std::int64_t skus = 0;
    try {
        const auto one = sku.empty() ? std::nullopt : std::optional{sku};
        skus = connection.rows(market_sql.set_stock, info.code, one, pieces).front();
    } catch (const db::Error& error) {
        if (!error.violates("stock_not_oversold")) throw;
        throw Mistake{"--pieces: fewer than are reserved for orders"};
    }
    if (skus == 0) throw Mistake{"nothing is priced in this market" + (sku.empty() ? "" : " under " + sku)};
    connection.run("COMMIT");
    fmt::print("{}: {} articles with {} pieces each\n", info.code.upper(), skus, pieces);
    return 0;
}

}  // namespace marque::app
