// A file goes into the database piece by piece, so that memory holds one of them.
#include "work/job_queue.h"

#include "work/jobs.h"

namespace marque::work {

Task<Uuid> put_job(db::Transaction& transaction, MarketCode market, NewJob job) {
    const Uuid id = Uuid::random();
    const auto added = transaction.query(queue_sql.add, market, id, job.kind, db::JsonText{job.request_json},
                                         static_cast<std::int64_t>(job.file.size()), job.created_by,
                                         std::string{command_line}, queued_jobs_max);
    co_await transaction.flush();
    if (added.rows().empty()) {
        Refused refused{queue_full};
        refused.retry_after_s = 60;
        throw refused;
    }
    std::int32_t number = 0;
    for (auto rest = job.file; !rest.empty(); rest.remove_prefix(std::min(rest.size(), job_part_bytes))) {
        transaction.execute(job_sql.put_part, market, id, number++,
                            db::Bytes{std::string{rest.substr(0, job_part_bytes)}});
        co_await transaction.flush();
    }
    co_return id;
}

Task<Uuid> add_job(db::Handle db, NewJob job) {
    auto transaction = co_await db.begin();
    transaction.query(queue_sql.lock, db.market());
    const Uuid id = co_await put_job(transaction, db.market(), std::move(job));
    co_await transaction.commit();
    co_return id;
}

Task<void> cancel_job(db::Handle db, Uuid id) {
    const auto cancelled = co_await db.write(queue_sql.cancel, id);
    if (!cancelled.empty()) co_return;
    const auto row = co_await db.find(queue_sql.one, id);
    if (!row) throw Refused{job_not_found};
    throw Refused{job_over};
}

}  // namespace marque::work
