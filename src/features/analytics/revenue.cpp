// Figures by day, and keeping them: what is kept and what is computed come from the same statements.
#include <algorithm>
#include <map>

#include "features/analytics/analytics.h"
#include "features/analytics/parts.h"
#include "features/analytics/queries.h"

namespace marque::analytics {
namespace {

/// What sql.due answers at most.
constexpr std::size_t days_at_once = 31;

Figures figures_of(const FiguresRow& row) {
    return {row.total_orders, row.cancelled_orders, row.gross_minor, row.cancelled_minor, row.refunded_minor};
}

void queue_parts(db::Transaction& transaction, MarketCode market, Day day, const std::vector<PartRow>& rows) {
    std::vector<std::string> parts, keys;
    std::vector<std::int64_t> total, cancelled, pieces, gross, cancelled_minor, refunded;
    for (const auto& row : rows) {
        parts.push_back(row.part);
        keys.push_back(row.key);
        total.push_back(row.total_orders);
        cancelled.push_back(row.cancelled_orders);
        pieces.push_back(row.pieces);
        gross.push_back(row.gross_minor);
        cancelled_minor.push_back(row.cancelled_minor);
        refunded.push_back(row.refunded_minor);
    }
    transaction.execute(sql.drop_parts, day);
    transaction.execute(sql.store_parts, market, day, parts, keys, total, cancelled, pieces, gross, cancelled_minor,
                        refunded);
}

/// One day in a transaction of its own. The marks go first and the figures are read by a later statement: a change that
/// the figures do not show yet leaves a mark that is not taken away.
Task<std::optional<Revenue>> keep_day(db::Handle db, const Config& config, const MarketInfo& market, Day day,
                                      bool waits) {
    const std::string zone = zone_of(config, market);
    auto transaction = co_await db.begin();
    transaction.execute(sql.start, market.code);
    const auto locked = transaction.query(waits ? sql.wait : sql.lock);
    co_await transaction.flush();
    if (!locked.find()) co_return std::nullopt;
    transaction.execute(sql.unmark, day, zone);
    const auto rows = transaction.query(sql.figures, day, day, zone);
    const auto parts = transaction.query(sql.parts, day, day, zone, kept_kinds());
    co_await transaction.flush();
    // No row: a day without orders.
    const Figures figures = figures_of(rows.find().value_or(FiguresRow{}));
    transaction.execute(sql.store, market.code, day, market.currency.to_text(), figures.total_orders,
                        figures.cancelled_orders, figures.gross_minor, figures.cancelled_minor, figures.refunded_minor,
                        figures.net_minor(), figures.average_minor(), zone);
    queue_parts(transaction, market.code, day, parts.rows());
    co_await transaction.commit();
    co_return revenue_of(market, day, day, figures);
}

}  // namespace

void Figures::add(const Figures& other) {
    total_orders += other.total_orders;
    cancelled_orders += other.cancelled_orders;
    gross_minor += other.gross_minor;
    cancelled_minor += other.cancelled_minor;
    refunded_minor += other.refunded_minor;
}

std::vector<Span> missing_spans(Day from, Day to, const std::set<Day>& known) {
    std::vector<Span> spans;
    for (Day day = from; day <= to; day = day.plus(1)) {
        if (known.contains(day)) continue;
        // The last one takes all that is left, though some of it is known.
        const bool joins = !spans.empty() && (spans.back().to.plus(1) == day || spans.size() == spans_max);
        if (joins) {
            spans.back().to = day;
        } else {
            spans.push_back({day, day});
        }
    }
    return spans;
}

std::string zone_of(const Config& config, const MarketInfo& market) {
    return config.breaks("utc_days") ? "UTC" : market.time_zone;
}

Task<std::vector<DayFigures>> days_of(db::Handle db, std::string zone, Day from, Day to) {
    std::vector<DayFigures> days;
    // Of today nothing can be kept.
    if (from < Day::today(Timestamp::now(), zone)) {
        const auto kept = co_await db.rows(sql.kept, from, to, zone);
        for (const auto& row : kept) days.push_back({row.day, figures_of(row)});
    }
    std::set<Day> known;
    for (const auto& day : days) known.insert(day.day);
    const auto spans = missing_spans(from, to, known);
    for (const auto& span : spans) {
        const auto rows = co_await db.rows(sql.figures, span.from, span.to, zone);
        std::map<Day, Figures> computed;
        for (const auto& row : rows) computed[row.day] = figures_of(row);
        for (Day day = span.from; day <= span.to; day = day.plus(1)) {
            if (!known.contains(day)) days.push_back({day, computed[day]});
        }
    }
    std::ranges::sort(days, {}, &DayFigures::day);
    co_return days;
}

Revenue revenue_of(const MarketInfo& market, Day from, Day to, const Figures& figures) {
    const auto money = [&](std::int64_t minor) { return Money{minor, market.currency}; };
    return Revenue{.market = market.code,
                   .currency = market.currency.to_text(),
                   .time_zone = market.time_zone,
                   .from = std::move(from),
                   .to = std::move(to),
                   .total_orders = figures.total_orders,
                   .cancelled_orders = figures.cancelled_orders,
                   .gross = money(figures.gross_minor),
                   .cancelled = money(figures.cancelled_minor),
                   .refunded = money(figures.refunded_minor),
                   .net = money(figures.net_minor()),
                   .total_revenue = money(figures.net_minor()),
                   .average_order_value = money(figures.average_minor())};
}

Task<Revenue> store_snapshot(db::Handle db, const Config& config, const MarketInfo& market, Day day) {
    auto kept = co_await keep_day(db, config, market, day, true);
    check(kept.has_value(), "a day that was waited for");
    co_return std::move(*kept);
}

Task<void> keep_days(db::Handle db, const Config& config, const MarketInfo& market) {
    std::vector<Day> due;
    do {
        due = co_await db.rows(sql.due, zone_of(config, market));
        for (const auto& day : due) {
            const auto kept = co_await keep_day(db, config, market, day, false);
            if (!kept) co_return;
        }
    } while (due.size() == days_at_once);
    co_await db.execute(sql.forget_visits);
}

}  // namespace marque::analytics
