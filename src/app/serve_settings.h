#pragma once
// What of the settings serving needs in another form.

#include "core/config.h"
#include "http/server.h"

namespace marque::app {

/// THREADS, else one for each processor.
[[nodiscard]] int thread_count(const Config& config);

[[nodiscard]] http::ServerOptions server_options_of(const Config& config);

}  // namespace marque::app
