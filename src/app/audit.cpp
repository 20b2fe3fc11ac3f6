// Running the audit and keeping what it found.
#include "app/audit.h"

#include "core/log.h"

namespace marque::app {
namespace {

constexpr int pause_per_look = 20;

}  // namespace

Task<void> Audit::look(db::Handle db) {
    using Clock = std::chrono::steady_clock;
    const MarketCode market = db.market();
    const auto started = Clock::now();
    if (const auto due = not_before_.find(market); due != not_before_.end() && started < due->second) co_return;
    AuditReport report;
    report.broken = co_await orders::broken_rules(db);
    const auto took = Clock::now() - started;
    not_before_[market] = started + took * pause_per_look;
    report.checked_at = Timestamp::now();
    report.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    keep(market, std::move(report));
}

void Audit::keep(MarketCode market, AuditReport report) {
    std::map<std::string_view, std::int64_t> broken;
    for (const auto& rule : report.broken) {
        broken[rule.rule] = rule.broken;
        log::error("audit.rule_broken", {{"market", market.to_text()},
                                         {"rule", rule.rule},
                                         {"broken", std::to_string(rule.broken)},
                                         {"example", rule.example}});
    }
    for (const auto rule : orders::conservation_rules) {
        metrics_.set_gauge("marque_audit_broken", "SKUs or orders that break a rule of conservation",
                           {{"market", market.to_text()}, {"rule", std::string{rule}}},
                           static_cast<double>(broken[rule]));
    }
    metrics_.set_gauge("marque_audit_seconds", "How long the last audit of the market took",
                       {{"market", market.to_text()}}, static_cast<double>(report.duration_ms) / 1'000);
    const std::scoped_lock lock{mutex_};
    reports_[market] = std::move(report);
}

std::optional<AuditReport> Audit::report_of(MarketCode market) const {
    const std::scoped_lock lock{mutex_};
    const auto found = reports_.find(market);
    return found == reports_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace marque::app
