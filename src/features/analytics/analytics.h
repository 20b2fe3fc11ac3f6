#pragma once
// Revenue: figures of a market's own days in its own currency, markets beside each other, and a day's snapshot.

#include <string>

#include "core/config.h"
#include "core/market.h"
#include "core/money.h"
#include "core/record.h"
#include "db/handle.h"
#include "http/route.h"

namespace marque::analytics {

/// A calendar day, "2026-11-21"; which moments it holds is a time zone's business.
class Day {
public:
    static constexpr TextFacts facts{
        .pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", .min_length = 10, .max_length = 10, .example = "2026-11-21"};

    Day() = default;
    [[nodiscard]] static Parsed<Day> parse(std::string_view text);
    /// The day it is in a time zone of the tz database.
    [[nodiscard]] static Day today(Timestamp now, const std::string& time_zone);
    [[nodiscard]] const std::string& to_text() const { return text_; }
    friend auto operator<=>(const Day&, const Day&) = default;

private:
    explicit Day(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// One market's figures; amounts in its currency. total_revenue counts orders that are not cancelled, less refunds.
struct Revenue {
    MarketCode market;
    std::string currency;
    std::string time_zone;
    Day from;
    Day to;
    std::int64_t total_orders = 0;
    std::int64_t cancelled_orders = 0;
    Money gross;
    Money cancelled;
    Money refunded;
    Money net;
    Money total_revenue;
    Money average_order_value;
};
RECORD(Revenue, market, currency, time_zone, from, to, total_orders, cancelled_orders, gross, cancelled, refunded, net,
       total_revenue, average_order_value);

/// The figures from day to day, both included.
Task<Revenue> revenue_of(db::Handle db, const Config& config, const MarketInfo& market, Day from, Day to);
/// Computes one day and keeps it in revenue_snapshots, replacing what was there.
Task<Revenue> store_snapshot(db::Handle db, const Config& config, const MarketInfo& market, Day day);

/// /manager/revenue.
[[nodiscard]] http::Routes routes();

}  // namespace marque::analytics
