#pragma once
// Revenue: figures of a market's own days in its own currency, kept by day, and the reports that are made of them.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/config.h"
#include "core/day.h"
#include "core/market.h"
#include "core/money.h"
#include "core/record.h"
#include "db/handle.h"
#include "http/route.h"

namespace marque::analytics {

using marque::Day;

/// Orders of some time, and what they brought. A cancelled order's refunds are in `cancelled` already.
struct Figures {
    std::int64_t total_orders = 0;
    std::int64_t cancelled_orders = 0;
    std::int64_t gross_minor = 0;
    std::int64_t cancelled_minor = 0;
    std::int64_t refunded_minor = 0;

    [[nodiscard]] std::int64_t sold_orders() const { return total_orders - cancelled_orders; }
    [[nodiscard]] std::int64_t net_minor() const { return gross_minor - cancelled_minor - refunded_minor; }
    /// Net by order that is not cancelled, rounded half up.
    [[nodiscard]] std::int64_t average_minor() const {
        return sold_orders() == 0 ? 0 : scaled_half_up(net_minor(), 1, sold_orders());
    }
    void add(const Figures& other);
    friend bool operator==(const Figures&, const Figures&) = default;
};

struct DayFigures {
    Day day;
    Figures figures;
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

/// The time zone that a market's days are cut by.
[[nodiscard]] std::string zone_of(const Config& config, const MarketInfo& market);

/// Each day from `from` to `to`, both included: kept ones as they were kept, all others from orders.
Task<std::vector<DayFigures>> days_of(db::Handle db, std::string zone, Day from, Day to);
[[nodiscard]] Revenue revenue_of(const MarketInfo& market, Day from, Day to, const Figures& figures);

/// Computes one day from orders and keeps it with its parts, replacing what was there. Waits for whoever does the same.
Task<Revenue> store_snapshot(db::Handle db, const Config& config, const MarketInfo& market, Day day);
/// Keeps the finished days that are not kept yet, and those that changed since. Several servers may call it at once.
Task<void> keep_days(db::Handle db, const Config& config, const MarketInfo& market);

/// What one unit of a market's currency is in another, "0.01143": up to nine decimals.
class Rate {
public:
    static constexpr TextFacts facts{
        .pattern = "^[0-9]{1,6}([.][0-9]{1,9})?$", .min_length = 1, .max_length = 16, .example = "0.01143"};

    Rate() = default;
    [[nodiscard]] static Parsed<Rate> parse(std::string_view text);
    [[nodiscard]] static Rate of_billionths(std::int64_t billionths);
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] std::int64_t billionths() const { return billionths_; }
    friend auto operator<=>(const Rate&, const Rate&) = default;

private:
    explicit Rate(std::int64_t billionths) : billionths_(billionths) {}
    std::int64_t billionths_ = 1;
};

/// A rate that reports convert a market's amounts by, from a day on until the next one begins.
struct ReportRate {
    std::string currency;
    Day from;
    Rate rate;
    std::string set_by;
    Timestamp set_at;
};
RECORD(ReportRate, currency, from, rate, set_by, set_at);

/// By currency, the newest first.
Task<std::vector<ReportRate>> report_rates(db::Handle db);
Task<void> set_report_rate(db::Handle db, Currency currency, Day from, Rate rate, std::string set_by);

/// /manager/revenue and /manager/report-rates.
[[nodiscard]] http::Routes routes();

}  // namespace marque::analytics
