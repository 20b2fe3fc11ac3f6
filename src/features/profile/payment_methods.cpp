// The endpoints of /profile/payment-methods. What is kept can pay only through the provider that gave the token.
#include <fmt/format.h>

#include "features/profile/card_rules.h"
#include "features/profile/owner.h"
#include "features/profile/queries.h"
#include "http/gate.h"

namespace marque::profile {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::NoContent;
using http::Rendered;

/// More than anybody carries.
constexpr std::int64_t payment_methods_max = 20;
constexpr Refusal payment_method_not_found{404, "profile.payment_method_not_found", "There is no such payment method"};
constexpr Refusal too_many_payment_methods{422, "profile.too_many_payment_methods",
                                           "Twenty payment methods are kept at most"};
constexpr Refusal full_card_number{422, "profile.full_card_number",
                                   "A full card number must not be sent; send the provider's token"};
constexpr Refusal payment_type_not_offered{422, "profile.payment_type_not_offered",
                                           "This type of payment is not offered in this market"};
constexpr Refusal card_brand_not_taken{422, "profile.card_brand_not_taken",
                                       "Cards of this brand are not taken in this market"};

/// A saved payment method as its owner sees it (R59): the provider's token stays inside.
struct PaymentMethodView {
    PaymentMethodId id;
    MarketCode market;
    PaymentType payment_type = PaymentType::card;
    std::optional<CardType> card_type;
    std::optional<std::string> card_number_masked;
    std::optional<std::string> card_holder_name;
    std::optional<std::int32_t> expiry_month;
    std::optional<std::int32_t> expiry_year;
    std::optional<std::string> gateway;
    bool is_default = false;
    Timestamp created_at;
    Timestamp updated_at;
};
RECORD(PaymentMethodView, id, market, payment_type, card_type, card_number_masked, card_holder_name, expiry_month,
       expiry_year, gateway, is_default, created_at, updated_at);

struct PaymentMethodList {
    std::vector<PaymentMethodView> items;
};
RECORD(PaymentMethodList, items);

/// What of a card may change: the bank sent a new one with the same token.
struct UpdatePaymentMethod {
    Text<1, 255> card_holder_name;
    std::int32_t expiry_month = 0;
    std::int32_t expiry_year = 0;
};
RECORD(UpdatePaymentMethod, card_holder_name, expiry_month, expiry_year);

PaymentMethodView view_of(const PaymentMethodRow& row, const MarketInfo& market) {
    PaymentMethodView view{.id = row.id,
                           .market = market.code,
                           .payment_type = row.payment_type,
                           .card_type = row.card_type,
                           .card_holder_name = row.card_holder_name,
                           .expiry_month = row.expiry_month,
                           .expiry_year = row.expiry_year,
                           .gateway = row.gateway,
                           .is_default = row.is_default,
                           .created_at = row.created_at,
                           .updated_at = row.updated_at};
    if (row.card_type && row.card_last_four)
        view.card_number_masked = masked_number(*row.card_type, *row.card_last_four);
    return view;
}

/// Before anything else is said about the body, and without repeating it. "keep_card_numbers" is a negative control.
void refuse_card_number(const Context& context, std::string_view field, std::string_view text) {
    if (!holds_card_number(text) || context.thread.config.breaks("keep_card_numbers")) return;
    throw Refused{full_card_number, {}, {{std::string{field}, "must not hold a card number"}}};
}

void refuse_mistakes(const std::vector<FieldError>& mistakes) {
    if (mistakes.empty()) return;
    throw Refused{http::invalid_input, mistakes.front().field + ": " + mistakes.front().message, mistakes};
}

void check_input(const Context& context, const PaymentMethodInput& input, const PaymentRules& rules) {
    const auto& market = *context.market;
    if (input.card_holder_name) refuse_card_number(context, "card_holder_name", input.card_holder_name->to_text());
    if (input.provider_token) refuse_card_number(context, "provider_token", input.provider_token->to_text());
    if (input.gateway) refuse_card_number(context, "gateway", input.gateway->to_text());
    if (!is_offered(input.payment_type, market)) {
        throw Refused{payment_type_not_offered, {}, {{"payment_type", "is not offered in this market"}}};
    }
    const auto& brands = rules.card_brands;
    if (input.card_type && std::ranges::find(brands, enum_word(*input.card_type)) == brands.end()) {
        const std::string taken = fmt::format("must be one of: {}", fmt::join(brands, ", "));
        throw Refused{card_brand_not_taken, {}, {{"card_type", taken}}};
    }
    refuse_mistakes(payment_method_mistakes(input, context.now, market, rules));
}

Task<PaymentMethodList> list(Context& context) {
    const auto rows = co_await context.db.rows(payment_method_sql.list, context.user().user);
    PaymentMethodList found;
    for (const auto& row : rows) found.items.push_back(view_of(row, *context.market));
    co_return found;
}

Task<PaymentMethodView> get(Context& context, PaymentMethodId id) {
    const auto row = co_await context.db.find(payment_method_sql.one, context.user().user, id);
    if (!row) throw Refused{payment_method_not_found};
    co_return view_of(*row, *context.market);
}

/// The provider's side of a method: cash and bank transfers have none.
OptionalText gateway_of(const PaymentMethodInput& input, const PaymentRules& rules) {
    if (!input.provider_token) return std::nullopt;
    return input.gateway ? input.gateway->to_text() : rules.payment_gateways.front();
}

Task<Rendered<Created<PaymentMethodView>>> create(Context& context, Body<PaymentMethodInput> body) {
    const auto& input = body.value;
    const auto& market = *context.market;
    const auto rules = co_await context.db.find(sql.payment_rules, market.code);
    check(rules.has_value(), "a market without a row");
    check_input(context, input, *rules);
    auto once = idempotency_of(context, "POST /api/v1/profile/payment-methods");
    const UserId user = context.user().user;
    auto transaction = co_await begin_as_owner(context);
    once.look_up(transaction);
    const auto count = transaction.query(payment_method_sql.count, user);
    co_await transaction.flush();
    if (const auto stored = once.found()) {
        co_return Rendered<Created<PaymentMethodView>>{http::replayed(stored->status, stored->body)};
    }
    if (*count.find() >= payment_methods_max) throw Refused{too_many_payment_methods};
    const bool is_default = input.is_default.value_or(false) || *count.find() == 0;
    if (is_default) transaction.execute(payment_method_sql.clear_default, user, std::nullopt);
    const OptionalText holder =
        input.card_holder_name ? std::optional{input.card_holder_name->to_text()} : std::nullopt;
    const auto inserted = transaction.query(
        payment_method_sql.insert, market.code, user, input.payment_type, input.card_type, input.last_four, holder,
        input.expiry_month, input.expiry_year, gateway_of(input, *rules), input.provider_token, is_default);
    co_await transaction.flush();
    http::Response response;
    response.status = 201;
    json::write(response.body, view_of(*inserted.find(), market));
    once.store(transaction, response.status, response.body);
    co_await transaction.commit();
    co_return Rendered<Created<PaymentMethodView>>{std::move(response)};
}

Task<PaymentMethodView> update(Context& context, PaymentMethodId id, Body<UpdatePaymentMethod> body) {
    const auto& input = body.value;
    const std::string holder = input.card_holder_name.to_text();
    refuse_card_number(context, "card_holder_name", holder);
    refuse_mistakes(expiry_mistakes(input.expiry_month, input.expiry_year, context.now, *context.market));
    const auto rows = co_await context.db.write(payment_method_sql.update, context.user().user, id, holder,
                                                input.expiry_month, input.expiry_year);
    if (rows.empty()) throw Refused{payment_method_not_found};
    co_return view_of(rows.front(), *context.market);
}

Task<PaymentMethodView> make_default(Context& context, PaymentMethodId id) {
    const UserId user = context.user().user;
    auto transaction = co_await begin_as_owner(context);
    transaction.execute(payment_method_sql.clear_default, user, id);
    const auto changed = transaction.query(payment_method_sql.make_default, user, id);
    co_await transaction.flush();
    const auto row = changed.find();
    if (!row) throw Refused{payment_method_not_found};
    co_await transaction.commit();
    co_return view_of(*row, *context.market);
}

Task<NoContent> remove(Context& context, PaymentMethodId id) {
    const UserId user = context.user().user;
    auto transaction = co_await begin_as_owner(context);
    const auto removed = transaction.execute(payment_method_sql.remove, user, id);
    transaction.execute(payment_method_sql.choose_default, user);
    co_await transaction.flush();
    if (removed.affected() == 0) throw Refused{payment_method_not_found};
    co_await transaction.commit();
    co_return NoContent{};
}

}  // namespace

