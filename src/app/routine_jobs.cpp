// A few thousand rows in each transaction, so that nobody waits for it and a server that dies loses little.
#include "app/routine_jobs.h"

#include <fmt/format.h>

#include "app/customer_commands.h"
#include "app/with_shop.h"
#include "core/check.h"
#include "features/analytics/analytics.h"
#include "features/management/jobs.h"
#include "features/messages/prune_queries.h"
#include "features/sms/prune_queries.h"
#include "features/webhooks/prune_queries.h"
#include "json/write.h"
#include "work/prune_queries.h"
#include "work/schedule_queries.h"

namespace marque::app {
namespace {

constexpr std::int32_t rows_at_once = 2'000;

Task<int> keep_yesterday(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    const auto market = MarketCode::parse(options.market);
    check(market.has_value(), "a job's market");
    const MarketInfo info = *shop.markets.find(*market);
    const Day yesterday = Day::today(Timestamp::now(), analytics::zone_of(shop.config, info)).plus(-1);
    co_await analytics::store_snapshot(shop.in(*market), shop.config, info, yesterday);
    co_await analytics::keep_days(shop.in(*market), shop.config, info);
    co_return 0;
}

}  // namespace

work::JobReport keep_revenue(const Config& config, const std::string& database, MarketCode market) {
    CustomerOptions options;
    options.market = market.to_text();
    const int code = with_market(config, database, market, keep_yesterday, options);
    if (code != 0) throw std::runtime_error("the day could not be kept");
    work::JobReport report;
    report.rows = 1;
    return report;
}

std::optional<work::JobReport> prune(db::AdminConnection& rows, work::JobLog& log) {
    work::ScheduleRow kept;
    for (auto& schedule : rows.rows(work::schedule_sql.list)) {
        if (schedule.kind == enum_word(management::Routine::prune)) kept = std::move(schedule);
    }
    struct Old {
        std::string_view what;
        const db::Statement<void(std::int32_t, std::int32_t)>& statement;
        std::int32_t days;
    };
    work::JobReport report;
    for (const Old& old : {Old{"events", work::prune_sql.outbox, kept.events_days},
                           Old{"events sent out", webhooks::prune_sql.events, kept.events_days},
                           Old{"SMS", sms::prune_sql.messages, kept.sms_days},
                           Old{"messages", messages::prune_sql.messages, kept.sms_days}}) {
        std::int64_t gone = 0;
        std::int64_t some = rows_at_once;
        while (some == rows_at_once) {
            some = rows.execute(old.statement, old.days, rows_at_once);
            gone += some;
            report.rows += some;
            if (!log.save(0, 0, json::written(report))) return std::nullopt;
        }
        report.notes.push_back(fmt::format("{} {} older than {} days", gone, old.what, old.days));
    }
    return report;
}

}  // namespace marque::app
