// The endpoints of /manager/webhooks that write down where events go. A secret is told once: when it is made.
#include <fmt/format.h>

#include <algorithm>

#include "core/version.h"
#include "features/identity/identity.h"
#include "features/webhooks/manage_queries.h"
#include "features/webhooks/signature.h"
#include "features/webhooks/webhooks.h"
#include "http/response.h"

namespace marque::webhooks {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::Query;
using http::Rendered;

/// For so long receivers may go on checking with the secret they know.
constexpr std::int32_t former_secret_s = 24 * 3'600;

struct WebhookEndpoints {
    std::vector<WebhookEndpoint> items;
};
RECORD(WebhookEndpoints, items);

struct WebhookInput {
    static constexpr std::string_view doc =
        "`event_types` left out: all types. `version` is the one that was read; a new endpoint has none. URLs must be "
        "https and lead to the open internet.";
    EndpointUrl url;
    std::optional<Text<0, 200>> description;
    std::optional<std::vector<EventTypeName>> event_types;
    std::optional<bool> is_active;
    std::optional<std::int32_t> version;
};
RECORD(WebhookInput, url, description, event_types, is_active, version);

struct RotateInput {
    std::int32_t version = 1;
};
RECORD(RotateInput, version);

struct RemoveQuery {
    std::optional<Version> version;
};
RECORD(RemoveQuery, version);

struct WebhookSecret {
    static constexpr std::string_view doc =
        "The endpoint with its new secret, which is told this once. Signatures are made with it as "
        "standardwebhooks.com has it.";
    WebhookEndpoint endpoint;
    std::string secret;
};
RECORD(WebhookSecret, endpoint, secret);

struct EventTypeView {
    std::string type;
    std::string meaning;
    json::Raw schema;
};
RECORD(EventTypeView, type, meaning, schema);

struct EventTypes {
    static constexpr std::string_view doc =
        "The types of events that are sent out, and the JSON Schema of each one's body. webhook.test cannot be asked "
        "for: managers send it.";
    std::vector<EventTypeView> items;
};
RECORD(EventTypes, items);

[[noreturn]] void refuse(std::string field, std::string message) {
    throw Refused{http::invalid_input, field + ": " + message, {{field, message}}};
}

void check_url(const Context& context, const EndpointUrl& url) {
    const Config& config = context.thread.config;
    if (config.breaks("any_address")) return;
    auto trouble = url_trouble(url.to_text(), config.webhook_allow_loopback);
    if (!trouble.empty()) refuse("url", std::move(trouble));
}

std::vector<std::string> type_names(const WebhookInput& input) {
    std::vector<std::string> names;
    if (!input.event_types) return names;
    for (const auto& type : *input.event_types) names.push_back(type.to_text());
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    return names;
}

const StandingRow* row_of(const std::vector<StandingRow>& rows, const Uuid& id) {
    const auto found = std::ranges::find(rows, id, &StandingRow::id);
    return found == rows.end() ? nullptr : &*found;
}

void refuse_taken(const std::vector<StandingRow>& rows, const std::string& url, const std::optional<Uuid>& own) {
    const bool taken = std::ranges::any_of(rows, [&](const auto& row) { return row.url == url && row.id != own; });
    if (taken) throw Refused{url_taken};
}

/// The endpoint's row in the version that the caller has read.
void refuse_unless_present(const std::vector<StandingRow>& rows, const Uuid& id, std::int32_t version) {
    const StandingRow* row = row_of(rows, id);
    if (row == nullptr) throw Refused{not_found};
    if (row->version != version) throw Refused{stale};
}

Task<WebhookEndpoint> get_endpoint(Context& context, Uuid id) {
    auto found = co_await context.db.find(manage_sql.endpoints, id);
    if (!found) throw Refused{not_found};
    co_return std::move(*found);
}

Task<WebhookEndpoints> list_endpoints(Context& context) {
    WebhookEndpoints endpoints;
    endpoints.items = co_await context.db.rows(manage_sql.endpoints, std::nullopt);
    co_return endpoints;
}

std::string sealed(const Context& context, const std::string& secret) {
    return identity::sealed_text(context.service<identity::TokenKey>(), secret);
}

/// An answer that is kept for a repeated request tells a secret, so it lies sealed, too.
http::Response replayed(const Context& context, const work::StoredAnswer& stored) {
    auto body = identity::opened_text(context.service<identity::TokenKey>(), stored.body);
    // Sealed with a key of before: nobody can be told any more, and a second endpoint must not come of it.
    if (!body) throw Refused{secret_told};
    return http::replayed(stored.status, *body);
}

Task<Rendered<Created<WebhookSecret>>> create_endpoint(Context& context, Body<WebhookInput> body) {
    const WebhookInput& input = body.value;
    check_url(context, input.url);
    const Uuid id = Uuid::random();
    const std::string secret = new_secret();
    const MarketCode market = context.market->code;
    auto once = once_of(context, "/api/v1/manager/webhooks");
    auto transaction = co_await context.db.begin();
    transaction.query(manage_sql.lock, market);
    once.look_up(transaction);
    const auto standing = transaction.query(manage_sql.standing);
    co_await transaction.flush();
    if (const auto stored = once.found()) co_return Rendered<Created<WebhookSecret>>{replayed(context, *stored)};
    if (std::ssize(standing.rows()) >= endpoints_max) throw Refused{too_many};
    refuse_taken(standing.rows(), input.url.to_text(), std::nullopt);
    transaction.execute(manage_sql.insert, market, id, input.url.to_text(),
                        input.description ? input.description->to_text() : std::string{}, type_names(input),
                        sealed(context, secret), input.is_active.value_or(true), manager_of(context));
    const auto made = transaction.query(manage_sql.endpoints, id);
    co_await transaction.flush();
    http::Response response;
    response.status = 201;
    json::write(response.body, WebhookSecret{*made.find(), secret});
    once.store(transaction, response.status, sealed(context, response.body));
    co_await transaction.commit();
    co_return Rendered<Created<WebhookSecret>>{std::move(response)};
}

Task<WebhookEndpoint> change_endpoint(Context& context, Uuid id, Body<WebhookInput> body) {
    const WebhookInput& input = body.value;
    if (!input.version) refuse("version", "is required: the version that was read");
    check_url(context, input.url);
    auto transaction = co_await context.db.begin();
    transaction.query(manage_sql.lock, context.market->code);
    const auto standing = transaction.query(manage_sql.standing);
    co_await transaction.flush();
    refuse_unless_present(standing.rows(), id, *input.version);
    refuse_taken(standing.rows(), input.url.to_text(), id);
    transaction.execute(manage_sql.update, id, input.url.to_text(),
                        input.description ? input.description->to_text() : std::string{}, type_names(input),
                        input.is_active.value_or(true), manager_of(context));
    const auto changed = transaction.query(manage_sql.endpoints, id);
    co_await transaction.commit();
    co_return *changed.find();
}

Task<WebhookSecret> rotate_secret(Context& context, Uuid id, Body<RotateInput> body) {
    const std::string secret = new_secret();
    auto transaction = co_await context.db.begin();
    transaction.query(manage_sql.lock, context.market->code);
    const auto standing = transaction.query(manage_sql.standing);
    co_await transaction.flush();
    refuse_unless_present(standing.rows(), id, body.value.version);
    transaction.execute(manage_sql.rotate, id, sealed(context, secret), former_secret_s, manager_of(context));
    const auto changed = transaction.query(manage_sql.endpoints, id);
    co_await transaction.commit();
    co_return WebhookSecret{*changed.find(), secret};
}

Task<http::NoContent> remove_endpoint(Context& context, Uuid id, Query<RemoveQuery> query) {
    const auto version = query.value.version.transform(&Version::value);
    const auto removed = co_await context.db.execute(manage_sql.remove, id, version);
    if (removed == 0) {
        co_await get_endpoint(context, id);
        throw Refused{stale};
    }
    co_return http::NoContent{};
}

EventTypes list_event_types(Context&) {
    EventTypes answer;
    for (const auto& type : event_types()) {
        answer.items.push_back({std::string{type.name}, std::string{type.meaning}, {type.schema(type.name)}});
    }
    return answer;
}

}  // namespace

