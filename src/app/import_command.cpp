// marque import products: reads the file once, writes every database of the layout, reports what was refused.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>

#include "app/commands.h"
#include "app/databases.h"
#include "features/catalog/import/csv.h"
#include "features/catalog/import/magento.h"
#include "features/catalog/import/source.h"
#include "features/catalog/import/store.h"

namespace marque::app {
namespace {

using namespace catalog::import;

struct FileContent {
    std::vector<ImportedProduct> products;
    std::vector<RefusedRow> refused;
    ImportCounts counts;
};

std::chrono::year_month_day today() {
    return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
}

/// The whole file as products and refused rows, or why it cannot be read.
std::expected<FileContent, std::string> read_file(const std::string& path) {
    auto source = open_source(path);
    if (!source) return std::unexpected(source.error());
    MagentoImport import{**source, MagentoOptions{.today = today()}};
    FileContent parsed;
    while (true) {
        auto item = import.next();
        if (!item) return std::unexpected(fmt::format("line {}: {}", item.error().line, item.error().message));
        if (!*item) break;
        if (auto* product = std::get_if<ImportedProduct>(&**item)) {
            parsed.products.push_back(std::move(*product));
        } else {
            parsed.refused.push_back(std::move(std::get<RefusedRow>(**item)));
        }
    }
    parsed.counts = import.counts();
    return parsed;
}

int complain(const std::string& message) {
    fmt::print(stderr, "{}\n", message);
    return 1;
}

void report(const ImportOptions& options, const std::vector<RefusedRow>& refused) {
    std::ofstream file;
    if (!options.report.empty()) file.open(options.report);
    for (const auto& row : refused) {
        const auto line = fmt::format("line {}: {}: {}\n", row.line, row.key, row.reason);
        if (file.is_open()) {
            file << line;
        } else {
            fmt::print("{}", line);
        }
    }
}

}  // namespace

int import_products(const Config& config, const ImportOptions& options) {
    if (options.format != "magento") return complain("--format: must be magento");
    const auto rules = parse_price_rules(options.prices, options.markets);
    if (!rules) return complain("--price: " + rules.error());
    std::vector<MarketCode> markets;
    for (const auto& text : options.markets) {
        const auto code = MarketCode::parse(text);
        if (!code) return complain("--market: " + text + " " + code.error());
        markets.push_back(*code);
    }
    auto parsed = read_file(options.file);
    if (!parsed) return complain(options.file + ": " + parsed.error());

    Databases databases{config};
    const MarketSet known = databases.load_markets();
    for (const auto& market : markets) {
        if (known.find(market) == nullptr) return complain("--market: there is no market " + market.to_text() + " yet");
    }
    StoreCounts stored;
    for (const auto& database : databases.layout().databases) {
        std::vector<MarketCode> here;
        std::ranges::copy_if(markets, std::back_inserter(here), [&](MarketCode market) {
            return std::ranges::find(database.markets, market) != database.markets.end();
        });
        if (here.empty()) continue;
        db::AdminConnection connection{database.url};
        stored = store(connection, here, markets, *rules, parsed->products, options.format, parsed->refused);
    }
    report(options, parsed->refused);
    fmt::print("{} rows read: {} products ({} new, {} updated), {} SKUs, {} rows refused\n", parsed->counts.rows,
               parsed->counts.products, stored.added, stored.updated, parsed->counts.skus, parsed->refused.size());
    return 0;
}

}  // namespace marque::app
