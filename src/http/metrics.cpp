// prometheus-cpp behind a few calls; references are kept because looking a metric up costs fifty times an increment.
#include "http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>

namespace marque::http {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

std::size_t status_class(int status) {
    if (status < 200 || status > 599) return 3;
    return static_cast<std::size_t>(status / 100 - 2);
}

struct RouteMetrics {
    std::array<Counter*, 4> by_class{};
    Histogram* duration = nullptr;
};

}  // namespace

struct Metrics::State {
    prometheus::Registry registry;
    std::vector<RouteMetrics> routes;
    std::array<Counter*, 4> unrouted{};
};

Metrics::Metrics(const Routes& routes) : state_(std::make_unique<State>()) {
    static constexpr std::array<const char*, 4> class_words = {"2xx", "3xx", "4xx", "5xx"};
    auto& counters = prometheus::BuildCounter()
                         .Name("marque_http_requests_total")
                         .Help("Requests answered")
                         .Register(state_->registry);
    auto& durations = prometheus::BuildHistogram()
                          .Name("marque_http_request_duration_seconds")
                          .Help("Time from a complete request to its answer")
                          .Register(state_->registry);
    const Histogram::BucketBoundaries buckets{0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};
    for (const auto& route : routes) {
        RouteMetrics metrics;
        const std::string verb{verb_word(route.verb)};
        const std::string path{route.path};
        for (std::size_t i = 0; i < class_words.size(); ++i) {
            metrics.by_class[i] = &counters.Add({{"method", verb}, {"route", path}, {"status", class_words[i]}});
        }
        metrics.duration = &durations.Add({{"method", verb}, {"route", path}}, buckets);
        state_->routes.push_back(metrics);
    }
    for (std::size_t i = 0; i < class_words.size(); ++i) {
        state_->unrouted[i] = &counters.Add({{"method", ""}, {"route", "none"}, {"status", class_words[i]}});
    }
}

Metrics::~Metrics() = default;

void Metrics::observe(std::size_t route_index, int status, double seconds) {
    auto& metrics = state_->routes[route_index];
    metrics.by_class[status_class(status)]->Increment();
    metrics.duration->Observe(seconds);
}

void Metrics::observe_unrouted(int status) { state_->unrouted[status_class(status)]->Increment(); }

void Metrics::set_gauge(const std::string& name, const std::string& help, const Labels& labels, double value) {
    prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry).Add(labels).Set(value);
}

std::string Metrics::text() const {
    const prometheus::TextSerializer serializer;
    return serializer.Serialize(state_->registry.Collect());
}

}  // namespace marque::http
