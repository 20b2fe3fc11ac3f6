// The endpoints of /manager/revenue and /manager/report-rates.
#include <algorithm>
#include <set>

#include "features/analytics/rates.h"
#include "features/analytics/series.h"
#include "features/management/management.h"

namespace marque::analytics {
namespace {

using http::Body;
using http::Context;
using http::Query;

constexpr Refusal rate_of_own_currency{422, "analytics.rate_of_own_currency", "A market's own currency needs no rate"};
constexpr std::int32_t selling_days = 28;
constexpr std::int32_t running_out_days = 14;
constexpr int unsold_days = 90;
/// Markets that one report looks at, each with a few statements.
constexpr int markets_max = 16;
/// What is kept, and what is computed.
constexpr int looks_max = 2 + static_cast<int>(spans_max);

template <class Q>
Period period_in(Context& context, const Q& query, const MarketInfo& market) {
    return period_of(query.from, query.to, Day::today(context.now, market.time_zone));
}

/// Of the managed market.
struct Asked {
    const MarketInfo& market;
    std::string zone;
};
Asked asked_of(Context& context) { return {*context.market, zone_of(context.thread.config, *context.market)}; }

Task<RevenueReport> report(Context& context, Query<SeriesQuery> query) {
    const auto asked = asked_of(context);
    const Period period = period_in(context, query.value, asked.market);
    const auto days = co_await days_of(context.db, asked.zone, period.from, period.to);
    RevenueReport report{.period = series_of(asked.market, period, days, query.value.by)};
    if (query.value.compare == Before::none) co_return report;
    const Period before = period_before(period, query.value.compare);
    const auto days_before = co_await days_of(context.db, asked.zone, before.from, before.to);
    report.before = series_of(asked.market, before, days_before, query.value.by);
    report.change_permille = change_permille(report.period, *report.before);
    co_return report;
}

PartLine line_of(const MarketInfo& market, std::string key, std::string name, const PartFigures& part, bool of_goods) {
    const auto money = [&](std::int64_t minor) { return Money{minor, market.currency}; };
    const Figures& figures = part.figures;
    return {.key = std::move(key),
            .name = std::move(name),
            .total_orders = figures.total_orders,
            .cancelled_orders = figures.cancelled_orders,
            .pieces = of_goods ? std::optional{part.pieces} : std::nullopt,
            .gross = money(figures.gross_minor),
            .cancelled = money(figures.cancelled_minor),
            .refunded = money(figures.refunded_minor),
            .net = money(figures.net_minor()),
            .share_permille = std::nullopt};
}

using Parts = std::map<std::string, PartFigures>;

/// Products as they are called now, or the categories that they belong to now. Orders that hold two products of a
/// category count in it twice: they are orders of products.
Task<std::vector<PartLine>> goods_lines(Context& context, Parts parts, bool by_category) {
    std::vector<std::string> slugs;
    for (const auto& [slug, part] : parts) slugs.push_back(slug);
    const auto rows = co_await context.db.rows(report_sql.names, slugs);
    std::map<std::string, std::pair<std::string, std::string>> names;
    for (const auto& row : rows) {
        names[row.slug] = by_category ? std::pair{row.category_slug, row.category_name} : std::pair{row.slug, row.name};
    }
    Parts sums;
    std::map<std::string, std::string> called;
    for (const auto& [slug, part] : parts) {
        const auto found = names.find(slug);
        // Of a product that is gone only its slug is left, of its category nothing.
        const std::string key = found != names.end() ? found->second.first : by_category ? "" : slug;
        called[key] = found != names.end() ? found->second.second : key;
        sums[key].figures.add(part.figures);
        sums[key].pieces += part.pieces;
    }
    std::vector<PartLine> lines;
    for (const auto& [key, part] : sums) lines.push_back(line_of(*context.market, key, called[key], part, true));
    co_return lines;
}

Task<PartReport> parts(Context& context, Query<PartQuery> query) {
    const auto asked = asked_of(context);
    const Period period = period_in(context, query.value, asked.market);
    const Part part = query.value.part;
    const bool of_goods = part == Part::product || part == Part::category;
    const std::string kind{enum_word(part == Part::category ? Part::product : part)};
    const auto found = co_await parts_of(context.db, asked.zone, kind, period.from, period.to);
    PartReport report{
        .from = period.from, .to = period.to, .part = part, .currency = asked.market.currency.to_text(), .items = {}};
    if (of_goods) {
        report.items = co_await goods_lines(context, found, part == Part::category);
    } else {
        for (const auto& [key, figures] : found) {
            report.items.push_back(line_of(asked.market, key, key, figures, false));
        }
    }
    std::int64_t net = 0;
    for (const auto& line : report.items) net += line.net.minor();
    for (auto& line : report.items) {
        if (net > 0) line.share_permille = scaled_half_up(line.net.minor(), 1000, net);
    }
    if (part != Part::hour) {
        std::ranges::sort(report.items, [](const PartLine& a, const PartLine& b) {
            return std::pair{b.net.minor(), a.key} < std::pair{a.net.minor(), b.key};
        });
    }
    report.total = std::ssize(report.items);
    const auto limit = static_cast<std::size_t>(query.value.limit.value());
    if (part != Part::hour && report.items.size() > limit) report.items.resize(limit);
    co_return report;
}

Task<BuyersReport> buyers(Context& context, Query<PeriodQuery> query) {
    const auto asked = asked_of(context);
    const Period period = period_in(context, query.value, asked.market);
    const auto row = co_await context.db.find(report_sql.buyers, period.from, period.to, asked.zone);
    co_return BuyersReport{period.from, period.to, row->customers, row->guests, row->orders, row->repeat_customers};
}

Task<FunnelReport> funnel(Context& context, Query<PeriodQuery> query) {
    const auto asked = asked_of(context);
    const Period period = period_in(context, query.value, asked.market);
    const auto row = co_await context.db.find(report_sql.funnel, period.from, period.to, asked.zone);
    co_return FunnelReport{period.from, period.to, row->carts, row->orders, row->paid_orders};
}

Task<RunningOutReport> running_out(Context& context, Query<RunningOutQuery> query) {
    const auto& asked = query.value;
    const std::int32_t days = asked.days ? asked.days->value() : selling_days;
    const std::int32_t within = asked.within_days ? asked.within_days->value() : running_out_days;
    auto transaction = co_await context.db.begin();
    transaction.query(report_sql.join_by_hash);
    const auto rows = transaction.query(report_sql.running_out, days, within, asked.limit.value());
    co_await transaction.commit();
    co_return RunningOutReport{rows.rows()};
}

/// Slugs of what was ordered in a market since `days` days, cancelled or not.
Task<void> add_sold(Context& context, MarketCode code, int days, std::set<std::string>& sold) {
    const MarketInfo& market = *context.thread.markets.find(code);
    const Day today = Day::today(context.now, market.time_zone);
    const auto parts = co_await parts_of(context.in_market(code), zone_of(context.thread.config, market), "product",
                                         today.plus(-days), today);
    for (const auto& [slug, part] : parts) sold.insert(slug);
}

Task<UnsoldReport> unsold(Context& context, Query<UnsoldQuery> query) {
    const int days = query.value.days ? query.value.days->value() : unsold_days;
    std::set<std::string> sold;
    co_await add_sold(context, context.market->code, days, sold);
    if (query.value.everywhere) {
        const auto permitted = co_await management::permitted_markets(context);
        for (const auto& code : permitted) {
            if (code != context.market->code) co_await add_sold(context, code, days, sold);
        }
    }
    auto transaction = co_await context.db.begin();
    transaction.query(report_sql.join_by_hash);
    const auto rows = transaction.query(report_sql.unsold, std::vector<std::string>{sold.begin(), sold.end()}, days,
                                        query.value.limit.value());
    co_await transaction.commit();
    UnsoldReport report;
    for (const auto& row : rows.rows()) {
        report.items.push_back({row.product_slug, row.product_name, row.available,
                                Money{row.price_minor, context.market->currency}, row.created_at});
    }
    co_return report;
}

Task<SideBySide> side_by_side(db::Handle db, const MarketInfo& market, std::vector<DayFigures> days, Currency to) {
    const auto rates = co_await report_rates(db);
    SideBySide beside{market.code, to.to_text(), std::nullopt, std::nullopt};
    if (const auto amounts = converted(days, market.currency, to, rates)) {
        beside.gross = amounts->gross;
        beside.total_revenue = amounts->net;
    }
    co_return beside;
}

/// Each market the caller may manage, in its own currency: amounts stand beside each other and are never added up.
Task<Comparison> compare(Context& context, Query<CompareQuery> query) {
    const auto permitted = co_await management::permitted_markets(context);
    Comparison comparison;
    for (const auto& code : permitted) {
        const MarketInfo& market = *context.thread.markets.find(code);
        // Without a period: what is today in that market.
        const Period period = period_in(context, query.value, market);
        const auto db = context.in_market(code);
        const auto days = co_await days_of(db, zone_of(context.thread.config, market), period.from, period.to);
        comparison.items.push_back(series_of(market, period, days, Step::month).total);
        if (!query.value.currency) continue;
        auto beside = co_await side_by_side(db, market, days, *query.value.currency);
        comparison.converted.push_back(std::move(beside));
    }
    co_return comparison;
}

Task<RateList> list_rates(Context& context) {
    auto rates = co_await report_rates(context.db);
    co_return RateList{std::move(rates)};
}

Task<RateList> put_rate(Context& context, Body<RateInput> body) {
    const RateInput& input = body.value;
    if (input.currency == context.market->currency) throw Refused{rate_of_own_currency};
    const std::string who = "manager:" + context.user().market.to_text() + "/" + context.user().user.to_text();
    co_await set_report_rate(context.db, input.currency, input.from, input.rate, who);
    auto rates = co_await report_rates(context.db);
    co_return RateList{std::move(rates)};
}

}  // namespace

http::Routes routes() {
    using http::Access;
    const std::vector<const Refusal*> looks{&period_invalid};
    return {
        http::get<"/api/v1/manager/revenue", report>(
            {.summary = "Revenue of the managed market in its own days: today, or a period by day, week or month",
             .access = Access::manager(Permission::reports_read),
             .refuses = looks,
             .statements_max = 2 + 2 * looks_max}),
        http::get<"/api/v1/manager/revenue/parts", parts>(
            {.summary = "Revenue of a period by hour, city, payment method, product or category",
             .access = Access::manager(Permission::reports_read),
             .refuses = looks,
             .statements_max = 3 + looks_max}),
        http::get<"/api/v1/manager/revenue/customers", buyers>(
            {.summary = "How many customers bought in a period, and how many of them came back",
             .access = Access::manager(Permission::reports_read),
             .refuses = looks,
             .statements_max = 3}),
        http::get<"/api/v1/manager/revenue/funnel", funnel>(
            {.summary = "From carts that were used to orders, and to paid ones",
             .access = Access::manager(Permission::reports_read),
             .refuses = looks,
             .statements_max = 3}),
        http::get<"/api/v1/manager/revenue/running-out", running_out>(
            {.summary = "Articles that are about to run out, by how fast they sell",
             .access = Access::manager(Permission::reports_read),
             .statements_max = 4}),
        http::get<"/api/v1/manager/revenue/unsold", unsold>({.summary = "Products that nobody buys",
                                                             .access = Access::manager(Permission::reports_read),
                                                             .statements_max = 6 + (looks_max + 1) * markets_max}),
        http::get<"/api/v1/manager/revenue/compare", compare>(
            {.summary = "Revenue of every market the caller may manage, each in its own currency and its own days",
             .access = Access::manager(Permission::reports_read),
             .refuses = looks,
             .statements_max = 4 + (looks_max + 2) * markets_max}),
        http::get<"/api/v1/manager/report-rates", list_rates>(
            {.summary = "Rates that reports convert the managed market's amounts by",
             .access = Access::manager(Permission::reports_read),
             .statements_max = 3}),
        http::put<"/api/v1/manager/report-rates", put_rate>(
            {.summary = "Set the rate of a currency from a day on, for reports only",
             .access = Access::manager(Permission::markets_write),
             .refuses = {&rate_of_own_currency},
             .statements_max = 6}),
    };
}

}  // namespace marque::analytics
