// The endpoints of /manager/webhooks/{id}/deliveries, and those that send again: what was sent, and what was answered.
#include "features/webhooks/manage_queries.h"
#include "features/webhooks/webhooks.h"
#include "http/response.h"

namespace marque::webhooks {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::Query;
using http::Rendered;

/// One replay; who needs more asks again from where it ended.
constexpr std::int32_t replayed_max = 1'000;

struct DeliveryQuery {
    std::optional<DeliveryState> state;
    std::optional<Text<1, 60>> event_type;
    std::optional<Timestamp> from;
    std::optional<Timestamp> to;
    PageLimit limit;
    std::optional<DeliveryId> cursor;
};
RECORD(DeliveryQuery, state, event_type, from, to, limit, cursor);

struct WebhookDeliveries {
    std::vector<WebhookDelivery> items;
    std::optional<std::string> next;
};
RECORD(WebhookDeliveries, items, next);

struct WebhookDeliveryDetail {
    WebhookDelivery delivery;
    std::string body;
    std::vector<WebhookTry> tries;
};
RECORD(WebhookDeliveryDetail, delivery, body, tries);

struct ReplayInput {
    static constexpr std::string_view doc =
        "Events that occurred from `from` on and before `to`. Those that wait for the endpoint still are left out.";
    Timestamp from;
    Timestamp to;
};
RECORD(ReplayInput, from, to);

void refuse_unless_active(const std::optional<WebhookEndpoint>& endpoint) {
    if (!endpoint) throw Refused{not_found};
    if (!endpoint->is_active) throw Refused{inactive};
}

/// Refuses (not_found) what is none of the managed market's; otherwise (inactive) what is switched off.
Task<void> require_endpoint(Context& context, Uuid id, bool active) {
    const auto endpoint = co_await context.db.find(manage_sql.endpoints, id);
    if (!endpoint) throw Refused{not_found};
    if (active) refuse_unless_active(endpoint);
}

Task<WebhookDelivery> get_line(Context& context, Uuid endpoint, DeliveryId id) {
    auto row = co_await context.db.find(manage_sql.deliveries, endpoint, id, std::nullopt, std::nullopt, std::nullopt,
                                        std::nullopt, std::nullopt, 1);
    if (!row) throw Refused{delivery_not_found};
    co_return std::move(*row);
}

Task<WebhookDeliveries> list(Context& context, Uuid endpoint, Query<DeliveryQuery> query) {
    co_await require_endpoint(context, endpoint, false);
    const auto& asked = query.value;
    const auto state = asked.state ? std::optional{std::string{enum_word(*asked.state)}} : std::nullopt;
    const auto type = asked.event_type ? std::optional{asked.event_type->to_text()} : std::nullopt;
    const std::int32_t limit = asked.limit.value();
    WebhookDeliveries page;
    page.items = co_await context.db.rows(manage_sql.deliveries, endpoint, std::nullopt, state, type, asked.from,
                                          asked.to, asked.cursor, limit + 1);
    if (std::ssize(page.items) > limit) {
        page.items.pop_back();
        page.next = page.items.back().id.to_text();
    }
    co_return page;
}

Task<WebhookDeliveryDetail> get(Context& context, Uuid endpoint, DeliveryId id) {
    WebhookDeliveryDetail detail;
    // Tries first: the delivery's line is then at least as new as what they tell.
    detail.tries = co_await context.db.rows(manage_sql.tries, id);
    detail.delivery = co_await get_line(context, endpoint, id);
    // What has ended meanwhile is not tried again: now its tries are all there.
    if (detail.delivery.state != DeliveryState::waiting) {
        detail.tries = co_await context.db.rows(manage_sql.tries, id);
    }
    auto body = co_await context.db.find(manage_sql.body, detail.delivery.event_id);
    detail.body = std::move(body).value_or("");
    co_return detail;
}

using Made = Rendered<Created<WebhookDelivery>>;

Made replayed(const work::StoredAnswer& stored) { return {http::replayed(stored.status, stored.body)}; }

db::Pending<WebhookDelivery> line_of(db::Transaction& transaction, Uuid endpoint, DeliveryId id) {
    return transaction.query(manage_sql.deliveries, endpoint, id, std::nullopt, std::nullopt, std::nullopt,
                             std::nullopt, std::nullopt, 1);
}

/// Ends a transaction that has made a delivery: its line is the answer, now and for the same key.
Task<Made> answer_with(db::Transaction& transaction, const work::Idempotency& once, Uuid endpoint, DeliveryId id) {
    const auto line = line_of(transaction, endpoint, id);
    co_await transaction.flush();
    http::Response response;
    response.status = 201;
    json::write(response.body, *line.find());
    once.store(transaction, response.status, response.body);
    co_await transaction.commit();
    co_return Made{std::move(response)};
}

Task<Made> send_test(Context& context, Uuid endpoint) {
    const TestEvent data{context.market->code, endpoint, "A test by " + manager_of(context)};
    auto once = once_of(context, context.request.path);
    auto transaction = co_await context.db.begin();
    transaction.query(manage_sql.lock, context.market->code);
    once.look_up(transaction);
    const auto standing = transaction.query(manage_sql.endpoints, endpoint);
    co_await transaction.flush();
    if (const auto stored = once.found()) co_return replayed(*stored);
    refuse_unless_active(standing.find());
    const auto made =
        transaction.query(manage_sql.test, context.market->code, endpoint, Uuid::random(),
                          event_body(test_type, context.now, data), context.thread.config.webhook_give_up_s);
    co_await transaction.flush();
    check(!made.rows().empty(), "a test of an active endpoint was not written");
    co_return co_await answer_with(transaction, once, endpoint, DeliveryId{made.rows().front()});
}

Task<Made> redeliver(Context& context, Uuid endpoint, DeliveryId id) {
    auto once = once_of(context, context.request.path);
    auto transaction = co_await context.db.begin();
    transaction.query(manage_sql.lock, context.market->code);
    once.look_up(transaction);
    const auto line = line_of(transaction, endpoint, id);
    co_await transaction.flush();
    if (const auto stored = once.found()) co_return replayed(*stored);
    if (!line.find()) throw Refused{delivery_not_found};
    const auto made = transaction.query(manage_sql.redeliver, endpoint, id, context.thread.config.webhook_give_up_s);
    co_await transaction.flush();
    if (made.rows().empty()) throw Refused{inactive};
    co_return co_await answer_with(transaction, once, endpoint, DeliveryId{made.rows().front()});
}

Task<Replay> replay(Context& context, Uuid endpoint, Body<ReplayInput> body) {
    const ReplayInput& input = body.value;
    if (input.to <= input.from) {
        throw Refused{http::invalid_input, "to: must be later than from", {{"to", "must be later than from"}}};
    }
    co_await require_endpoint(context, endpoint, true);
    auto rows = co_await context.db.write(manage_sql.replay, endpoint, input.from, input.to, replayed_max,
                                          context.thread.config.webhook_give_up_s);
    co_return std::move(rows.front());
}

}  // namespace

