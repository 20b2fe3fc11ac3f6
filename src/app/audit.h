#pragma once
// The audit: every minute each market is asked whether stock, orders and payments still agree. /health/deep tells.

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "core/record.h"
#include "core/task.h"
#include "db/handle.h"
#include "features/orders/conservation.h"
#include "http/metrics.h"

namespace marque::app {

/// What the last look at a market found.
struct AuditReport {
    Timestamp checked_at;
    std::int64_t duration_ms = 0;
    std::vector<orders::BrokenRule> broken;
};

/// The newest report of each market; safe from every thread.
class Audit {
public:
    explicit Audit(http::Metrics& metrics) : metrics_(metrics) {}

    /// Looks at the market, keeps the report, sets the gauges and logs what is broken. A look takes at most a twentieth
    /// of the time: after a long one some calls do nothing.
    Task<void> look(db::Handle db);
    [[nodiscard]] std::optional<AuditReport> report_of(MarketCode market) const;

private:
    void keep(MarketCode market, AuditReport report);

    http::Metrics& metrics_;
    mutable std::mutex mutex_;
    std::map<MarketCode, AuditReport> reports_;
    std::map<MarketCode, std::chrono::steady_clock::time_point> not_before_;  // thread 0 alone
};

}  // namespace marque::app
