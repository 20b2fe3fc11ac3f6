#pragma once
// marque import and marque export: files into the shop and out of it.

#include "app/market_commands.h"

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

/// `subject`: "products", "prices", "stock" or "reviews".
int import_file(const Config& config, const std::string& subject, const ImportOptions& options);

struct ExportOptions {
    std::string market;
    std::string format = "csv";
    std::string file = "-";  // standard output
};
/// Writes beside the file and renames at the end: a file that is there is whole.
int export_file(const Config& config, const std::string& subject, const ExportOptions& options);

void declare_transfer_commands(CLI::App& cli, ChosenCommand& chosen);

}  // namespace marque::app
