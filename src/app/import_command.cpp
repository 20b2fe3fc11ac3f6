// marque import: reads the file once, writes every database of the layout, and says what was wrong with it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "app/databases.h"
#include "app/progress_line.h"
#include "app/transfer_commands.h"
#include "core/digest.h"
#include "core/text.h"
#include "features/catalog/import/formats.h"
#include "features/catalog/import/run.h"
#include "json/read.h"
#include "json/write.h"

namespace marque::app {
namespace {

using namespace catalog::import;

constexpr std::size_t printed_max = 50;

[[noreturn]] void refuse(const std::string& message) { throw std::runtime_error(message); }

std::vector<std::pair<std::string, std::string>> assignments(const std::vector<std::string>& texts,
                                                             const std::string& option) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& text : texts) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || equals == 0) {
            refuse(fmt::format("{}: \"{}\" must be such as {}", option, text,
                               option == "--map" ? "name=Title (our column, the file's)" : "brand=Marque"));
        }
        pairs.emplace_back(lowered(text.substr(0, equals)), text.substr(equals + 1));
    }
    return pairs;
}

}  // namespace

FormatOptions format_options(Subject subject, const ImportOptions& options, const std::vector<MarketCode>& markets) {
    FormatOptions format{
        .subject = subject,
        .format = options.format,
        .markets = markets,
        .language = options.language,
        .currency = options.currency,
        .today = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())}};
    format.table.map = assignments(options.map, "--map");
    format.table.constants = assignments(options.constants, "--set");
    format.table.join_last = options.join_last;
    if (options.delimiter == "tab" || options.delimiter == "\\t") {
        format.table.delimiter = '\t';
    } else if (options.delimiter.size() == 1) {
        format.table.delimiter = options.delimiter.front();
    } else if (!options.delimiter.empty()) {
        refuse("--delimiter: must be one character, or tab");
    }
    return format;
}

namespace {

std::vector<MarketCode> parse_markets(const std::vector<std::string>& texts) {
    std::vector<MarketCode> markets;
    for (const auto& text : texts) {
        const auto code = MarketCode::parse(text);
        if (!code) refuse("--market: " + text + " " + code.error());
        if (std::ranges::find(markets, *code) != markets.end()) refuse("--market: " + text + " is named twice");
        markets.push_back(*code);
    }
    return markets;
}

/// A database with its store and its job's row.
struct Place {
    std::unique_ptr<db::AdminConnection> connection;
    std::unique_ptr<Target> target;
};

std::vector<Place> open_places(Databases& databases, const StoreOptions& store) {
    const MarketSet known = databases.load_markets();
    for (const auto& market : store.markets) {
        if (known.find(market) == nullptr) refuse("--market: there is no market " + market.to_text() + " yet");
    }
    std::vector<Place> places;
    for (const auto& database : databases.layout().databases) {
        std::vector<MarketCode> here;
        std::ranges::copy_if(store.markets, std::back_inserter(here), [&](MarketCode market) {
            return std::ranges::find(database.markets, market) != database.markets.end();
        });
        if (here.empty()) continue;
        auto connection = std::make_unique<db::AdminConnection>(database.url);
        auto target =
            std::make_unique<Target>(Target{.store = {*connection, here, store}, .job = {*connection, here.front()}});
        places.push_back({std::move(connection), std::move(target)});
    }
    return places;
}

/// Begins a job in each database, or goes on with the one that was begun; returns the rows refused before.
std::vector<RefusedRow> begin_jobs(std::vector<std::unique_ptr<Target>>& targets, const std::string& kind,
                                   const std::string& fingerprint, std::uint64_t bytes_total, bool resume) {
    std::vector<RefusedRow> refused;
    for (auto& target : targets) {
        const auto start = target->job.open(kind, fingerprint, "{}", static_cast<std::int64_t>(bytes_total), resume);
        target->position = start.position;
        if (start.position == 0) continue;
        if (auto before = json::read_text<ImportSummary>(start.report.text)) target->summary = std::move(*before);
        for (auto& row : target->job.refusals()) {
            ++target->refusals_kept;
            refused.push_back({static_cast<long>(row.line), row.key, row.reason, row.column_name, row.raw});
        }
    }
    return refused;
}

void write_reports(const ImportOptions& options, const std::vector<RefusedRow>& refused, const std::string& header) {
    if (!options.report.empty()) {
        std::ofstream file{options.report};
        for (const auto& row : refused) file << refusal_line(row) << "\n";
        if (!file) refuse("--report: " + options.report + " cannot be written");
    } else {
        for (std::size_t i = 0; i < std::min(refused.size(), printed_max); ++i) {
            fmt::print("{}\n", refusal_line(refused[i]));
        }
        if (refused.size() > printed_max)
            fmt::print("… {} more; --report FILE has all\n", refused.size() - printed_max);
    }
    if (options.refused.empty()) return;
    std::ofstream file{options.refused};
    file << header;
    std::string last;
    for (const auto& row : refused) {
        // A row that is refused for two reasons is mended once.
        if (row.raw != last) file << row.raw;
        last = row.raw;
    }
    if (!file) refuse("--refused: " + options.refused + " cannot be written");
}

}  // namespace

