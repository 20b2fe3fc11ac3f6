#pragma once
// Events that leave the shop: from the outbox to the servers that a market's managers named, signed and tried again.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/route.h"
#include "work/outbox.h"

namespace boost::asio {
class io_context;
}

namespace marque::webhooks {

/// A market's endpoints at most; each has at most so many events under way at once, so that none waits for another.
inline constexpr std::int64_t endpoints_max = 20;
inline constexpr std::int32_t in_flight_max = 4;

/// Wakes the worker of this process when something has come to be sent; nobody may be there to hear it.
struct Bell {
    std::function<void(MarketCode)> ring;
};

/// Adds to the events' handlers: what a market's endpoints ask for becomes a row for each of them, once. The settings
/// and the bell outlive the handlers.
void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers, const Config& config, Bell& bell);

/// What a worker works with; all of it outlives the worker.
struct WorkerParts {
    const Config& config;
    Bell& bell;
    /// Secrets lie sealed. Gives nothing where another key sealed them.
    std::function<std::optional<std::string>(std::string_view)> open;
    /// Told of each try: market, and delivered, failed, or gone.
    std::function<void(const std::string&, const std::string&)> count;
    /// Told now and then how many deliveries of a market wait.
    std::function<void(const std::string&, std::int64_t)> waiting;
};

/// Carries the events of all markets to their receivers, on one thread of each server; servers share the work by
/// leases. An endpoint's events wait for no other endpoint, and no transaction is open while a receiver is asked.
class Worker {
public:
    Worker(boost::asio::io_context& context, WorkerParts parts);
    /// Ends what is under way; whatever was not recorded is tried again by whoever takes over.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Starts with a market; once for each.
    void serve(db::Handle db);

private:
    struct Lane;
    boost::asio::io_context& context_;
    WorkerParts parts_;
    std::map<MarketCode, std::shared_ptr<Lane>> lanes_;
};

/// /manager/webhooks. `identity::TokenKey` is found as a service.
[[nodiscard]] http::Routes routes();

}  // namespace marque::webhooks
