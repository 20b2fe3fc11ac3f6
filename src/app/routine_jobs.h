#pragma once
// What the process of a job does where the job is a day's routine: keeping revenue, throwing away what is old.

#include "core/config.h"
#include "db/admin.h"
#include "work/job_report.h"
#include "work/jobs.h"

namespace marque::app {

/// Yesterday's revenue in the market's zone, and that of all days that changed since they were kept. Throws.
work::JobReport keep_revenue(const Config& config, const std::string& database, MarketCode market);

/// Throws away what is older than the market's schedule says; `rows` is a connection in the market's role. Nothing
/// where somebody cancelled it on the way: what is gone is gone.
std::optional<work::JobReport> prune(db::AdminConnection& rows, work::JobLog& log);

}  // namespace marque::app
