// Rates of reports: reading and setting them, and converting by them.
#include "features/analytics/rates.h"

#include <algorithm>

#include "core/check.h"
#include "core/rounding.h"
#include "features/analytics/report_queries.h"

namespace marque::analytics {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t billion = 1'000'000'000;
constexpr std::size_t rate_places = 9;

std::int64_t rounded(Wide amount, Currency from, Currency to) {
    const Wide numerator = amount * to.minor_per_major();
    const Wide denominator = Wide{billion} * from.minor_per_major();
    const Wide magnitude = ((numerator < 0 ? -numerator : numerator) + denominator / 2) / denominator;
    check(magnitude <= amount_minor_max, "a converted amount that is too large");
    return static_cast<std::int64_t>(numerator < 0 ? -magnitude : magnitude);
}

}  // namespace

Parsed<Rate> Rate::parse(std::string_view text) {
    const auto wrong = std::unexpected("must be a rate above 0 with at most nine decimals, like 0.01143");
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const auto part = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    if (whole.empty() || whole.size() > 6 || part.size() > rate_places) return wrong;
    if (point != std::string_view::npos && part.empty()) return wrong;
    std::int64_t value = 0;
    for (const auto digits : {whole, part}) {
        for (const char digit : digits) {
            if (digit < '0' || digit > '9') return wrong;
            value = value * 10 + (digit - '0');
        }
    }
    for (std::size_t i = part.size(); i < rate_places; ++i) value *= 10;
    if (value == 0) return wrong;
    return Rate{value};
}

Rate Rate::of_billionths(std::int64_t billionths) {
    check(billionths > 0, "a rate above 0");
    return Rate{billionths};
}

std::string Rate::to_text() const {
    std::string part = std::to_string(billionths_ % billion);
    part.insert(0, rate_places - part.size(), '0');
    while (!part.empty() && part.back() == '0') part.pop_back();
    const std::string whole = std::to_string(billionths_ / billion);
    return part.empty() ? whole : whole + "." + part;
}

std::optional<Converted> converted(const std::vector<DayFigures>& days, Currency from, Currency to,
                                   const std::vector<ReportRate>& rates) {
    Wide gross = 0;
    Wide net = 0;
    for (const auto& day : days) {
        std::int64_t rate = billion;
        if (from != to) {
            // The newest first.
            const auto found = std::ranges::find_if(rates, [&](const ReportRate& candidate) {
                return candidate.currency == to.to_text() && candidate.from <= day.day;
            });
            if (found == rates.end()) return std::nullopt;
            rate = found->rate.billionths();
        }
        gross += Wide{day.figures.gross_minor} * rate;
        net += Wide{day.figures.net_minor()} * rate;
    }
    return Converted{Money{rounded(gross, from, to), to}, Money{rounded(net, from, to), to}};
}

Task<std::vector<ReportRate>> report_rates(db::Handle db) {
    const auto rows = co_await db.rows(report_sql.rates);
    std::vector<ReportRate> rates;
    for (const auto& row : rows) {
        rates.push_back({row.currency, row.from, Rate::of_billionths(row.rate_billionths), row.set_by, row.set_at});
    }
    co_return rates;
}

Task<void> set_report_rate(db::Handle db, Currency currency, Day from, Rate rate, std::string set_by) {
    co_await db.execute(report_sql.set_rate, db.market(), currency, from, rate.billionths(), set_by);
}

}  // namespace marque::analytics