http::Routes delivery_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/webhooks/{id}/deliveries", list>(
            {.summary = "What was sent to an endpoint, and what became of it, newest first",
             .access = Access::manager(Permission::webhooks_read),
             .refuses = {&not_found},
             .statements_max = 3}),
        http::get<"/api/v1/manager/webhooks/{id}/deliveries/{delivery}", get>(
            {.summary = "One delivery: what is sent, and each try with its answer",
             .access = Access::manager(Permission::webhooks_read),
             .refuses = {&delivery_not_found},
             .statements_max = 5}),
        http::post<"/api/v1/manager/webhooks/{id}/deliveries/{delivery}/redeliver", redeliver>(
            {.summary = "Send an event to the endpoint once more, under the same webhook-id",
             .access = Access::manager(Permission::webhooks_write),
             .refuses = {&delivery_not_found, &inactive, &work::idempotency_key_malformed,
                         &work::idempotency_key_reused},
             .statements_max = 9}),
        http::post<"/api/v1/manager/webhooks/{id}/test", send_test>(
            {.summary = "Send a test event to an endpoint",
             .access = Access::manager(Permission::webhooks_write),
             .refuses = {&not_found, &inactive, &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 9}),
        http::post<"/api/v1/manager/webhooks/{id}/replay", replay>(
            {.summary = "Send the events of a time once more, each under the same webhook-id",
             .access = Access::manager(Permission::webhooks_write),
             .refuses = {&not_found, &inactive},
             .statements_max = 5}),
    };
}

}  // namespace marque::webhooks
