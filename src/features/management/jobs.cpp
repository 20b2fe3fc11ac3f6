// The endpoints of /manager/imports, /manager/exports and /manager/jobs. Who carries jobs out stands in
// work/job_runner.h.
#include "features/management/jobs.h"

#include <fmt/format.h>

#include "core/digest.h"
#include "features/management/order_lists.h"
#include "features/media/media.h"
#include "http/body_file.h"
#include "http/response.h"
#include "json/write.h"
#include "work/idempotency.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::FileUpload;
using http::Query;
using http::Rendered;
using http::Response;
using work::JobRow;
using work::JobState;

constexpr Refusal no_such_format{422, "jobs.format_not_for_kind", "Files of this kind do not come in this format"};
constexpr Refusal no_file{404, "jobs.no_file",
                          "The job has no file: it is no export, is not done, or its file is gone"};
constexpr Refusal no_room{503, "jobs.no_room", "The file cannot be put together just now; try again"};

struct JobRefusal {
    static constexpr std::string_view doc = "A row of the file that was refused: where it stands and why.";
    std::int64_t line = 0;
    std::string key;
    std::string column;
    std::string reason;
};
RECORD(JobRefusal, line, key, column, reason);

std::optional<std::int32_t> percent_of(const JobRow& row) {
    if (row.state == JobState::done) return 100;
    if (row.bytes_total == 0 || row.kind.starts_with("export")) return std::nullopt;
    // The last byte may have been read while its rows are still being written.
    return static_cast<std::int32_t>(std::min<std::int64_t>(row.bytes_done * 100 / row.bytes_total, 99));
}

Task<JobRow> get_row(Context& context, Uuid id) {
    auto row = co_await context.db.find(work::queue_sql.one, id);
    if (!row) throw Refused{work::job_not_found};
    co_return std::move(*row);
}

bool comes_in(TransferKind kind, ImportFormat format) {
    using enum ImportFormat;
    if (format == csv || format == jsonl) return true;
    if (kind == TransferKind::reviews) return format == magento || format == womens_clothing;
    return kind == TransferKind::products && format != womens_clothing;
}

/// Running a job is not yet the right to write what it brings.
Permission permission_for(TransferKind kind) {
    switch (kind) {
        case TransferKind::products:
            return Permission::catalog_write;
        case TransferKind::prices:
            return Permission::prices_write;
        case TransferKind::stock:
            return Permission::stock_write;
        case TransferKind::reviews:
            return Permission::reviews_write;
    }
    fail_check("an import of a kind that is none", std::source_location::current());
}

Task<Rendered<Created<JobView>>> post_import(Context& context, Query<ImportQuery> query, FileUpload upload) {
    const auto& asked = query.value;
    if (!comes_in(asked.kind, asked.format)) throw Refused{no_such_format};
    require_permission(context, permission_for(asked.kind));
    co_return co_await begin_job(context, "/api/v1/manager/imports", job_kind(true, asked.kind), json::written(asked),
                                 upload.bytes);
}

Task<Rendered<Created<JobView>>> post_export(Context& context, Body<ExportInput> body) {
    co_return co_await begin_job(context, "/api/v1/manager/exports", job_kind(false, body.value.kind),
                                 json::written(body.value));
}

Task<Page<JobView>> list_jobs(Context& context, Query<PageQuery> query) {
    const auto rows = co_await context.db.rows(work::queue_sql.list, query.value.limit.value(), start_of(query.value));
    co_return page_of(rows, query.value, job_view);
}

Task<JobView> get_job(Context& context, Uuid id) {
    const auto row = co_await get_row(context, id);
    co_return job_view(row);
}

Task<Page<JobRefusal>> list_refusals(Context& context, Uuid id, Query<PageQuery> query) {
    co_await get_row(context, id);
    const auto rows =
        co_await context.db.rows(work::queue_sql.refusals, id, query.value.limit.value(), start_of(query.value));
    co_return page_of(rows, query.value, [](const work::RefusalPageRow& row) {
        return JobRefusal{.line = row.line, .key = row.key, .column = row.column_name, .reason = row.reason};
    });
}

Task<JobView> cancel(Context& context, Uuid id) {
    co_await work::cancel_job(context.db, id);
    const auto row = co_await get_row(context, id);
    co_return job_view(row);
}

/// Put together on the disk, so that memory holds a few pieces and the answer has its length.
Task<Response> get_file(Context& context, Uuid id) {
    const auto row = co_await get_row(context, id);
    if (row.kind == order_export_kind) require_permission(context, Permission::orders_read);
    if (!row.has_file) throw Refused{no_file};
    auto opened = http::BodyFile::open(media::incoming_folder(context.thread.config));
    if (!opened) throw Refused{no_room};
    const auto file = std::make_shared<http::BodyFile>(std::move(*opened));
    for (std::int32_t number = 0;; number += work::parts_at_once) {
        const auto parts = co_await context.db.rows(work::queue_sql.parts, id, number, work::parts_at_once);
        for (const auto& part : parts) {
            if (!file->append(part.bytes)) throw Refused{no_room};
        }
        if (std::ssize(parts) < work::parts_at_once) break;
    }
    // It may have been thrown away between the question and the answer.
    if (static_cast<std::int64_t>(file->size()) != row.bytes_total) throw Refused{no_file};
    Response response;
    response.content_type = row.format == "jsonl" ? "application/jsonl" : "text/csv; charset=utf-8";
    response.add_header("Content-Disposition", fmt::format("attachment; filename=\"{}-{}.{}\"", row.kind.substr(7),
                                                           context.market->code.to_text(), row.format));
    response.add_header("Cache-Control", "no-store");
    if (file->size() == 0) co_return response;
    const auto view = file->view();
    if (!view) throw Refused{no_room};
    response.parts = {*view};
    response.owner = file;
    co_return response;
}

