#pragma once
// The commands about customers and what they spent: `marque user …`, `marque inspect …`, `marque revenue …`.

#include <cstdint>
#include <string>

#include "core/config.h"

namespace CLI {
class App;
}

namespace marque::app {

/// What the command line said; `command` is empty where it chose something else.
struct CustomerOptions {
    std::string command;  // "user show"
    std::string who;      // id, phone or text
    std::string market;
    std::string to;
    std::string reason;
    std::string by;
    std::string date;
    std::int32_t limit = 50;
    bool dry_run = false;
    bool apply = false;
    bool json = false;
    bool full = false;  // phones unmasked
};

void declare_customer_commands(CLI::App& cli, CustomerOptions& options);
/// Runs the chosen command; the exit code is 1 where nothing was found or the command was refused.
int run_customer_command(const Config& config, const CustomerOptions& options);

}  // namespace marque::app
