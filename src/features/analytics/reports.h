#pragma once
// What the endpoints of /manager/revenue take and answer.

#include "core/page.h"
#include "features/analytics/parts.h"
#include "features/analytics/report_queries.h"

namespace marque::analytics {

inline constexpr Refusal period_invalid{422, "analytics.period_invalid", "The period is not acceptable"};
/// A year and a day; of longer times somebody asks year by year.
inline constexpr int period_days_max = 367;

struct PeriodQuery {
    std::optional<Day> from;
    std::optional<Day> to;
};
RECORD(PeriodQuery, from, to);

enum class Step { day, week, month };
ENUMERATION(Step, day, week, month)

enum class Before { none, previous, year };
ENUMERATION(Before, none, previous, year)

struct SeriesQuery {
    static constexpr std::string_view doc =
        "Without `from` and `to`: today. `by` cuts the period into days, weeks from Monday or months; `compare` puts "
        "the "
        "days right before it, or the same days a year before, beside it.";
    std::optional<Day> from;
    std::optional<Day> to;
    Step by = Step::day;
    Before compare = Before::none;
};
RECORD(SeriesQuery, from, to, by, compare);

struct RevenueLine {
    Day from;
    Day to;
    std::int64_t total_orders = 0;
    std::int64_t cancelled_orders = 0;
    Money gross;
    Money cancelled;
    Money refunded;
    Money net;
    Money average_order_value;
};
RECORD(RevenueLine, from, to, total_orders, cancelled_orders, gross, cancelled, refunded, net, average_order_value);

struct Series {
    Revenue total;
    std::vector<RevenueLine> items;
};
RECORD(Series, total, items);

struct RevenueReport {
    static constexpr std::string_view doc =
        "Orders count on the day they were placed, in the market's own zone; what is cancelled or given back later is "
        "taken off that day. `change_permille` compares the net with the period before: 1100 is eleven tenths more.";
    Series period;
    std::optional<Series> before;
    std::optional<std::int64_t> change_permille;
};
RECORD(RevenueReport, period, before, change_permille);

struct PartQuery {
    Part part = Part::product;
    std::optional<Day> from;
    std::optional<Day> to;
    PageLimit limit;
};
RECORD(PartQuery, part, from, to, limit);

struct PartLine {
    std::string key;
    std::string name;
    std::int64_t total_orders = 0;
    std::int64_t cancelled_orders = 0;
    std::optional<std::int64_t> pieces;
    Money gross;
    Money cancelled;
    Money refunded;
    Money net;
    std::optional<std::int64_t> share_permille;
};
RECORD(PartLine, key, name, total_orders, cancelled_orders, pieces, gross, cancelled, refunded, net, share_permille);

struct PartReport {
    static constexpr std::string_view doc =
        "Hours in their order, all else by net. Of products and categories the amounts are those of the goods: lines "
        "less "
        "discounts, less what was received back; shipping, added tax and refunds of another kind belong to no product.";
    Day from;
    Day to;
    Part part = Part::product;
    std::string currency;
    std::int64_t total = 0;
    std::vector<PartLine> items;
};
RECORD(PartReport, from, to, part, currency, total, items);

struct BuyersReport {
    Day from;
    Day to;
    std::int64_t customers = 0;
    std::int64_t guests = 0;
    std::int64_t orders = 0;
    std::int64_t repeat_customers = 0;
};
RECORD(BuyersReport, from, to, customers, guests, orders, repeat_customers);

struct FunnelReport {
    static constexpr std::string_view doc =
        "Carts that were used in the period (counted since marque can), orders placed in it, and those of them paid by "
        "now.";
    Day from;
    Day to;
    std::int64_t carts = 0;
    std::int64_t orders = 0;
    std::int64_t paid_orders = 0;
};
RECORD(FunnelReport, from, to, carts, orders, paid_orders);

struct RunningOutQuery {
    std::optional<PageLimit> days;
    std::optional<PageLimit> within_days;
    PageLimit limit;
};
RECORD(RunningOutQuery, days, within_days, limit);

struct RunningOutReport {
    static constexpr std::string_view doc =
        "Articles that are gone within `within_days` (14) if they go on selling as in the last `days` (28).";
    std::vector<RunningOutRow> items;
};
RECORD(RunningOutReport, items);

struct UnsoldQuery {
    static constexpr std::string_view doc =
        "`everywhere`: only what sold in none of the markets the caller may manage.";
    std::optional<PageLimit> days;
    bool everywhere = false;
    PageLimit limit;
};
RECORD(UnsoldQuery, days, everywhere, limit);

struct UnsoldLine {
    std::string product_slug;
    std::string product_name;
    std::int64_t available = 0;
    Money price;
    Timestamp created_at;
};
RECORD(UnsoldLine, product_slug, product_name, available, price, created_at);

struct UnsoldReport {
    static constexpr std::string_view doc = "Products that can be bought and were not, in the last `days` (90).";
    std::vector<UnsoldLine> items;
};
RECORD(UnsoldReport, items);

struct CompareQuery {
    static constexpr std::string_view doc =
        "`currency`: also side by side in this one, each day at the rate of /manager/report-rates.";
    std::optional<Day> from;
    std::optional<Day> to;
    std::optional<Currency> currency;
};
RECORD(CompareQuery, from, to, currency);

struct SideBySide {
    MarketCode market;
    std::string currency;
    /// None where the market has no rate for a day of the period.
    std::optional<Money> gross;
    std::optional<Money> total_revenue;
};
RECORD(SideBySide, market, currency, gross, total_revenue);

struct Comparison {
    std::vector<Revenue> items;
    std::vector<SideBySide> converted;
};
RECORD(Comparison, items, converted);

struct RateInput {
    static constexpr std::string_view doc =
        "What one unit of the market's currency is in `currency` from the day `from` on. For reports only.";
    Currency currency;
    Day from;
    Rate rate;
};
RECORD(RateInput, currency, from, rate);

struct RateList {
    std::vector<ReportRate> items;
};
RECORD(RateList, items);

}  // namespace marque::analytics
