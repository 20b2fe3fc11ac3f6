// One io_context, one cluster, one coroutine.
#include "app/with_shop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <cstdio>

#include "app/databases.h"
#include "features/markets/markets.h"

namespace marque::app {

namespace {

int run(const Config& config, const db::Layout& layout, const MarketSet& markets, ShopCommand command,
        const CustomerOptions& options) {
    boost::asio::io_context context;
    db::Cluster cluster{context, layout, db::PoolLimits{}, 1};
    int code = 1;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, command({cluster, markets, config}, layout, options),
                          [&](std::exception_ptr thrown, int result) {
                              failure = std::move(thrown);
                              code = result;
                              cluster.close();
                              context.stop();
                          });
    context.run();
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const Refused& refused) {
        fmt::print(stderr, "marque: {}\n", refused.detail());
        return 1;
    }
    return code;
}

}  // namespace

int with_shop(const Config& config, ShopCommand command, const CustomerOptions& options) {
    Databases databases{config};
    const MarketSet markets = databases.load_markets();
    return run(config, databases.layout(), markets, command, options);
}

int with_market(const Config& config, const std::string& database, MarketCode market, ShopCommand command,
                const CustomerOptions& options) {
    db::AdminConnection connection{database};
    MarketSet markets{.markets = markets::load(connection, false), .default_market = market};
    std::erase_if(markets.markets, [&](const MarketInfo& info) { return info.code != market; });
    const db::Layout layout{.databases = {{database, {market}}}};
    return run(config, layout, markets, command, options);
}

}  // namespace marque::app
