// The command line of imports and exports.
#include "app/transfer_commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace marque::app {

namespace {

void declare_export(CLI::App& cli, ChosenCommand& chosen) {
    auto* group = cli.add_subcommand("export", "write a market's catalogue to a file; an import reads it back");
    group->require_subcommand(1);
    for (const std::string subject : {"products", "prices", "stock", "reviews"}) {
        auto options = std::make_shared<ExportOptions>();
        const std::string what = subject == "products"  ? "products with their SKUs, prices and stock"
                                 : subject == "reviews" ? "approved reviews"
                                                        : subject;
        auto* command = group->add_subcommand(subject, "write the " + what + " of a market");
        command->add_option("--market", options->market, "whose: us")->required();
        command->add_option("--format", options->format, "csv (the default) or jsonl")
            ->check(CLI::IsMember({"csv", "jsonl"}));
        command->add_option("--output", options->file, "the file to write; - or nothing for standard output");
        command->callback([&chosen, options, subject] {
            chosen = [options, subject](const Config& config) { return export_file(config, subject, *options); };
        });
    }
}

/// In no list of commands: servers call it.
void declare_job(CLI::App& cli, ChosenCommand& chosen) {
    struct Named {
        std::string market;
        std::string id;
        std::int32_t attempt = 0;
    };
    auto named = std::make_shared<Named>();
    auto* command = cli.add_subcommand("job", "carry out a job that a server claimed")->group("");
    command->add_option("market", named->market)->required();
    command->add_option("id", named->id)->required();
    command->add_option("attempt", named->attempt)->required();
    command->callback([&chosen, named] {
        chosen = [named](const Config& config) { return run_job(config, named->market, named->id, named->attempt); };
    });
}

}  // namespace

void declare_transfer_commands(CLI::App& cli, ChosenCommand& chosen) {
    declare_export(cli, chosen);
    declare_job(cli, chosen);
    auto* import = cli.add_subcommand("import", "import a file; see docs/transfer.md for the formats");
    import->require_subcommand(1);
    for (const std::string subject : {"products", "prices", "stock", "reviews"}) {
        auto options = std::make_shared<ImportOptions>();
        auto* command = import->add_subcommand(subject, "import " + subject + " from a file");
        command->add_option("file", options->file, "the file, plain or gzip")->required();
        const auto formats = catalog::import::format_names(catalog::import::subject_named(subject));
        command->add_option("--format", options->format, fmt::format("{}", fmt::join(formats, ", ")));
        command->add_option("--market", options->markets, "markets to write: us,kg")->delimiter(',')->required();
        command->add_option("--price", options->prices, "a market's price rule: kg=FACTOR:ROUND");
        command->add_option("--map", options->map, "our column and the file's: name=Title");
        command->add_option("--set", options->constants, "a value for every row: brand=Marque");
        command->add_option("--encoding", options->encoding, "auto, utf-8, utf-16, windows-1251, windows-1252");
        command->add_option("--delimiter", options->delimiter, "one character, or tab; found out where absent");
        command->add_option("--language", options->language, "of texts in no named language");
        command->add_option("--currency", options->currency, "whose prices are taken from a file of several");
        command->add_option("--report", options->report, "file for the refused rows, a line each");
        command->add_option("--refused", options->refused, "file for the refused rows as they stood, to mend");
        command->add_flag("--join-last", options->join_last, "what a row has too much belongs to its last column");
        command->add_flag("--dry-run", options->dry_run, "check everything, write nothing");
        command->add_flag("--resume", options->resume, "go on with the import of this file that was broken off");
        command->callback([&chosen, options, subject] {
            chosen = [options, subject](const Config& config) { return import_file(config, subject, *options); };
        });
    }
}

}  // namespace marque::app
