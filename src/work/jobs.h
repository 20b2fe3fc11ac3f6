#pragma once
// A job's row as the one who works on it sees it: position, report and lease are written in the same transaction as the
// rows the work is about, so that a crash leaves both or neither.

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/market.h"
#include "db/admin.h"
#include "work/job_queries.h"

namespace marque::work {

/// A worker that has not written for this long is taken for dead.
inline constexpr std::int32_t job_lease_s = 30;

/// Workers that a job may have, one after the other, before it has failed.
inline constexpr std::int32_t job_attempts_max = 5;
inline constexpr std::string_view worker_died = "its worker died";

/// Whoever started it by hand: no server takes such a job over.
inline constexpr std::string_view command_line = "command line";

/// Nobody: a time of the day did.
inline constexpr std::string_view by_schedule = "schedule";

/// Somebody else holds the job by now: whoever learns this writes nothing more of it.
struct JobLost : std::runtime_error {
    JobLost() : std::runtime_error("another worker holds the job") {}
};

class JobLog {
public:
    /// `connection` may take on the market's role. `unfenced`, a negative control, writes whoever holds the job.
    JobLog(db::AdminConnection& connection, MarketCode market, bool unfenced = false);

    /// A new job of this input, or with `resume` the newest unfinished one. Commits by itself.
    JobStart open(const std::string& kind, const std::string& fingerprint, const std::string& request_json,
                  std::int64_t bytes_total, bool resume);
    /// A job that a server claimed, as its worker of this number; nothing where another one holds it.
    std::optional<JobOrder> adopt(const Uuid& id, std::int32_t attempt);
    /// False for a run that nobody keeps account of.
    [[nodiscard]] bool is_open() const { return attempt_ > 0; }
    /// Inside the caller's transaction. False: somebody cancelled it. Throws JobLost.
    bool save(std::int64_t position, std::int64_t bytes_done, const std::string& report_json);
    void add_refusals(const std::vector<RefusalRow>& rows);
    [[nodiscard]] std::vector<RefusalRow> refusals();
    /// What a worker before made, where this one begins anew.
    void forget_refusals();
    void forget_parts();
    void add_part(std::int32_t number, std::string bytes);
    /// Outside a transaction: it did not work just now; a worker tries again later, if it was not the last try.
    void give_back(const std::string& error);
    /// Outside a transaction. Does nothing where another worker holds the job.
    void finish(const std::string& state, const std::string& error, const std::string& report_json);

private:
    db::AdminConnection& connection_;
    MarketCode market_;
    Uuid id_;
    std::int32_t attempt_ = 0;
    bool unfenced_;
};

}  // namespace marque::work