std::string manager_of(const Context& context) {
    return "manager:" + context.user().market.to_text() + "/" + context.user().user.to_text();
}

work::Idempotency once_of(const Context& context, std::string_view path) {
    // The manager's number is one of the market they come from, so that market is part of the key.
    return {context.market->code, context.user().user,
            fmt::format("POST {} from {}", path, context.user().market.to_text()),
            context.request.header("Idempotency-Key"), context.request.body};
}

http::Routes endpoint_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/webhooks", list_endpoints>({.summary = "Who is sent the managed market's events",
                                                               .access = Access::manager(Permission::webhooks_read),
                                                               .statements_max = 2}),
        http::post<"/api/v1/manager/webhooks", create_endpoint>(
            {.summary = "Send the managed market's events to a server, too; the answer tells its secret, once",
             .access = Access::manager(Permission::webhooks_write),
             .refuses = {&url_taken, &too_many, &secret_told, &work::idempotency_key_malformed,
                         &work::idempotency_key_reused},
             .statements_max = 9,
             .second_factor = true}),
        http::get<"/api/v1/manager/webhooks/event-types", list_event_types>(
            {.summary = "The types of events, and what each says",
             .access = Access::manager(Permission::webhooks_read),
             .statements_max = 1}),
        http::get<"/api/v1/manager/webhooks/{id}", get_endpoint>({.summary = "One endpoint",
                                                                  .access = Access::manager(Permission::webhooks_read),
                                                                  .refuses = {&not_found},
                                                                  .statements_max = 2}),
        http::put<"/api/v1/manager/webhooks/{id}", change_endpoint>(
            {.summary = "Replace an endpoint, in the version that was read; its secret stays",
             .access = Access::manager(Permission::webhooks_write),
             .refuses = {&not_found, &stale, &url_taken},
             .statements_max = 7,
             .second_factor = true}),
        http::del<"/api/v1/manager/webhooks/{id}", remove_endpoint>(
            {.summary = "Take an endpoint away, with the log of its deliveries",
             .access = Access::manager(Permission::webhooks_write),
             .refuses = {&not_found, &stale},
             .statements_max = 4}),
        http::post<"/api/v1/manager/webhooks/{id}/rotate-secret", rotate_secret>(
            {.summary = "Make a new secret and tell it, once; the one before signs beside it for a day",
             .access = Access::manager(Permission::webhooks_write),
             .refuses = {&not_found, &stale},
             .statements_max = 7,
             .second_factor = true}),
    };
}

http::Routes routes() {
    http::Routes all = endpoint_routes();
    std::ranges::copy(delivery_routes(), std::back_inserter(all));
    return all;
}

}  // namespace marque::webhooks
