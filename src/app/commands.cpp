// What the subcommands do; main.cpp reads the command line.
#include "app/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/databases.h"
#include "app/features.h"
#include "core/text.h"
#include "http/openapi.h"

namespace marque::app {

int migrate(const Config& config, const MigrateOptions& options) {
    Databases databases{config};
    if (options.status) {
        fmt::print("{}", databases.status());
    } else if (options.down) {
        fmt::print("undone: {}\n", databases.migrate_down(options.lose_data));
    } else {
        databases.migrate();
        fmt::print("migrations are up to date\n");
    }
    return 0;
}

int make_migration(const std::string& text, const std::string& default_feature) {
    namespace fs = std::filesystem;
    // "orders: gift notes" belongs to the feature orders.
    const auto colon = text.find(':');
    const bool named = colon != std::string::npos && fs::is_directory(fs::path{"src/features"} / text.substr(0, colon));
    const std::string feature = named ? text.substr(0, colon) : default_feature;
    const std::string message = named ? text.substr(colon + 1) : text;
    const fs::path folder = fs::path{"src/features"} / feature;
    if (!fs::is_directory(folder)) {
        fmt::print(stderr, "there is no {}: run this in the project's folder and name a feature with --feature\n",
                   folder.string());
        return 1;
    }
    int highest = 0;
    for (const auto& migration : db::embedded_migrations()) highest = std::max(highest, migration.number);
    for (const auto& entry : fs::recursive_directory_iterator{"src"}) {
        const auto number = parse_integer(entry.path().filename().string().substr(0, 4));
        if (number && entry.path().extension() == ".sql") highest = std::max(highest, static_cast<int>(*number));
    }
    std::string words;
    for (const char c : lowered(message)) {
        const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (word) words += c;
        if (!word && !words.empty() && words.back() != '_') words += '_';
    }
    while (words.ends_with('_')) words.pop_back();
    if (words.empty()) {
        fmt::print(stderr, "say what changes: -m \"describe your changes\"\n");
        return 1;
    }
    const std::string stem = (folder / "migrations" / fmt::format("{:04}_{}", highest + 1, words)).string();
    fs::create_directories(folder / "migrations");
    std::ofstream{stem + ".up.sql"} << "-- " << message << "\n\n-- New tables with a market column end with this:\n"
                                    << "-- SELECT marque_secure_tables();\n";
    std::ofstream{stem + ".down.sql"} << "-- Undoes: " << message << "\n";
    fmt::print("{}.up.sql\n{}.down.sql\nNothing is generated: write the SQL of both, build, then `marque migrate`.\n",
               stem, stem);
    return 0;
}

int seed(const Config& config, Demo demo) {
    Databases databases{config};
    databases.seed(config.development() ? demo : Demo::none);
    fmt::print("seeded\n");
    return 0;
}

int reset_databases(const Config& config) {
    Databases databases{config};
    databases.reset();
    fmt::print("all databases are empty; `marque migrate_and_seed` fills them\n");
    return 0;
}

int show_config(const Environment& environment) {
    for (const auto& row : describe_config(environment)) {
        fmt::print("{:<28} {:<34} {} (default: {})\n", row.name, row.value.empty() ? "-" : row.value, row.meaning,
                   row.default_value.empty() ? "-" : row.default_value);
    }
    return 0;
}

int print_openapi(const Config& config) {
    fmt::print("{}", http::openapi_document(all_routes(config)));
    return 0;
}

int check_isolation(const Config& config) {
    Databases databases{config};
    const auto report = databases.isolation_report();
    for (const auto& fault : report) fmt::print("{}\n", fault);
    if (report.empty()) fmt::print("every market is walled off\n");
    return report.empty() ? 0 : 1;
}

}  // namespace marque::app