int import_file(const Config& config, const std::string& subject_word, const ImportOptions& options) {
    const Subject subject = subject_named(subject_word);
    const auto names = format_names(subject);
    if (std::ranges::find(names, options.format) == names.end()) {
        refuse(fmt::format("--format: must be one of {}", fmt::join(names, ", ")));
    }
    const auto rules = parse_price_rules(options.prices, options.markets);
    if (!rules) refuse("--price: " + rules.error());
    const auto encoding = parse_encoding(options.encoding);
    if (!encoding) refuse("--encoding: " + encoding.error());
    const auto markets = parse_markets(options.markets);
    auto source = open_source(options.file);
    if (!source) refuse(source.error());
    auto stream = TextStream::open(std::move(*source), *encoding);
    if (!stream) refuse(options.file + ": " + stream.error());
    auto reader = open_reader(**stream, format_options(subject, options, markets));
    if (!reader) refuse(fmt::format("{}: line {}: {}", options.file, reader.error().line, reader.error().message));

    Databases databases{config};
    auto places = open_places(
        databases, {.markets = markets, .rules = *rules, .source = options.format, .language = options.language});
    std::vector<std::unique_ptr<Target>> targets;
    for (auto& place : places) targets.push_back(std::move(place.target));
    std::vector<RefusedRow> before;
    if (!options.dry_run) {
        const auto asked =
            fmt::format("{} {} {} {} {}", options.format, fmt::join(options.markets, ","),
                        fmt::join(options.prices, ","), fmt::join(options.map, ","), fmt::join(options.constants, ","));
        const auto fingerprint = sha256_hex(sha256_hex_of_file(options.file) + asked);
        before = begin_jobs(targets, "import_" + subject_word, fingerprint, (*stream)->bytes_total(), options.resume);
    }
    RunResult result;
    {
        ProgressLine progress;
        result = run_import(
            **reader, targets, {.dry_run = options.dry_run, .dry_run_at_once = subject == Subject::products},
            [&] { return static_cast<std::int64_t>((*stream)->bytes_read()); },
            [&](std::int64_t rows) { progress.show(rows, (*stream)->bytes_read(), (*stream)->bytes_total()); });
    }
    result.refused.insert(result.refused.begin(), before.begin(), before.end());
    write_reports(options, result.refused, (*reader)->header_line());
    fmt::print("{}", summary_text(result.summary, options.dry_run));
    if (result.error.empty()) return 0;
    fmt::print(stderr, "marque: {}: line {}: {}; what stands before it was {}\n", options.file, result.error_line,
               result.error, options.dry_run ? "checked" : "imported");
    return 1;
}

}  // namespace marque::app
