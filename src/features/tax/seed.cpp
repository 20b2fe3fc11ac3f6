// What states of the US exempt of clothing, and where shipping is taxed with the goods (facts as of 2026-11). State law
// only: local surcharges, and sales tax holidays, are rows that a shop adds where it owes them.
#include <array>

#include "features/tax/queries.h"

namespace marque::tax {
namespace {

struct SeedRule {
    std::string_view region;
    std::string_view from_date;
    RuleKind kind;
    std::int64_t threshold_minor;
    std::string_view source;
};

constexpr std::array us_rules{
    SeedRule{"NY", "2012-04-01", RuleKind::exempt_below, 11'000,
             "NY Tax Bulletin ST-530: less than $110 an item or pair"},
    SeedRule{"MA", "1966-04-01", RuleKind::excess_over, 17'500,
             "M.G.L. c. 64H 6(k): only what exceeds $175 an article"},
    SeedRule{"RI", "2012-10-01", RuleKind::excess_over, 25'000,
             "R.I. Gen. Laws 44-18-30(27): what exceeds $250 an item"},
    SeedRule{"PA", "1971-03-04", RuleKind::exempt, 0, "72 P.S. 7204(26): everyday wearing apparel"},
    SeedRule{"NJ", "1966-07-01", RuleKind::exempt, 0, "N.J.S.A. 54:32B-8.4: clothing and footwear"},
    SeedRule{"MN", "1967-08-01", RuleKind::exempt, 0, "Minn. Stat. 297A.67 subd. 8: clothing"},
    SeedRule{"VT", "2007-01-01", RuleKind::exempt, 0, "32 V.S.A. 9741(45): clothing"}};

/// States that tax what a common carrier brings like the goods it brings. Kansas and Michigan no longer do (both 2023);
/// guides of tax services (Kintsugi, TaxHero, Avalara) agree on these.
constexpr std::array<std::string_view, 25> us_shipping_taxed{"AR", "CT", "GA", "HI", "IN", "KY", "MN", "MS", "NC",
                                                             "ND", "NE", "NJ", "NM", "NY", "OH", "PA", "RI", "SC",
                                                             "SD", "TN", "TX", "VT", "WA", "WI", "WV"};

}  // namespace

void seed(db::AdminConnection& connection, MarketCode market) {
    if (market.upper() != "US") return;
    connection.become(market.to_text());
    for (const auto& rule : us_rules) {
        connection.execute(seed_sql.rule, market, std::string{rule.region}, "clothing", std::string{rule.from_date},
                           rule.kind, rule.threshold_minor, std::string{rule.source});
    }
    connection.execute(seed_sql.tax_shipping,
                       std::vector<std::string>{us_shipping_taxed.begin(), us_shipping_taxed.end()});
    connection.become("");
}

}  // namespace marque::tax
