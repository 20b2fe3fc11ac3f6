// The endpoints of /profile/addresses.
#include <fmt/format.h>

#include "features/profile/address_rules.h"
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

/// More than anybody delivers to; a list of them needs no pages.
constexpr std::int64_t addresses_max = 20;
constexpr Refusal too_many_addresses{422, "profile.too_many_addresses", "Twenty addresses are kept at most"};

struct AddressList {
    std::vector<AddressView> items;
};
RECORD(AddressList, items);

/// The columns an accepted input becomes.
struct Columns {
    OptionalText title, street, building, apartment, city, state, postal_code;
    std::string full_address, country;
    bool wants_default = false;
};

Task<Columns> checked(Context& context, const AddressInput& input) {
    const auto& market = *context.market;
    const auto text = [](const auto& field) { return field ? std::optional{field->to_text()} : std::nullopt; };
    const auto rules =
        co_await context.db.find(sql.address_rules, market.code, text(input.state), text(input.postal_code));
    check(rules.has_value(), "a market without a row");
    const auto mistakes = address_mistakes(input, market, *rules);
    if (!mistakes.empty()) {
        throw Refused{http::invalid_input, mistakes.front().field + ": " + mistakes.front().message, mistakes};
    }
    co_return Columns{.title = text(input.title),
                      .street = text(input.street),
                      .building = text(input.building),
                      .apartment = text(input.apartment),
                      .city = text(input.city),
                      .state = rules->region_code,
                      .postal_code = text(input.postal_code),
                      .full_address = full_address_of(input, *rules),
                      .country = market.name,
                      .wants_default = input.is_default.value_or(false)};
}

Task<AddressList> list(Context& context) {
    auto rows = co_await context.db.rows(address_sql.list, context.user().user);
    co_return AddressList{std::move(rows)};
}

Task<AddressView> get(Context& context, AddressId id) {
    auto row = co_await context.db.find(address_sql.one, context.user().user, id);
    if (!row) throw Refused{address_not_found};
    co_return std::move(*row);
}

Task<Rendered<Created<AddressView>>> create(Context& context, Body<AddressInput> body) {
    const auto columns = co_await checked(context, body.value);
    auto once = idempotency_of(context, "POST /api/v1/profile/addresses");
    const UserId user = context.user().user;
    auto transaction = co_await begin_as_owner(context);
    once.look_up(transaction);
    const auto count = transaction.query(address_sql.count, user);
    co_await transaction.flush();
    if (const auto stored = once.found()) {
        co_return Rendered<Created<AddressView>>{http::replayed(stored->status, stored->body)};
    }
    if (*count.find() >= addresses_max) throw Refused{too_many_addresses};
    const bool is_default = columns.wants_default || *count.find() == 0;
    if (is_default) transaction.execute(address_sql.clear_default, user, std::nullopt);
    const auto inserted =
        transaction.query(address_sql.insert, context.market->code, user, columns.title, columns.full_address,
                          columns.street, columns.building, columns.apartment, columns.city, columns.state,
                          columns.postal_code, columns.country, is_default);
    co_await transaction.flush();
    http::Response response;
    response.status = 201;
    json::write(response.body, *inserted.find());
    once.store(transaction, response.status, response.body);
    co_await transaction.commit();
    co_return Rendered<Created<AddressView>>{std::move(response)};
}

Task<AddressView> update(Context& context, AddressId id, Body<AddressInput> body) {
    const auto columns = co_await checked(context, body.value);
    const UserId user = context.user().user;
    auto transaction = co_await begin_as_owner(context);
    // A foreign address must not cost the caller their own default: not found rolls this back.
    if (columns.wants_default) transaction.execute(address_sql.clear_default, user, id);
    const auto updated = transaction.query(address_sql.update, user, id, columns.title, columns.full_address,
                                           columns.street, columns.building, columns.apartment, columns.city,
                                           columns.state, columns.postal_code, columns.country, columns.wants_default);
    co_await transaction.flush();
    const auto row = updated.find();
    if (!row) throw Refused{address_not_found};
    co_await transaction.commit();
    co_return *row;
}

Task<AddressView> make_default(Context& context, AddressId id) {
    const UserId user = context.user().user;
    auto transaction = co_await begin_as_owner(context);
    transaction.execute(address_sql.clear_default, user, id);
    const auto changed = transaction.query(address_sql.make_default, user, id);
    co_await transaction.flush();
    const auto row = changed.find();
    if (!row) throw Refused{address_not_found};
    co_await transaction.commit();
    co_return *row;
}

Task<NoContent> remove(Context& context, AddressId id) {
    const UserId user = context.user().user;
    auto transaction = co_await begin_as_owner(context);
    const auto removed = transaction.execute(address_sql.remove, user, id);
    transaction.execute(address_sql.choose_default, user);
    co_await transaction.flush();
    if (removed.affected() == 0) throw Refused{address_not_found};
    co_await transaction.commit();
    co_return NoContent{};
}

}  // namespace

http::Routes address_routes() {
    return {
        http::get<"/api/v1/profile/addresses", list>(
            {.summary = "The caller's addresses, the default first", .refuses = {}, .statements_max = 2}),
        http::post<"/api/v1/profile/addresses", create>(
            {.summary = "Keep an address; the first one becomes the default",
             .refuses = {&too_many_addresses, &busy, &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 10}),
        http::get<"/api/v1/profile/addresses/{id}", get>(
            {.summary = "One of the caller's addresses", .refuses = {&address_not_found}, .statements_max = 2}),
        http::put<"/api/v1/profile/addresses/{id}", update>(
            {.summary = "Replace an address", .refuses = {&address_not_found, &busy}, .statements_max = 8}),
        http::post<"/api/v1/profile/addresses/{id}/default", make_default>(
            {.summary = "Make an address the default", .refuses = {&address_not_found, &busy}, .statements_max = 7}),
        http::del<"/api/v1/profile/addresses/{id}", remove>(
            {.summary = "Forget an address; another one becomes the default",
             .refuses = {&address_not_found, &busy},
             .statements_max = 7}),
    };
}

}  // namespace marque::profile
