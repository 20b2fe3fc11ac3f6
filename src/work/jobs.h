#pragma once
// A job's row as the one who works on it sees it: position, report and lease are written in the same transaction as the
// rows the work is about, so that a crash leaves both or neither.

#include <optional>
#include <string>
#include <vector>

#include "core/market.h"
#include "db/admin.h"
#include "work/job_queries.h"

namespace marque::work {

/// A worker that has not written for this long is taken for dead.
inline constexpr std::int32_t job_lease_s = 30;

/// Whoever started it by hand: no server takes such a job over.
inline constexpr std::string_view command_line = "command line";

class JobLog {
public:
    /// `connection` may take on the market's role.
    JobLog(db::AdminConnection& connection, MarketCode market);

    /// A new job of this input, or with `resume` the newest unfinished one. Commits by itself.
    JobStart open(const std::string& kind, const std::string& fingerprint, const std::string& request_json,
                  std::int64_t bytes_total, bool resume);
    /// A job that was claimed already.
    void adopt(const Uuid& id) { id_ = id; }
    [[nodiscard]] const Uuid& id() const { return id_; }

    /// Inside the caller's transaction. False: somebody cancelled it, or another server took it over.
    bool save(std::int64_t position, std::int64_t bytes_done, const std::string& report_json);
    void add_refusals(const std::vector<RefusalRow>& rows);
    [[nodiscard]] std::vector<RefusalRow> refusals();
    /// Outside a transaction.
    void finish(const std::string& state, const std::string& error, const std::string& report_json);

private:
    db::AdminConnection& connection_;
    MarketCode market_;
    Uuid id_;
};

}  // namespace marque::work
