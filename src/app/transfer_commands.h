#pragma once
// marque import and marque export: files into the shop and out of it.

#include "app/market_commands.h"
#include "features/catalog/import/formats.h"
#include "work/job_runner.h"

namespace marque::app {

struct ImportOptions {
    std::string file;
    std::string format = "csv";
    std::vector<std::string> markets;
    std::vector<std::string> prices;     // "kg=87.5:10"
    std::vector<std::string> map;        // "name=productDisplayName"
    std::vector<std::string> constants;  // "brand=Marque"
    std::string encoding = "auto";
    std::string delimiter;
    std::string language = "en";
    std::string currency = "USD";
    std::string report;   // file for the refused rows; empty: standard output
    std::string refused;  // file for the refused rows as they stood, to be mended and imported again
    bool join_last = false;
    bool dry_run = false;
    bool resume = false;
};

/// What the readers of files make of the options; throws std::runtime_error for what cannot be meant.
[[nodiscard]] catalog::import::FormatOptions format_options(catalog::import::Subject subject,
                                                            const ImportOptions& options,
                                                            const std::vector<MarketCode>& markets);

/// `subject`: "products", "prices", "stock" or "reviews".
int import_file(const Config& config, const std::string& subject, const ImportOptions& options);

struct ExportOptions {
    std::string market;
    std::string format = "csv";
    std::string file = "-";  // standard output
};
/// Writes beside the file and renames at the end: a file that is there is whole.
int export_file(const Config& config, const std::string& subject, const ExportOptions& options);

/// Carries out what a server claimed as this attempt. 0 also where another worker holds the job by now; anything else
/// means that the job is to be tried again.
int run_job(const Config& config, const std::string& market, const std::string& id, std::int32_t attempt);

/// What every market has once a day (work/job_runner.h).
[[nodiscard]] std::vector<work::DailyJob> daily_jobs();

void declare_transfer_commands(CLI::App& cli, ChosenCommand& chosen);

}  // namespace marque::app
