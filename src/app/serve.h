#pragma once
// Serving: the composition root. Builds every long-lived object once and runs the server until it is told to stop.

#include "core/config.h"

namespace marque::app {

struct ServeOptions {
    bool migrate = false;
    bool seed = false;
};

/// Returns the process's exit code. Throws std::runtime_error with a message for the person at the terminal.
int serve(Config config, const ServeOptions& options);

}  // namespace marque::app