http::Routes payment_method_routes() {
    return {
        http::get<"/api/v1/profile/payment-methods", list>(
            {.summary = "The caller's saved payment methods, the default first", .refuses = {}, .statements_max = 2}),
        http::post<"/api/v1/profile/payment-methods", create>(
            {.summary = "Keep a payment method, cards by the provider's token only",
             .refuses = {&full_card_number, &payment_type_not_offered, &card_brand_not_taken, &too_many_payment_methods,
                         &busy, &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 10}),
        http::get<"/api/v1/profile/payment-methods/{id}", get>({.summary = "One of the caller's payment methods",
                                                                .refuses = {&payment_method_not_found},
                                                                .statements_max = 2}),
        http::put<"/api/v1/profile/payment-methods/{id}", update>(
            {.summary = "Change the holder and expiry of a card",
             .refuses = {&payment_method_not_found, &full_card_number},
             .statements_max = 2}),
        http::post<"/api/v1/profile/payment-methods/{id}/default", make_default>(
            {.summary = "Make a payment method the default",
             .refuses = {&payment_method_not_found, &busy},
             .statements_max = 7}),
        http::del<"/api/v1/profile/payment-methods/{id}", remove>(
            {.summary = "Forget a payment method; another one becomes the default",
             .refuses = {&payment_method_not_found, &busy},
             .statements_max = 7}),
    };
}

}  // namespace marque::profile
