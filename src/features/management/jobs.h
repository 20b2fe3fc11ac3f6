#pragma once
// What managers ask of imports and exports; the process that carries a job out reads the same from the job's row.

#include "core/page.h"
#include "core/text.h"
#include "features/management/roles.h"
#include "work/job_queue.h"
#include "work/job_report.h"

namespace marque::management {

enum class TransferKind { products, prices, stock, reviews };
ENUMERATION(TransferKind, products, prices, stock, reviews);

/// Those of the command, with _ for -.
enum class ImportFormat { csv, jsonl, magento, shopify, saleor, fashion_styles, womens_clothing };
ENUMERATION(ImportFormat, csv, jsonl, magento, shopify, saleor, fashion_styles, womens_clothing);

enum class ExportFormat { csv, jsonl };
ENUMERATION(ExportFormat, csv, jsonl);

enum class FileEncoding { automatic, utf8, utf16, windows1251, windows1252 };
ENUMERATION(FileEncoding, automatic, utf8, utf16, windows1251, windows1252);

struct ImportQuery {
    TransferKind kind = TransferKind::products;
    ImportFormat format = ImportFormat::csv;
    bool dry_run = false;
    std::optional<Text<1, 40>> price;  // the market's price rule: FACTOR:ROUND
    FileEncoding encoding = FileEncoding::automatic;
    std::optional<Text<2, 2>> language;  // of texts in no named language
    std::optional<Text<3, 3>> currency;  // whose prices are taken from a file of several
    bool join_last = false;
};
RECORD(ImportQuery, kind, format, dry_run, price, encoding, language, currency, join_last);

/// What a market's day begins (work/schedule_queries.h); the kind of the job in its row.
enum class Routine { revenue_snapshot, prune };
ENUMERATION(Routine, revenue_snapshot, prune);

struct ExportInput {
    TransferKind kind = TransferKind::products;
    ExportFormat format = ExportFormat::csv;
};
RECORD(ExportInput, kind, format);

struct JobView {
    static constexpr std::string_view doc =
        "An import, an export or a day's routine of one market. Imports of the command line are shown too. `progress` "
        "is how much of the file was read, where that is known; what `report` counts is committed. A job that did not "
        "work waits until `available_at` and is tried again, five times altogether.";
    Uuid id;
    std::string kind;
    work::JobState state = work::JobState::queued;
    bool dry_run = false;
    std::string format;
    std::optional<std::int32_t> progress_percent;
    std::int64_t bytes_done = 0;
    std::int64_t bytes_total = 0;
    work::JobReport report;
    std::string error;
    bool cancel_requested = false;
    bool has_file = false;
    std::int32_t attempts = 0;
    Timestamp available_at;
    Timestamp created_at;
    std::optional<Timestamp> started_at;
    std::optional<Timestamp> finished_at;
};
RECORD(JobView, id, kind, state, dry_run, format, progress_percent, bytes_done, bytes_total, report, error,
       cancel_requested, has_file, attempts, available_at, created_at, started_at, finished_at);

[[nodiscard]] JobView job_view(const work::JobRow& row);
/// Puts a job in by the caller's name and answers with it, or replays the answer of the same Idempotency-Key; refuses
/// (work::queue_full, and of the key). `route` is the path it was asked for at.
Task<http::Rendered<http::Created<JobView>>> begin_job(http::Context& context, std::string_view route, std::string kind,
                                                       std::string request_json, std::string_view file = {});

/// The job's kind in its row: "import_products".
[[nodiscard]] std::string job_kind(bool is_import, TransferKind kind);

[[nodiscard]] http::Routes job_routes();
/// POST /manager/jobs and /manager/job-schedules.
[[nodiscard]] http::Routes routine_routes();

}  // namespace marque::management
