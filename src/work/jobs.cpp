// The statements of a job's row, each under its market's role.
#include "work/jobs.h"

#include "work/job_queue_queries.h"

namespace marque::work {

JobLog::JobLog(db::AdminConnection& connection, MarketCode market, bool unfenced)
    : connection_(connection), market_(market), unfenced_(unfenced) {}

JobStart JobLog::open(const std::string& kind, const std::string& fingerprint, const std::string& request_json,
                      std::int64_t bytes_total, bool resume) {
    connection_.become(market_.upper());
    JobStart start{.id = Uuid::random(), .report = {"{}"}};
    const auto found = resume ? connection_.rows(job_sql.find_unfinished, kind, fingerprint) : std::vector<JobStart>{};
    if (!found.empty()) {
        start = found.front();
    } else {
        connection_.execute(job_sql.create, market_, start.id, kind, db::JsonText{request_json}, fingerprint,
                            bytes_total, std::string{command_line});
    }
    id_ = start.id;
    attempt_ = connection_.rows(job_sql.start, id_, job_lease_s).front();
    return start;
}

std::optional<JobOrder> JobLog::adopt(const Uuid& id, std::int32_t attempt) {
    connection_.become(market_.upper());
    auto found = connection_.rows(job_sql.order, id, attempt);
    if (found.empty()) return std::nullopt;
    id_ = id;
    attempt_ = attempt;
    return std::move(found.front());
}

bool JobLog::save(std::int64_t position, std::int64_t bytes_done, const std::string& report_json) {
    connection_.become(market_.upper());
    if (unfenced_) attempt_ = connection_.rows(job_sql.newest_attempt, id_).front();
    const auto cancelled =
        connection_.rows(job_sql.save, id_, attempt_, position, bytes_done, db::JsonText{report_json}, job_lease_s);
    if (cancelled.empty()) throw JobLost{};
    return !cancelled.front();
}

void JobLog::add_refusals(const std::vector<RefusalRow>& rows) {
    if (rows.empty()) return;
    connection_.become(market_.upper());
    std::vector<std::int64_t> lines;
    std::vector<std::string> keys, columns, reasons, raws;
    for (const auto& row : rows) {
        lines.push_back(row.line);
        keys.push_back(row.key);
        columns.push_back(row.column_name);
        reasons.push_back(row.reason);
        raws.push_back(row.raw);
    }
    connection_.execute(job_sql.add_refusals, market_, id_, lines, keys, columns, reasons, raws);
}

std::vector<RefusalRow> JobLog::refusals() {
    connection_.become(market_.upper());
    return connection_.rows(job_sql.refusals, id_);
}

void JobLog::forget_refusals() {
    connection_.become(market_.upper());
    connection_.execute(job_sql.forget_refusals, id_);
}

void JobLog::forget_parts() {
    connection_.become(market_.upper());
    connection_.execute(job_sql.forget_parts, id_);
}

void JobLog::add_part(std::int32_t number, std::string bytes) {
    connection_.become(market_.upper());
    connection_.execute(job_sql.put_part, market_, id_, number, db::Bytes{std::move(bytes)});
}

void JobLog::give_back(const std::string& error) {
    connection_.become(market_.upper());
    connection_.execute(queue_sql.give_back, id_, attempt_, error, job_attempts_max);
}

void JobLog::finish(const std::string& state, const std::string& error, const std::string& report_json) {
    connection_.become(market_.upper());
    connection_.execute(job_sql.finish, id_, attempt_, state, error, db::JsonText{report_json});
}

}  // namespace marque::work
