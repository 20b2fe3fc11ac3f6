// One look at each thing without which nobody can buy; a sentence says what it is, or how to get it.
#include "features/markets/readiness.h"

#include <fmt/format.h>

#include <algorithm>

#include "features/markets/edit.h"
#include "features/markets/readiness_queries.h"

namespace marque::markets {
namespace {

class Findings {
public:
    void add(std::string check, bool good, std::string level, std::string detail) {
        all_.push_back({std::move(check), good ? "ok" : std::move(level), std::move(detail)});
    }
    std::vector<Finding> take() { return std::move(all_); }

private:
    std::vector<Finding> all_;
};

void look_at_offers(Findings& out, const SellingRow& row, std::string_view code) {
    if (row.products == row.unpriced) {
        out.add("prices", false, "missing",
                fmt::format("none of {} products has a price: marque price copy --from … --to {} --factor … --round …",
                            row.products, code));
    } else {
        out.add("prices", row.unpriced == 0, "warning",
                fmt::format("{} of {} products have no price and are not sold here{}", row.unpriced, row.products,
                            row.unpriced == 0 ? "" : fmt::format(": {}", fmt::join(row.unpriced_slugs, ", "))));
    }
    out.add("stock", row.sellable > 0, "missing",
            fmt::format("{} products are priced and in stock{}", row.sellable,
                        row.sellable > 0 ? "" : fmt::format(": marque stock set {} --all --pieces …", code)));
}

void look_at_money(Findings& out, const MarketInfo& market, const SellingRow& row) {
    const bool taxed = market.tax_milli_percent > 0 || row.region_rates > 0;
    out.add("tax", taxed, "missing",
            taxed ? fmt::format("{} {} %, {}, {} rates of regions or dates", market.tax_label,
                                percent_text(market.tax_milli_percent), market.tax_inclusive ? "contained" : "added",
                                row.region_rates)
                  : fmt::format("no rate of tax: marque market set {} tax=…", market.code.upper()));
    const bool needs_state = std::ranges::find(market.address_required, "state") != market.address_required.end();
    out.add("regions", !needs_state || !market.regions.empty(), "missing",
            fmt::format("{} regions{}", market.regions.size(), needs_state ? ", and addresses must name one" : ""));
    out.add("shipping", market.shipping_minor > 0, "warning",
            market.shipping_minor > 0 ? fmt::format("{} {}", Money{market.shipping_minor, market.currency}.to_text(),
                                                    market.currency.to_text())
                                      : "every order ships free");
    out.add("delivery", row.shipping_options > 0, "missing",
            row.shipping_options > 0 ? fmt::format("{} ways of shipping in {} zones", row.shipping_options, row.zones)
                                     : "zones without a way of shipping: no order can be placed");
    out.add("payment", !market.payment_methods.empty(), "missing",
            market.payment_methods.empty()
                ? fmt::format("no payment methods: marque market set {} payment_methods=…", market.code.upper())
                : fmt::format("{}", fmt::join(market.payment_methods, ", ")));
}

void look_at_languages(Findings& out, const MarketInfo& market, const std::vector<UntranslatedRow>& rows) {
    for (const auto& row : rows) {
        // The first language is what everybody sees who names none; others fall back to it.
        const bool first = row.language == market.languages.front();
        out.add(
            "translations", row.products + row.categories == 0, first ? "missing" : "warning",
            fmt::format("{}: {} products and {} categories without texts", row.language, row.products, row.categories));
    }
}

void look_at_sms(Findings& out, const MarketInfo& market, bool in_development) {
    const bool shows_only = market.sms_provider == "development" && !in_development;
    out.add("sms", !market.sms_provider.empty() && !shows_only, "missing",
            market.sms_provider.empty()
                ? fmt::format("no SMS provider: marque market set {} sms_provider=…", market.code.upper())
            : shows_only ? "the development provider sends nothing"
                         : market.sms_provider);
    out.add("phones", !market.phone_prefixes.empty() && !market.phone_example.empty(), "warning",
            market.phone_example.empty() ? "no example for log-in forms" : market.phone_example);
}

void look_at_invoices(Findings& out, const MarketInfo& market, const std::string& seller) {
    out.add("invoices", !seller.empty(), "warning",
            seller.empty() ? fmt::format("none without a seller: marque market seller {} --name … --address …",
                                         market.code.upper())
                           : seller);
}

}  // namespace

Readiness readiness_of(const MarketInfo& market, const MarketFacts& facts, bool in_development) {
    Findings findings;
    look_at_offers(findings, facts.selling, market.code.upper());
    look_at_money(findings, market, facts.selling);
    look_at_sms(findings, market, in_development);
    look_at_languages(findings, market, facts.untranslated);
    look_at_invoices(findings, market, facts.seller);
    Readiness readiness{.market = std::string{market.code.upper()}, .state = market.state, .findings = findings.take()};
    readiness.ready = std::ranges::find(readiness.findings, "missing", &Finding::level) == readiness.findings.end();
    return readiness;
}

}  // namespace marque::markets
