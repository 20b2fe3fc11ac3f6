// The process of one job, started by a server (work/job_runner.h) and gone with it.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

#include "app/order_file.h"
#include "app/routine_jobs.h"
#include "app/transfer_commands.h"
#include "core/check.h"
#include "core/parse.h"
#include "features/catalog/exporting/export.h"
#include "features/catalog/import/run.h"
#include "features/management/jobs.h"
#include "features/management/order_lists.h"
#include "features/markets/markets.h"
#include "json/read.h"
#include "json/write.h"
#include "work/job_runner.h"

namespace marque::app {
namespace {

using namespace catalog::import;
using work::JobLog;
using work::JobOrder;

constexpr std::size_t refusals_kept_max = 10'000;
/// Requests of the server go first.
constexpr int lower_priority = 10;

std::string variable(std::string_view name) {
    const char* value = std::getenv(std::string{name}.c_str());
    return value == nullptr ? "" : value;
}

/// Ends this process with its server, also with one that was killed before this was said.
void die_with_server() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (std::to_string(::getppid()) != variable(work::job_server_variable)) std::_Exit(1);
    ::setpriority(PRIO_PROCESS, 0, lower_priority);
}

/// The file of a job from its parts.
class PartsSource final : public Source {
public:
    PartsSource(const std::string& database, MarketCode market, Uuid id, std::int64_t bytes_total)
        : connection_(database), id_(std::move(id)), bytes_total_(static_cast<std::uint64_t>(bytes_total)) {
        connection_.become(market.upper());
    }
    std::expected<std::size_t, std::string> read(std::span<char> buffer) override {
        if (position_ == part_.size()) {
            auto parts = connection_.rows(work::job_sql.part, id_, number_++);
            if (parts.empty()) return std::size_t{0};
            part_ = std::move(parts.front().bytes);
            position_ = 0;
        }
        const auto count = std::min(buffer.size(), part_.size() - position_);
        std::memcpy(buffer.data(), part_.data() + position_, count);
        position_ += count;
        bytes_read_ += count;
        return count;
    }
    std::uint64_t bytes_read() const override { return bytes_read_; }
    std::uint64_t bytes_total() const override { return bytes_total_; }

private:
    db::AdminConnection connection_;
    Uuid id_;
    std::uint64_t bytes_total_;
    std::uint64_t bytes_read_ = 0;
    std::int32_t number_ = 0;
    std::string part_;
    std::size_t position_ = 0;
};

struct Job {
    std::string database;
    MarketCode market;
    Uuid id;
    std::int32_t attempt = 0;
    const Config& config;
    bool naked_formulas = false;  // negative controls
    bool unfenced = false;
};

Subject subject_of(management::TransferKind kind) { return subject_named(enum_word(kind)); }

/// The command's words for what a manager asked.
ImportOptions options_of(const management::ImportQuery& query, MarketCode market) {
    ImportOptions options{.format = std::string{enum_word(query.format)}, .markets = {market.to_text()}};
    std::ranges::replace(options.format, '_', '-');
    if (query.price) options.prices = {fmt::format("{}={}", market.to_text(), query.price->to_text())};
    if (query.language) options.language = query.language->to_text();
    if (query.currency) options.currency = query.currency->to_text();
    options.join_last = query.join_last;
    return options;
}

Encoding encoding_of(management::FileEncoding encoding) {
    using enum management::FileEncoding;
    if (encoding == utf8) return Encoding::utf8;
    if (encoding == utf16) return Encoding::utf16;
    if (encoding == windows1251) return Encoding::windows_1251;
    return encoding == windows1252 ? Encoding::windows_1252 : Encoding::automatic;
}

/// What the file's beginning is refused for.
struct Unusable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A dry run writes its account on a connection of its own, for its rows are rolled back.
void import_rows(const Job& job, const JobOrder& order, const management::ImportQuery& query) {
    const auto options = options_of(query, job.market);
    const auto rules = parse_price_rules(options.prices, options.markets);
    if (!rules) throw Unusable("price: " + rules.error());
    auto source = unpacked(std::make_unique<PartsSource>(job.database, job.market, job.id, order.bytes_total));
    if (!source) throw Unusable("the file " + source.error());
    auto stream = TextStream::open(std::move(*source), encoding_of(query.encoding));
    if (!stream) throw Unusable("the file " + stream.error());
    auto reader = open_reader(**stream, format_options(subject_of(query.kind), options, {job.market}));
    if (!reader) throw Unusable(fmt::format("line {}: {}", reader.error().line, reader.error().message));

    db::AdminConnection rows{job.database};
    db::AdminConnection account{job.database};
    const StoreOptions store{
        .markets = {job.market}, .rules = *rules, .source = options.format, .language = options.language};
    std::vector<std::unique_ptr<Target>> targets;
    targets.push_back(std::make_unique<Target>(Target{
        .store = {rows, {job.market}, store}, .job = {query.dry_run ? account : rows, job.market, job.unfenced}}));
    auto& target = *targets.front();
    if (!target.job.adopt(job.id, job.attempt)) return;
    if (query.dry_run) {
        target.job.forget_refusals();
    } else if (order.position > 0) {
        target.position = order.position;
        if (auto before = json::read_text<ImportSummary>(order.report.text)) target.summary = std::move(*before);
        target.refusals_kept = target.job.refusals().size();
    }
    run_import(
        **reader, targets,
        {.dry_run = query.dry_run,
         .dry_run_at_once = query.kind == management::TransferKind::products,
         .refused_kept = refusals_kept_max,
         .keeps_raw = false},
        [&] { return static_cast<std::int64_t>((*stream)->bytes_read()); }, [](std::int64_t) {});
}

struct Cancelled {};

/// The file of a job in the making: pieces become parts. What a worker before made is made anew, so that the file is of
/// one moment.
class PartsFile {
public:
    PartsFile(db::AdminConnection& account, JobLog& log) : account_(account), log_(log) { log_.forget_parts(); }

