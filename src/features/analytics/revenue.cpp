// Revenue figures and snapshots.
#include <chrono>

#include "features/analytics/analytics.h"
#include "features/analytics/queries.h"

namespace marque::analytics {

Parsed<Day> Day::parse(std::string_view text) {
    const auto wrong = std::unexpected("must be a day, like 2026-11-21");
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return wrong;
    for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
        if (text[i] < '0' || text[i] > '9') return wrong;
    }
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        for (const char digit : text.substr(at, length)) value = value * 10 + (digit - '0');
        return value;
    };
    const std::chrono::year_month_day day{std::chrono::year{number(0, 4)},
                                          std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                          std::chrono::day{static_cast<unsigned>(number(8, 2))}};
    if (!day.ok() || number(0, 4) < 2000) return wrong;
    return Day{std::string{text}};
}

Day Day::today(Timestamp now, const std::string& time_zone) {
    const std::string digits = local_date_digits(now, time_zone);
    return Day{digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2)};
}

Task<Revenue> revenue_of(db::Handle db, const Config& config, const MarketInfo& market, Day from, Day to) {
    const std::string zone = config.breaks("utc_days") ? "UTC" : market.time_zone;
    const auto row = co_await db.find(sql.figures, from.to_text(), to.to_text(), zone);
    const std::int64_t net = row->gross_minor - row->cancelled_minor - row->refunded_minor;
    const std::int64_t sold = row->total_orders - row->cancelled_orders;
    const auto money = [&](std::int64_t minor) { return Money{minor, market.currency}; };
    co_return Revenue{.market = market.code,
                      .currency = market.currency.to_text(),
                      .time_zone = market.time_zone,
                      .from = from,
                      .to = to,
                      .total_orders = row->total_orders,
                      .cancelled_orders = row->cancelled_orders,
                      .gross = money(row->gross_minor),
                      .cancelled = money(row->cancelled_minor),
                      .refunded = money(row->refunded_minor),
                      .net = money(net),
                      .total_revenue = money(net),
                      .average_order_value = money(sold == 0 ? 0 : scaled_half_up(net, 1, sold))};
}

Task<Revenue> store_snapshot(db::Handle db, const Config& config, const MarketInfo& market, Day day) {
    const Revenue revenue = co_await revenue_of(db, config, market, day, day);
    co_await db.execute(sql.store, market.code, day.to_text(), revenue.currency, revenue.total_orders,
                        revenue.cancelled_orders, revenue.gross.minor(), revenue.cancelled.minor(),
                        revenue.refunded.minor(), revenue.net.minor(), revenue.average_order_value.minor());
    co_return revenue;
}

}  // namespace marque::analytics
