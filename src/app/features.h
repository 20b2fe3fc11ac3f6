#pragma once
// The list of features: their routes, and the statements the statement test prepares.

#include "core/config.h"
#include "http/route.h"

namespace marque::app {

/// Every endpoint of the server, features' and operations'.
[[nodiscard]] http::Routes all_routes(const Config& config);

}  // namespace marque::app
