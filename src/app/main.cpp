// The command line.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <clocale>

#include "app/adopt.h"
#include "app/backup.h"
#include "app/commands.h"
#include "app/customer_commands.h"
#include "app/market_commands.h"
#include "app/payment_commands.h"
#include "app/relayout.h"
#include "app/serve.h"
#include "app/transfer_commands.h"
#include "app/verify.h"
#include "core/check.h"

namespace {

using namespace marque;

struct Choices {
    app::ServeOptions serve;
    app::ChosenCommand command;  // of those that declare themselves
    app::MigrateOptions migrate;
    bool no_demo = false;
    bool no_sales = false;
    bool places_only = false;
    std::string backup_folder;
    std::string backup_user;
    bool check_backup = false;
    std::vector<std::string> databases_before;
    app::AdoptOptions adopt;
    std::string message;
    std::vector<std::string> json_files;
    std::string feature = "catalog";
};

/// The parsed settings, or a message with every mistake at once.
Config require_config(const Environment& environment) {
    auto config = parse_config(environment);
    if (config) return std::move(*config);
    throw std::runtime_error(
        fmt::format("these settings are not acceptable:\n  {}", fmt::join(config.error(), "\n  ")));
}

int run(CLI::App& cli, const Choices& choices) {
    const Environment environment = read_environment(".");
    const auto chosen = [&](const char* name) { return cli.got_subcommand(name); };
    if (chosen("makemigration")) return app::make_migration(choices.message, choices.feature);
    if (chosen("signature-check")) return app::check_signatures();
    if (chosen("json-check")) return app::check_json(choices.json_files);
    if (chosen("config")) return app::show_config(environment);
    if (chosen("doctor")) return app::doctor(environment);
    const Config config = require_config(environment);
    if (chosen("quote-check")) return app::check_quotes(config);
    if (choices.command) return choices.command(config);
    if (chosen("migrate")) return app::migrate(config, choices.migrate);
    const auto demo = choices.no_demo    ? app::Demo::none
                      : choices.no_sales ? app::Demo::shop
                                         : app::Demo::shop_with_sales;
    if (chosen("seed")) return app::seed(config, demo);
    if (chosen("migrate_and_seed")) {
        const int migrated = app::migrate(config, {});
        return migrated != 0 ? migrated : app::seed(config, demo);
    }
    if (chosen("db-reset")) return app::reset_databases(config);
    if (chosen("isolation")) return app::check_isolation(config);
    if (chosen("verify")) return app::verify(config);
    if (chosen("backup")) return app::backup(config, choices.backup_folder, choices.backup_user, choices.check_backup);
    if (chosen("restore")) return app::restore(config, choices.backup_folder, choices.backup_user);
    if (chosen("relayout")) return app::relayout(config, choices.databases_before);
    if (chosen("adopt")) return app::adopt(config, choices.adopt);
    if (chosen("openapi")) return app::print_openapi(config);
    if (chosen("phones")) return app::examine_phones(config, choices.places_only);
    check(chosen("serve"), "a command that nothing carries out");
    return app::serve(config, choices.serve);
}

void declare(CLI::App& cli, Choices& choices) {
    cli.require_subcommand(1);
    auto* serve = cli.add_subcommand("serve", "serve the API");
    serve->add_flag("--migrate", choices.serve.migrate, "apply missing migrations first");
    serve->add_flag("--seed", choices.serve.seed, "insert missing markets, and the demo shop in development");
    auto* migrate = cli.add_subcommand("migrate", "apply missing migrations to every database");
    migrate->add_flag("--down", choices.migrate.down, "undo the newest one instead, where nothing is lost");
    migrate->add_flag("--lose-data", choices.migrate.lose_data, "with --down: even where data is lost");
    migrate->add_flag("--status", choices.migrate.status, "list them instead");
    auto* make = cli.add_subcommand("makemigration", "create a new migration file pair");
    make->add_option("-m,--message", choices.message, "what changes")->required();
    make->add_option("--feature", choices.feature, "the folder of src/features it belongs to");
    for (const auto* name : {"seed", "migrate_and_seed"}) {
        auto* seed = cli.add_subcommand(name, "insert missing markets and the demo shop");
        seed->add_flag("--no-demo", choices.no_demo, "markets only");
        seed->add_flag("--no-sales", choices.no_sales, "the demo shop without customers and orders");
    }
    cli.add_subcommand("db-reset", "empty every database (development only)");
    cli.add_subcommand("isolation", "check that no market can reach another's rows in these databases");
    cli.add_subcommand("doctor", "look for whatever keeps the shop from running, and say how it is cured");
    cli.add_subcommand("verify",
                       "check that stock, orders, payments and the walls between markets are as they must be");
    auto* backup = cli.add_subcommand("backup", "write databases and pictures into a new folder");
    backup->add_option("folder", choices.backup_folder, "where to; must not exist yet")->required();
    backup->add_flag("--check", choices.check_backup, "restore it into a database made for that, and compare");
    auto* restore = cli.add_subcommand("restore", "fill empty databases from a backup");
    restore->add_option("folder", choices.backup_folder, "what `marque backup` wrote")->required();
    for (auto* command : {backup, restore}) {
        command->add_option("--user", choices.backup_user, "a database user whom row-level security does not bind");
    }
    cli.add_subcommand("relayout", "fill the configured, empty databases from those of another layout")
        ->add_option("--from", choices.databases_before, "where the markets lie: URL, or kg=URL and us=URL")
        ->required();
    auto* adopt = cli.add_subcommand("adopt", "take over customers, orders and catalogue of the former shop");
    adopt->add_option("--from", choices.adopt.from, "its databases: kg=URL and us=URL")->required();
    adopt->add_option("--report", choices.adopt.report, "file for what was refused, merged and moved");
    adopt->add_flag("--dry-run", choices.adopt.dry_run, "people and orders only, and write nothing");
    cli.add_subcommand("openapi", "print the OpenAPI document");
    cli.add_subcommand("config", "print every setting with its meaning");
    // In no list of commands: they serve the tests.
    cli.add_subcommand("quote-check", "say what carts on standard input cost")->group("");
    auto* json_check = cli.add_subcommand("json-check", "say of each file whether it is JSON we accept")->group("");
    json_check->add_option("files", choices.json_files)->required();
    cli.add_subcommand("signature-check", "say of signed webhooks on standard input whether we believe them")
        ->group("");
    cli.add_subcommand("phones", "say of each phone on standard input where it belongs and whether its market takes it")
        ->add_flag("--places", choices.places_only, "regions and types only; needs no database");
    app::declare_transfer_commands(cli, choices.command);
    app::declare_market_commands(cli, choices.command);
    app::declare_customer_commands(cli, choices.command);
    app::declare_payment_commands(cli, choices.command);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App cli{"Marque: the server behind a fashion shop in several countries", "marque"};
    Choices choices;
    declare(cli, choices);
    CLI11_PARSE(cli, argc, argv);
    try {
        return run(cli, choices);
    } catch (const std::exception& error) {
        fmt::print(stderr, "marque: {}\n", error.what());
        return 1;
    }
}
