// One io_context, one cluster, one coroutine.
#include "app/with_shop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <cstdio>

#include "app/databases.h"

namespace marque::app {

int with_shop(const Config& config, ShopCommand command, const CustomerOptions& options) {
    Databases databases{config};
    const MarketSet markets = databases.load_markets();
    boost::asio::io_context context;
    db::Cluster cluster{context, databases.layout(), db::PoolLimits{}, 1};
    int code = 1;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, command({cluster, markets, config}, databases.layout(), options),
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

}  // namespace marque::app
