#pragma once
// The commands about customers and what they spent: `marque user …`, `marque inspect …`, `marque revenue …`;
// `marque staff …`, about those who manage; `marque jobs …`.

#include <cstdint>
#include <string>

#include "app/market_commands.h"
#include "core/config.h"

namespace CLI {
class App;
}

namespace marque::app {

/// What the command line said.
struct CustomerOptions {
    std::string who;  // id, phone or text
    std::string market;
    std::string to;
    std::string role;
    std::string reason;
    std::string by;
    std::string date;
    std::string rate;
    std::int32_t limit = 50;
    bool dry_run = false;
    bool apply = false;
    bool json = false;
    bool full = false;  // phones unmasked
};

/// Declares `user`, `inspect`, `revenue`, `staff` and `jobs`; the one chosen is put into `chosen`. Its exit code is 1
/// where nothing was found or the command was refused.
void declare_customer_commands(CLI::App& cli, ChosenCommand& chosen);

}  // namespace marque::app
