// The command line of imports and exports.
#include "app/transfer_commands.h"

#include <CLI/CLI.hpp>

namespace marque::app {

void declare_transfer_commands(CLI::App& cli, ChosenCommand& chosen) {
    auto* import = cli.add_subcommand("import", "import a file; see docs/transfer.md for the formats");
    import->require_subcommand(1);
    for (const std::string subject : {"products", "prices", "stock", "reviews"}) {
        auto options = std::make_shared<ImportOptions>();
        auto* command = import->add_subcommand(subject, "import " + subject + " from a file");
        command->add_option("file", options->file, "the file, plain or gzip")->required();
        command->add_option("--format", options->format, "csv, jsonl, magento, shopify, saleor, …");
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
