#pragma once
// The subcommands of the binary, apart from serving.

#include <string>
#include <vector>

#include "app/demo_shop.h"
#include "core/config.h"

namespace marque::app {

struct MigrateOptions {
    bool down = false;
    bool lose_data = false;  // undo what cannot be brought back
    bool status = false;
};

/// Each returns the process's exit code and writes for the person at the terminal.
int migrate(const Config& config, const MigrateOptions& options);
int make_migration(const std::string& text, const std::string& default_feature);
/// In development only with anything of the demo shop.
int seed(const Config& config, Demo demo);
int reset_databases(const Config& config);
int show_config(const Environment& environment);
int print_openapi(const Config& config);
/// One line a file: "accepted" or "refused", the file, and why.
int check_json(const std::vector<std::string>& files);
/// Reads rules and carts as JSON lines from standard input and writes a line of amounts for each cart.
int check_quotes(const Config& config);
/// Reads phones from standard input and writes what the server makes of each, tab-separated: text, E.164, region, type,
/// market, verdict. `places_only` leaves the last two empty and needs no database.
int examine_phones(const Config& config, bool places_only);
/// What would let one market reach another in these databases; 1 where there is anything.
int check_isolation(const Config& config);

}  // namespace marque::app
