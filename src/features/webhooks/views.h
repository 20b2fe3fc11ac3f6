#pragma once
// What managers see of endpoints and deliveries, and what the feature's own files tell each other.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/page.h"
#include "core/text.h"
#include "features/webhooks/address.h"
#include "features/webhooks/event_types.h"
#include "http/route.h"
#include "json/write.h"
#include "work/idempotency.h"

namespace marque::webhooks {

inline constexpr Refusal not_found{404, "webhooks.not_found", "There is no such endpoint"};
inline constexpr Refusal stale{409, "webhooks.stale", "The endpoint was changed meanwhile; read it again"};
inline constexpr Refusal url_taken{409, "webhooks.url_taken", "Another endpoint of this market has this URL"};
inline constexpr Refusal too_many{422, "webhooks.too_many", "A market has twenty endpoints at most"};
inline constexpr Refusal inactive{409, "webhooks.inactive", "The endpoint is switched off; switch it on first"};
inline constexpr Refusal secret_told{
    409, "webhooks.secret_told",
    "The endpoint was made by an earlier try of this request; rotate its secret to learn one"};
inline constexpr Refusal delivery_not_found{404, "webhooks.delivery_not_found", "There is no such delivery"};

using DeliveryId = Id<struct WebhookDeliveryTag>;

/// What is sent, byte by byte the same for every try: {"type":…,"timestamp":…,"data":…}.
template <Record T>
[[nodiscard]] std::string event_body(std::string_view type, Timestamp occurred_at, const T& data) {
    std::string body = "{\"type\":";
    json::append_text(body, type);
    body += ",\"timestamp\":";
    json::append_text(body, occurred_at.to_text());
    body += ",\"data\":";
    json::write(body, data);
    return body + "}";
}

struct WebhookEndpoint {
    static constexpr std::string_view doc =
        "A server that is sent the managed market's events. No `event_types`: all of them. `disabled_reason` is "
        "`manager`, `gone` (it answered 410) or `failing` (it took nothing for three days). Until "
        "`former_secret_until` the secret before the last rotation signs, too.";
    Uuid id;
    std::string url;
    std::string description;
    std::vector<std::string> event_types;
    bool is_active = true;
    std::optional<std::string> disabled_reason;
    std::optional<Timestamp> disabled_at;
    std::optional<Timestamp> former_secret_until;
    std::int64_t waiting = 0;
    std::optional<Timestamp> last_delivered_at;
    std::int32_t version = 1;
    Timestamp created_at;
    Timestamp updated_at;
    std::string changed_by;
};
RECORD(WebhookEndpoint, id, url, description, event_types, is_active, disabled_reason, disabled_at, former_secret_until,
       waiting, last_delivered_at, version, created_at, updated_at, changed_by);

enum class DeliveryState { waiting, delivered, failed };
ENUMERATION(DeliveryState, waiting, delivered, failed);

struct WebhookDelivery {
    static constexpr std::string_view doc =
        "An event on its way to an endpoint. `event_id` is the header webhook-id: whoever gets it again has it "
        "already. "
        "`cause` is event, test, redelivery or replay; one that waits is tried next at `next_try_at`, the last time at "
        "`give_up_at`.";
    DeliveryId id;
    Uuid event_id;
    std::string event_type;
    std::string cause;
    DeliveryState state = DeliveryState::waiting;
    std::int32_t tries = 0;
    std::optional<std::int32_t> last_status;
    std::optional<std::string> last_error;
    std::optional<Timestamp> next_try_at;
    Timestamp give_up_at;
    Timestamp occurred_at;
    Timestamp created_at;
    std::optional<Timestamp> finished_at;
};
RECORD(WebhookDelivery, id, event_id, event_type, cause, state, tries, last_status, last_error, next_try_at, give_up_at,
       occurred_at, created_at, finished_at);

struct WebhookTry {
    static constexpr std::string_view doc =
        "One time the receiver was asked: `status` is what it answered, `error` why that was not good or there was no "
        "answer, `answer` the beginning of what it said. A try whose server died has none.";
    std::int32_t number = 1;
    Timestamp started_at;
    std::int32_t duration_ms = 0;
    std::optional<std::int32_t> status;
    std::optional<std::string> error;
    std::string answer;
};
RECORD(WebhookTry, number, started_at, duration_ms, status, error, answer);

struct Replay {
    static constexpr std::string_view doc =
        "How many events are sent again, a thousand at most. `next_from`: when the first that was left out occurred.";
    std::int64_t deliveries = 0;
    std::optional<Timestamp> next_from;
};
RECORD(Replay, deliveries, next_from);

/// Who acts, as histories name them: "manager:kg/4".
[[nodiscard]] std::string manager_of(const http::Context& context);
/// The caller's Idempotency-Key for a POST to this path.
[[nodiscard]] work::Idempotency once_of(const http::Context& context, std::string_view path);

/// /manager/webhooks and what lies below it: endpoints, and their deliveries.
[[nodiscard]] http::Routes endpoint_routes();
[[nodiscard]] http::Routes delivery_routes();

}  // namespace marque::webhooks
