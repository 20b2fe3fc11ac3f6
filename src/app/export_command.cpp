// marque export: one market's rows into a file or to standard output.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "app/databases.h"
#include "app/progress_line.h"
#include "app/transfer_commands.h"
#include "features/catalog/exporting/export.h"

namespace marque::app {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw std::runtime_error(message); }

/// Where an export is written. A file gets its name only when it is whole; what was begun is removed.
class Output {
public:
    explicit Output(const std::string& name) : name_(name), is_file_(name != "-") {
        if (!is_file_) return;
        file_ = std::fopen(part().c_str(), "wb");
        if (file_ == nullptr) refuse_to("be written");
    }
    ~Output() {
        if (!is_file_ || file_ == nullptr) return;
        std::fclose(file_);
        std::error_code ignored;
        std::filesystem::remove(part(), ignored);
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void write(std::string_view bytes) {
        if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) refuse_to("be written");
        bytes_ += bytes.size();
    }
    void finish() {
        if (std::fflush(file_) != 0) refuse_to("be written");
        if (!is_file_) return;
        const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
        if (!closed || std::rename(part().c_str(), name_.c_str()) != 0) refuse_to("be written to its end");
    }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

private:
    [[nodiscard]] std::string part() const { return name_ + ".part"; }
    [[noreturn]] void refuse_to(const char* what) const {
        refuse(fmt::format("--output: {} cannot {}: {}", name_, what, std::strerror(errno)));
    }

    std::string name_;
    bool is_file_;
    std::FILE* file_ = stdout;
    std::uint64_t bytes_ = 0;
};

}  // namespace

int export_file(const Config& config, const std::string& subject, const ExportOptions& options) {
    using namespace catalog::exporting;
    const auto market = MarketCode::parse(options.market);
    if (!market) refuse("--market: " + options.market + " " + market.error());
    Databases databases{config};
    if (databases.load_markets().find(*market) == nullptr) {
        refuse("--market: there is no market " + market->to_text() + " yet");
    }
    const auto* source = databases.find_source(*market);
    check(source != nullptr, "a market that was loaded has a database");
    db::AdminConnection connection{source->url};
    Output output{options.file};
    ExportCounts counts;
    {
        ProgressLine progress;
        std::int64_t lines = 0;
        counts = write_export(connection, *market, catalog::import::subject_named(subject),
                              options.format == "jsonl" ? FileFormat::jsonl : FileFormat::csv,
                              [&](std::string_view bytes) {
                                  output.write(bytes);
                                  lines += std::ranges::count(bytes, '\n');
                                  progress.show(lines, output.bytes(), 0);
                              },
                              {.naked_formulas = config.breaks("naked_formulas")});
    }
    output.finish();
    fmt::print(stderr, "{} rows written\n", counts.rows);
    if (counts.left_out > 0) fmt::print(stderr, "{} products without a SKU left out\n", counts.left_out);
    return 0;
}

}  // namespace marque::app
