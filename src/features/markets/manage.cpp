// The endpoints of /manager/market/settings: what managers may change of a market, and what it lacks to sell.
// Currency, languages, phones and the market's state are a command's (marque market): much hangs on them.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "features/markets/edit.h"
#include "features/markets/manage_queries.h"
#include "features/markets/markets.h"
#include "features/markets/readiness.h"
#include "features/markets/readiness_queries.h"
#include "json/types.h"
#include "json/write.h"

namespace marque::markets {
namespace {

using http::Body;
using http::Context;

constexpr Refusal stale{409, "markets.stale", "The market was changed meanwhile; read it again"};

enum class PaymentMethod { cash_on_delivery, card, bank_transfer, digital_wallet };
ENUMERATION(PaymentMethod, cash_on_delivery, card, bank_transfer, digital_wallet)

enum class AddressField { street, building, apartment, city, state, postal_code };
ENUMERATION(AddressField, street, building, apartment, city, state, postal_code)

struct MarketSettings {
    MarketCode code;
    std::string state;
    std::string currency;
    std::string time_zone;
    std::vector<std::string> languages;
    std::vector<std::string> phone_prefixes;
    bool tax_inclusive = false;
    std::string tax_percent;
    std::string name;
    std::string tax_label;
    Money shipping_cost;
    std::optional<Money> shipping_free_from;
    std::vector<std::string> payment_methods;
    std::vector<std::string> address_required;
    std::string phone_example;
    std::string seller_name;
    std::string seller_address;
    std::string seller_tax_id;
    std::int32_t version = 1;
    bool is_ready = false;
    std::vector<Finding> findings;
};
RECORD(MarketSettings, code, state, currency, time_zone, languages, phone_prefixes, tax_inclusive, tax_percent, name,
       tax_label, shipping_cost, shipping_free_from, payment_methods, address_required, phone_example, seller_name,
       seller_address, seller_tax_id, version, is_ready, findings);

/// What is not named stays; `shipping_free_from` 0 means never.
struct SettingsInput {
    std::int32_t version = 0;
    std::optional<Text<1, 100>> name;
    std::optional<Text<1, 40>> tax_label;
    std::optional<json::AmountText> shipping_cost;
    std::optional<json::AmountText> shipping_free_from;
    std::optional<std::vector<PaymentMethod>> payment_methods;
    std::optional<std::vector<AddressField>> address_required;
    std::optional<Text<0, 20>> phone_example;
    std::optional<Text<0, 500>> seller_name;
    std::optional<Text<0, 500>> seller_address;
    std::optional<Text<0, 500>> seller_tax_id;
};
RECORD(SettingsInput, version, name, tax_label, shipping_cost, shipping_free_from, payment_methods, address_required,
       phone_example, seller_name, seller_address, seller_tax_id);

/// As the trigger reads it: columns by name.
struct Wanted {
    std::optional<std::string> name;
    std::optional<std::string> tax_label;
    std::optional<std::int64_t> shipping_minor;
    std::optional<std::int64_t> shipping_free_from_minor;
    std::optional<std::vector<std::string>> payment_methods;
    std::optional<std::vector<std::string>> address_required;
    std::optional<std::string> phone_example;
    std::optional<std::string> seller_name;
    std::optional<std::string> seller_address;
    std::optional<std::string> seller_tax_id;
};
RECORD(Wanted, name, tax_label, shipping_minor, shipping_free_from_minor, payment_methods, address_required,
       phone_example, seller_name, seller_address, seller_tax_id);

MarketSettings view_of(const MarketInfo& market, SettingsRow row, Readiness readiness) {
    MarketSettings view{.code = market.code,
                        .state = market.state,
                        .currency = market.currency.to_text(),
                        .time_zone = market.time_zone,
                        .languages = market.languages,
                        .phone_prefixes = market.phone_prefixes,
                        .tax_inclusive = market.tax_inclusive,
                        .tax_percent = percent_text(market.tax_milli_percent),
                        .name = std::move(row.name),
                        .tax_label = std::move(row.tax_label),
                        .shipping_cost = Money{row.shipping_minor, market.currency},
                        .payment_methods = std::move(row.payment_methods),
                        .address_required = std::move(row.address_required),
                        .phone_example = std::move(row.phone_example),
                        .seller_name = std::move(row.seller_name),
                        .seller_address = std::move(row.seller_address),
                        .seller_tax_id = std::move(row.seller_tax_id),
                        .version = row.version,
                        .is_ready = readiness.ready,
                        .findings = std::move(readiness.findings)};
    if (row.shipping_free_from_minor > 0) {
        view.shipping_free_from = Money{row.shipping_free_from_minor, market.currency};
    }
    return view;
}

Task<MarketSettings> get_settings(Context& context) {
    MarketInfo market = *context.market;
    const auto row = co_await context.db.find(manage_sql.settings, market.code);
    check(row.has_value(), "a market without its row");
    const auto selling = co_await context.db.find(readiness_sql.selling);
    const auto untranslated = co_await context.db.rows(readiness_sql.untranslated, market.languages);
    // What was changed a moment ago this server may not serve yet.
    market.tax_label = row->tax_label;
    market.shipping_minor = row->shipping_minor;
    market.payment_methods = row->payment_methods;
    market.phone_example = row->phone_example;
    Readiness readiness = readiness_of(market, {selling.value_or(SellingRow{}), untranslated, row->seller_name},
                                       context.thread.config.development());
    co_return view_of(market, *row, std::move(readiness));
}

/// The words of a list, each once, in the order they came.
template <class E>
std::optional<std::vector<std::string>> words_of(const std::optional<std::vector<E>>& listed) {
    if (!listed) return std::nullopt;
    std::vector<std::string> words;
    for (const E each : *listed) {
        std::string word{enum_word(each)};
        if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
    }
    return words;
}

template <class T>
std::optional<std::string> text_of(const std::optional<T>& text) {
    return text ? std::optional{text->to_text()} : std::nullopt;
}

std::optional<std::int64_t> amount_of(const std::optional<json::AmountText>& text, Currency currency,
                                      std::string_view field, std::vector<FieldError>& mistakes) {
    if (!text) return std::nullopt;
    const auto amount = text->in(currency);
    if (!amount || amount->minor() < 0) {
        mistakes.push_back({std::string{field}, amount ? "must not be negative" : amount.error()});
        return std::nullopt;
    }
    return amount->minor();
}

Wanted wanted_of(const SettingsInput& input, Currency currency) {
    std::vector<FieldError> mistakes;
    Wanted wanted{
        .name = text_of(input.name),
        .tax_label = text_of(input.tax_label),
        .shipping_minor = amount_of(input.shipping_cost, currency, "shipping_cost", mistakes),
        .shipping_free_from_minor = amount_of(input.shipping_free_from, currency, "shipping_free_from", mistakes),
        .payment_methods = words_of(input.payment_methods),
        .address_required = words_of(input.address_required),
        .phone_example = text_of(input.phone_example),
        .seller_name = text_of(input.seller_name),
        .seller_address = text_of(input.seller_address),
        .seller_tax_id = text_of(input.seller_tax_id)};
    if (wanted.payment_methods && wanted.payment_methods->empty()) {
        mistakes.push_back({"payment_methods", "must name at least one, or nobody can pay"});
    }
    if (!mistakes.empty()) {
        throw Refused{http::invalid_input, mistakes.front().field + ": " + mistakes.front().message, mistakes};
    }
    return wanted;
}

Task<MarketSettings> change_settings(Context& context, Body<SettingsInput> body) {
    const MarketInfo& market = *context.market;
    const Wanted wanted = wanted_of(body.value, market.currency);
    const auto by = fmt::format("manager:{}/{}", context.user().market.to_text(), context.user().user.to_text());
    const auto written = co_await context.db.write(manage_sql.change, market.code, body.value.version, by,
                                                   db::JsonText{json::written(wanted)});
    if (written.empty()) throw Refused{stale};
    co_return co_await get_settings(context);
}

}  // namespace

http::Routes manager_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/market/settings", get_settings>(
            {.summary = "The managed market's settings, and what it lacks before it can sell",
             .access = Access::manager(Permission::markets_read),
             .statements_max = 4}),
        http::put<"/api/v1/manager/market/settings", change_settings>(
            {.summary = "Change settings of the managed market, in the version that was read",
             .access = Access::manager(Permission::markets_write),
             .refuses = {&stale},
             .statements_max = 9}),
    };
}

}  // namespace marque::markets
