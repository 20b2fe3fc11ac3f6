#pragma once
// Calculations that would keep a serving thread from its requests, on one thread of the process beside them.

#include <functional>
#include <optional>
#include <string>

#include "core/task.h"

namespace marque::work {

/// So many may wait or be under way; at some milliseconds each, the last is served before anybody gives up.
inline constexpr int aside_max = 32;

/// What `make` returns, made one after the other; nothing where too many wait already. What it throws is thrown here.
[[nodiscard]] Task<std::optional<std::string>> made_aside(std::function<std::string()> make);

}  // namespace marque::work
