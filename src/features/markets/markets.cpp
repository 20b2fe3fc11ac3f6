// Markets from their rows, and GET /markets.
#include "features/markets/markets.h"

#include "features/markets/queries.h"

namespace marque::markets {
namespace {

struct MarketView {
    MarketCode code;
    std::string name;
    std::string currency;
    std::string currency_sign;
    std::string time_zone;
    std::vector<std::string> phone_prefixes;
    std::vector<std::string> languages;
    bool tax_inclusive = false;
    Money shipping_cost;
    std::optional<Money> shipping_free_from;
    std::vector<std::string> payment_methods;
    std::string state;
    bool is_default = false;
};
RECORD(MarketView, code, name, currency, currency_sign, time_zone, phone_prefixes, languages, tax_inclusive,
       shipping_cost, shipping_free_from, payment_methods, state, is_default);

struct MarketList {
    std::vector<MarketView> items;
};
RECORD(MarketList, items);

MarketView view_of(const MarketInfo& market, MarketCode default_market) {
    MarketView view{.code = market.code,
                    .name = market.name,
                    .currency = market.currency.to_text(),
                    .currency_sign = market.currency_sign,
                    .time_zone = market.time_zone,
                    .phone_prefixes = market.phone_prefixes,
                    .languages = market.languages,
                    .tax_inclusive = market.tax_inclusive,
                    .shipping_cost = Money{market.shipping_minor, market.currency},
                    .payment_methods = market.payment_methods,
                    .state = market.state,
                    .is_default = market.code == default_market};
    if (market.shipping_free_from_minor > 0)
        view.shipping_free_from = Money{market.shipping_free_from_minor, market.currency};
    return view;
}

MarketList list_markets(http::Context& context) {
    const auto& set = context.thread.markets;
    MarketList list;
    for (const auto& market : set.markets) list.items.push_back(view_of(market, set.default_market));
    return list;
}

}  // namespace

std::vector<MarketInfo> load(db::AdminConnection& connection) {
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
                           .address_format = row.address_format,
                           .delivery_service = row.delivery_service,
                           .card_brands = row.card_brands,
                           .payment_gateways = row.payment_gateways});
    }
    return markets;
}

http::Routes routes() {
    return {http::get<"/api/v1/markets", list_markets>(
        {.summary = "Every market: currency, languages, phone prefixes, payment methods",
         .access = http::Access::guest,
         .refuses = {},
         .statements_max = 0})};
}

}  // namespace marque::markets