/// An upload is written part by part.
constexpr int upload_statements_max = static_cast<int>(work::job_file_bytes_max / work::job_part_bytes) + 8;
constexpr int download_statements_max =
    static_cast<int>(work::job_result_bytes_max / work::job_part_bytes) / work::parts_at_once + 4;

}  // namespace

JobView job_view(const JobRow& row) {
    JobView view{.id = row.id,
                 .kind = row.kind,
                 .state = row.state,
                 .dry_run = row.dry_run,
                 .format = row.format,
                 .progress_percent = percent_of(row),
                 .bytes_done = row.bytes_done,
                 .bytes_total = row.bytes_total,
                 .error = row.error,
                 .cancel_requested = row.cancel_requested,
                 .has_file = row.has_file,
                 .attempts = row.attempts,
                 .available_at = row.available_at,
                 .created_at = row.created_at,
                 .started_at = row.started_at,
                 .finished_at = row.finished_at};
    // A job that has not begun has none.
    if (auto report = json::read_text<work::JobReport>(row.report.text)) view.report = std::move(*report);
    return view;
}

Task<Rendered<Created<JobView>>> begin_job(Context& context, std::string_view route, std::string kind,
                                           std::string request_json, std::string_view file) {
    const MarketCode market = context.market->code;
    const auto key = context.request.header("Idempotency-Key");
    // A digest stands for a file of many bytes, and costs nothing where nobody asks for it.
    const std::string wish = kind + request_json + (key.empty() || file.empty() ? std::string{} : sha256_hex(file));
    // The manager's number is one of the market they come from, so that market is part of the key.
    work::Idempotency once{market, context.user().user,
                           fmt::format("POST {} from {}", route, context.user().market.to_text()), key, wish};
    auto transaction = co_await context.db.begin();
    // Everybody takes this lock who puts a job in, so that twins of a request wait for each other.
    transaction.query(work::queue_sql.lock, market);
    once.look_up(transaction);
    co_await transaction.flush();
    if (const auto stored = once.found())
        co_return Rendered<Created<JobView>>{http::replayed(stored->status, stored->body)};
    const Uuid id = co_await work::put_job(transaction, market,
                                           {.kind = std::move(kind),
                                            .request_json = std::move(request_json),
                                            .created_by = context.user().user.to_text(),
                                            .file = file});
    const auto row = transaction.query(work::queue_sql.one, id);
    co_await transaction.flush();
    Response response;
    response.status = 201;
    json::write(response.body, job_view(*row.find()));
    once.store(transaction, response.status, response.body);
    co_await transaction.commit();
    co_return Rendered<Created<JobView>>{std::move(response)};
}

std::string job_kind(bool is_import, TransferKind kind) {
    return fmt::format("{}_{}", is_import ? "import" : "export", enum_word(kind));
}

http::Routes job_routes() {
    using http::Access;
    return {
        http::post<"/api/v1/manager/imports", post_import>(
            {.summary =
                 "Import a file (the body, plain or gzip, at most 64 MiB) into the managed market; a job to watch",
             .access = Access::manager(Permission::jobs_run),
             .refuses = {&no_such_format, &work::queue_full, &work::idempotency_key_malformed,
                         &work::idempotency_key_reused},
             .statements_max = upload_statements_max,
             .body_bytes_max = work::job_file_bytes_max}),
        http::post<"/api/v1/manager/exports", post_export>(
            {.summary = "Make a file of what the managed market sees; a job to watch",
             .access = Access::manager(Permission::jobs_run),
             .refuses = {&work::queue_full, &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 9,
             .second_factor = true}),
        http::get<"/api/v1/manager/jobs", list_jobs>(
            {.summary = "Imports and exports of the managed market, newest first",
             .access = Access::manager(Permission::jobs_read),
             .statements_max = 2}),
        http::get<"/api/v1/manager/jobs/{id}", get_job>({.summary = "How far a job is, and its report",
                                                         .access = Access::manager(Permission::jobs_read),
                                                         .refuses = {&work::job_not_found},
                                                         .statements_max = 2}),
        http::get<"/api/v1/manager/jobs/{id}/refusals", list_refusals>(
            {.summary = "Rows that were refused, in the order of the file; the first 10,000 are kept",
             .access = Access::manager(Permission::jobs_read),
             .refuses = {&work::job_not_found},
             .statements_max = 3}),
        http::post<"/api/v1/manager/jobs/{id}/cancel", cancel>({.summary = "End a job: what it has committed stays",
                                                                .access = Access::manager(Permission::jobs_run),
                                                                .refuses = {&work::job_not_found, &work::job_over},
                                                                .statements_max = 4}),
        http::get<"/api/v1/manager/jobs/{id}/file", get_file>(
            {.summary = "The file that an export made; kept for a day",
             .access = Access::manager(Permission::jobs_read),
             .refuses = {&work::job_not_found, &no_file, &no_room},
             .statements_max = download_statements_max}),
    };
}

}  // namespace marque::management