    void add(std::string_view piece) {
        pending_ += piece;
        report.rows += std::ranges::count(piece, '\n');
        if (pending_.size() >= work::job_part_bytes - 128UL * 1024) keep();
    }
    void finish() {
        if (!pending_.empty()) keep();
        log_.finish("done", "", json::written(report));
    }

    work::JobReport report;

private:
    void keep() {
        bytes_ += static_cast<std::int64_t>(pending_.size());
        if (bytes_ > static_cast<std::int64_t>(work::job_result_bytes_max)) {
            throw Unusable("the file is longer than 256 MiB; use the command marque export, or narrow the list");
        }
        account_.run("BEGIN");
        const bool goes_on = log_.save(number_, bytes_, json::written(report));
        if (goes_on) log_.add_part(number_++, std::exchange(pending_, {}));
        account_.run(goes_on ? "COMMIT" : "ROLLBACK");
        if (!goes_on) throw Cancelled{};
    }

    db::AdminConnection& account_;
    JobLog& log_;
    std::int32_t number_ = 0;
    std::int64_t bytes_ = 0;
    std::string pending_;
};

void export_rows(const Job& job, db::AdminConnection& account, JobLog& log, const management::ExportInput& input) {
    PartsFile file{account, log};
    db::AdminConnection rows{job.database};
    const auto format = input.format == management::ExportFormat::csv ? catalog::exporting::FileFormat::csv
                                                                      : catalog::exporting::FileFormat::jsonl;
    const auto counts = catalog::exporting::write_export(rows, job.market, subject_of(input.kind), format,
                                                         [&](std::string_view piece) { file.add(piece); },
                                                         {.naked_formulas = job.naked_formulas});
    file.report.rows = counts.rows;
    if (counts.left_out > 0) {
        file.report.notes = {fmt::format("{} products without a SKU left out", counts.left_out)};
    }
    file.finish();
}

void export_orders(const Job& job, db::AdminConnection& account, JobLog& log, const management::OrderExport& wanted) {
    PartsFile file{account, log};
    db::AdminConnection rows{job.database};
    const auto all = markets::load(rows, false);
    const auto market = std::ranges::find(all, job.market, &MarketInfo::code);
    check(market != all.end(), "a job of a market that is not there");
    rows.become(job.market.to_text());
    const OrderFileOptions options{.fields = wanted.fields,
                                   .csv = wanted.format == management::ExportFormat::csv,
                                   .naked_formulas = job.naked_formulas};
    file.report.rows = write_orders(rows, *market, wanted.filter.value_or(orders::OrderFilter{}), options,
                                    [&](std::string_view piece) { file.add(piece); });
    file.finish();
}

void carry_out(const Job& job, db::AdminConnection& account, JobLog& log, const JobOrder& order) {
    try {
        if (order.kind.starts_with("import")) {
            const auto query = json::read_text<management::ImportQuery>(order.request.text);
            if (!query) throw Unusable("the request cannot be read");
            import_rows(job, order, *query);
        } else if (order.kind == management::order_export_kind) {
            const auto wanted = json::read_text<management::OrderExport>(order.request.text);
            if (!wanted) throw Unusable("the request cannot be read");
            export_orders(job, account, log, *wanted);
        } else if (order.kind == enum_word(management::Routine::revenue_snapshot)) {
            log.finish("done", "", json::written(keep_revenue(job.config, job.database, job.market)));
        } else if (order.kind == enum_word(management::Routine::prune)) {
            db::AdminConnection rows{job.database};
            rows.become(job.market.upper());
            const auto report = prune(rows, log);
            if (!report) throw Cancelled{};
            log.finish("done", "", json::written(*report));
        } else {
            const auto input = json::read_text<management::ExportInput>(order.request.text);
            if (!input) throw Unusable("the request cannot be read");
            export_rows(job, account, log, *input);
        }
    } catch (const Cancelled&) {
        log.finish("cancelled", "", order.report.text);
    } catch (const Unusable& error) {
        log.finish("failed", error.what(), order.report.text);
    }
}

}  // namespace

int run_job(const Config& config, const std::string& market_text, const std::string& id_text, std::int32_t attempt) {
    die_with_server();
    const auto market = MarketCode::parse(market_text);
    const auto id = Uuid::parse(id_text);
    check(market.has_value() && id.has_value(), "a server names jobs rightly");
    const Job job{.database = variable(work::job_database_variable),
                  .market = *market,
                  .id = *id,
                  .attempt = attempt,
                  .config = config,
                  .naked_formulas = config.breaks("naked_formulas"),
                  .unfenced = config.breaks("unfenced_jobs")};
    db::AdminConnection connection{job.database};
    JobLog log{connection, *market};
    const auto order = log.adopt(*id, attempt);
    if (!order) return 0;
    try {
        carry_out(job, connection, log, *order);
    } catch (const work::JobLost&) {
        return 0;
    } catch (const std::exception& error) {
        // The connection may be in the middle of something.
        db::AdminConnection again{job.database};
        JobLog late{again, *market};
        if (late.adopt(*id, attempt)) late.give_back(error.what());
        fmt::print(stderr, "marque: {}\n", error.what());
    }
    return 0;
}

std::vector<work::DailyJob> daily_jobs() {
    return {{std::string{enum_word(management::Routine::revenue_snapshot)}, "00:20"},
            {std::string{enum_word(management::Routine::prune)}, "03:40"}};
}

}  // namespace marque::app
