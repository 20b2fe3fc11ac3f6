// marque market check and state: what a market lacks before it can sell, and the move that asks first.
#include <fmt/format.h>

#include <cstdio>

#include "app/market_commands.h"
#include "features/markets/edit.h"
#include "features/markets/readiness.h"
#include "features/markets/readiness_queries.h"
#include "json/write.h"

namespace marque::app {
namespace {

constexpr int not_ready_code = 2;

void print(const markets::Readiness& readiness) {
    for (const auto& finding : readiness.findings) {
        fmt::print("{:<8} {:<13} {}\n", finding.level, finding.check, finding.detail);
    }
    fmt::print("market {} ({}) {}\n", readiness.market, readiness.state,
               readiness.ready ? "can sell" : "is not ready to sell");
}

}  // namespace

markets::Readiness readiness_of(db::AdminConnection& connection, const MarketInfo& market, const Config& config) {
    connection.become(market.code.to_text());
    const auto selling = connection.rows(markets::readiness_sql.selling).front();
    const auto untranslated = connection.rows(markets::readiness_sql.untranslated, market.languages);
    connection.become("");
    const auto seller = connection.rows(markets::readiness_sql.seller, market.code).front();
    return markets::readiness_of(market, {selling, untranslated, seller}, config.development());
}

int check_market(const Config& config, const std::string& code, bool as_json) {
    MarketDatabases all{config};
    const MarketInfo& market = all.get(code);
    auto connection = all.connect(market.code);
    const markets::Readiness readiness = readiness_of(connection, market, config);
    if (as_json) {
        fmt::print("{}\n", json::written(readiness));
    } else {
        print(readiness);
    }
    return readiness.ready ? 0 : not_ready_code;
}

int change_state(const Config& config, const std::string& code, const std::string& state, bool force) {
    MarketDatabases all{config};
    MarketInfo market = all.get(code);
    if (!markets::may_become(market.state, state)) {
        throw Mistake{fmt::format("market {} is {} and cannot become {} (draft → live → closed, closed → live)",
                                  market.code.upper(), market.state, state)};
    }
    auto connection = all.connect(market.code);
    if (state == "live" && !force) {
        const markets::Readiness readiness = readiness_of(connection, market, config);
        if (!readiness.ready) {
            print(readiness);
            fmt::print(stderr, "not opened; --force opens it all the same\n");
            return not_ready_code;
        }
    }
    fmt::print("market {}: {} → {}\n", market.code.upper(), market.state, state);
    market.state = state;
    store(connection, market);
    return 0;
}

}  // namespace marque::app
