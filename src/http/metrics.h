#pragma once
// Counters and durations of requests, and whatever else the composition root registers, for /metrics.

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "http/route.h"

namespace marque::http {

class Metrics {
public:
    explicit Metrics(const Routes& routes);
    ~Metrics();

    /// One answered request of the route with this index; safe from every thread.
    void observe(std::size_t route_index, int status, double seconds);
    /// A request that reached no route.
    void observe_unrouted(int status);
    /// Sets a gauge, created on first use.
    using Labels = std::map<std::string, std::string>;
    void set_gauge(const std::string& name, const std::string& help, const Labels& labels, double value);
    /// Prometheus text exposition format 0.0.4.
    [[nodiscard]] std::string text() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace marque::http
