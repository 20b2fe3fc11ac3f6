#pragma once
// What operators and newcomers look at: health, readiness, metrics, the API's own document and viewer, demo pictures.

#include <functional>
#include <string>

#include "app/audit.h"
#include "http/metrics.h"
#include "http/route.h"

namespace marque::app {

/// What the operations' endpoints need; the same object on every thread.
struct Operations {
    http::Metrics& metrics;
    Audit audit;
    std::function<bool()> draining;
    std::string openapi;
};

[[nodiscard]] http::Routes operations_routes();

}  // namespace marque::app
