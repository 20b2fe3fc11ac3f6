#pragma once
// Every setting of the environment: its name, default and meaning, and how its text becomes a member of Config.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"

namespace marque {

struct Setting {
    std::string_view name;
    std::string_view default_value;
    std::string_view meaning;
    bool secret;
    /// Puts the text into the config, or says what was expected.
    std::function<std::string(Config&, const std::string&)> read;
};

/// In the order in which `marque config` prints them.
[[nodiscard]] const std::vector<Setting>& settings();

}  // namespace marque
