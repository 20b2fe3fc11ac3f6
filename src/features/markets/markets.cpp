// Markets from their rows, and GET /markets.
#include "features/markets/markets.h"

#include "features/markets/queries.h"

namespace marque::markets {
namespace {

struct RegionView {
    std::string code;
    std::string name;
    std::string kind;
    std::map<std::string, std::string> names;
};
RECORD(RegionView, code, name, kind, names);

struct AddressFormat {
    std::vector<std::string> required;
    std::optional<std::string> postal_code_pattern;
};
RECORD(AddressFormat, required, postal_code_pattern);

struct MarketView {
    MarketCode code;
    std::string name;
    std::string currency;
    std::string currency_sign;
    std::int32_t currency_decimals = 0;
    std::string time_zone;
    std::vector<std::string> phone_prefixes;
    std::string phone_example;
    std::vector<std::string> languages;
    bool tax_inclusive = false;
    std::string tax_label;
    Money shipping_cost;
    std::optional<Money> shipping_free_from;
    std::vector<std::string> payment_methods;
    AddressFormat address;
    std::vector<RegionView> regions;
    std::string state;
    bool is_default = false;
};
RECORD(MarketView, code, name, currency, currency_sign, currency_decimals, time_zone, phone_prefixes, phone_example,
       languages, tax_inclusive, tax_label, shipping_cost, shipping_free_from, payment_methods, address, regions, state,
       is_default);

struct MarketList {
    std::vector<MarketView> items;
};
RECORD(MarketList, items);

MarketView view_of(const MarketInfo& market, MarketCode default_market) {
    MarketView view{.code = market.code,
                    .name = market.name,
                    .currency = market.currency.to_text(),
                    .currency_sign = market.currency_sign,
                    .currency_decimals = market.currency.decimals(),
                    .time_zone = market.time_zone,
                    .phone_prefixes = market.phone_prefixes,
                    .phone_example = market.phone_example,
                    .languages = market.languages,
                    .tax_inclusive = market.tax_inclusive,
                    .tax_label = market.tax_label,
                    .shipping_cost = Money{market.shipping_minor, market.currency},
                    .payment_methods = market.payment_methods,
                    .address = {market.address_required, std::nullopt},
                    .state = market.state,
                    .is_default = market.code == default_market};
    if (market.shipping_free_from_minor > 0)
        view.shipping_free_from = Money{market.shipping_free_from_minor, market.currency};
    if (!market.postal_code_pattern.empty()) view.address.postal_code_pattern = market.postal_code_pattern;
    for (const auto& region : market.regions)
        view.regions.push_back({region.code, region.name, region.kind, region.names});
    return view;
}

MarketList list_markets(http::Context& context) {
    const auto& set = context.thread.markets;
    MarketList list;
    for (const auto& market : set.markets) {
        // A draft is nobody's business yet; customers of a closed market still look at their orders.
        if (market.is_live() || market.is_closed()) list.items.push_back(view_of(market, set.default_market));
    }
    return list;
}

/// As the market's role.
std::vector<Region> load_regions(db::AdminConnection& connection) {
    std::vector<Region> regions;
    for (auto& row : connection.rows(sql.regions)) {
        regions.push_back({.code = row.code, .name = row.name, .kind = row.kind, .names = {}});
        for (std::size_t i = 0; i < row.languages.size(); ++i) {
            regions.back().names[row.languages[i]] = row.names[i];
        }
    }
    return regions;
}

}  // namespace

std::vector<MarketInfo> load(db::AdminConnection& connection, bool with_regions) {
    std::vector<MarketInfo> markets;
    for (auto& row : connection.rows(sql.load)) {
        const auto currency = Currency::parse(row.currency);
        check(currency.has_value(), "a market's currency is unknown");
        markets.push_back({.code = row.code,
                           .name = row.name,
                           .currency = *currency,
                           .currency_sign = row.currency_sign,
                           .time_zone = row.time_zone,
                           .phone_prefixes = row.phone_prefixes,
                           .languages = row.languages,
                           .tax_inclusive = row.tax_inclusive,
                           .tax_milli_percent = row.tax_milli_percent,
                           .shipping_minor = row.shipping_minor,
                           .shipping_free_from_minor = row.shipping_free_from_minor,
                           .payment_methods = row.payment_methods,
                           .state = row.state,
                           .phone_regions = row.phone_regions,
                           .phone_types = row.phone_types,
                           .phone_example = row.phone_example,
                           .address_required = row.address_required,
                           .postal_code_pattern = row.postal_code_pattern,
                           .tax_label = row.tax_label,
                           .sms_provider = row.sms_provider,
                           .payment_gateways = row.payment_gateways});
        if (!with_regions) continue;
        connection.become(row.code.to_text());
        markets.back().regions = load_regions(connection);
        connection.become("");
    }
    return markets;
}

bool is_prepared(db::AdminConnection& connection) { return connection.rows(sql.is_prepared).front(); }

std::vector<MarketCode> directory(db::AdminConnection& connection) { return connection.rows(sql.directory); }

bool insert(db::AdminConnection& connection, const MarketInfo& m) {
    return connection.execute(sql.insert, m.code, m.name, m.currency.to_text(), m.currency_sign, m.time_zone,
                              m.phone_prefixes, m.languages, m.tax_inclusive, m.tax_milli_percent, m.shipping_minor,
                              m.shipping_free_from_minor, m.payment_methods, m.state, m.phone_regions, m.phone_types,
                              m.phone_example, m.address_required, m.postal_code_pattern, m.tax_label,
                              m.sms_provider) > 0;
}

http::Routes routes() {
    return {http::get<"/api/v1/markets", list_markets>(
        {.summary = "Every open market: currency, languages, phones, addresses, regions, tax, shipping, payment",
         .access = http::Access::open,
         .refuses = {},
         .statements_max = 0,
         .cache = http::Cache::revalidate})};
}

}  // namespace marque::markets
