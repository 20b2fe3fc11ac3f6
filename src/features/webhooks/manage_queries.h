#pragma once
// SQL of managing endpoints and looking at deliveries.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/webhooks/views.h"

namespace marque::webhooks {

/// What decides about a change: one row for each endpoint of the market.
struct StandingRow {
    Uuid id;
    std::string url;
    std::int32_t version = 1;
    std::string secret_sealed;
};
RECORD(StandingRow, id, url, version, secret_sealed);

struct ManageSql {
    // Who changes a market's endpoints waits for whoever does already.
    db::Statement<std::int64_t(MarketCode)> lock{"webhooks.lock", R"(
        SELECT count(*) AS locks FROM (
            SELECT pg_advisory_xact_lock(hashtextextended('marque webhooks ' || $1::text, 0)) AS taken) AS lock)"};

    db::Statement<StandingRow()> standing{"webhooks.standing", R"(
        SELECT id, url, version, secret_sealed FROM webhook_endpoints)"};

    db::Statement<WebhookEndpoint(std::optional<Uuid>)> endpoints{"webhooks.endpoints", R"(
        SELECT e.id, e.url, e.description, e.event_types, e.is_active, e.disabled_reason, e.disabled_at,
               CASE WHEN e.former_secret_until > now() THEN e.former_secret_until END AS former_secret_until,
               (SELECT count(*) FROM (SELECT FROM webhook_deliveries d
                                      WHERE d.market = e.market AND d.endpoint_id = e.id AND d.state = 'waiting'
                                      LIMIT 10000) AS few) AS waiting,
               (SELECT max(d.finished_at) FROM webhook_deliveries d
                WHERE d.market = e.market AND d.endpoint_id = e.id AND d.state = 'delivered') AS last_delivered_at,
               e.version, e.created_at, e.updated_at, e.changed_by
        FROM webhook_endpoints e WHERE $1::uuid IS NULL OR e.id = $1::uuid ORDER BY e.created_at, e.id)"};

    db::Statement<void(MarketCode, Uuid, std::string, std::string, std::vector<std::string>, std::string, bool,
                       std::string)>
        insert{"webhooks.insert", R"(
        INSERT INTO webhook_endpoints (market, id, url, description, event_types, secret_sealed, is_active,
                                       disabled_reason, disabled_at, changed_by)
        VALUES ($1, $2::uuid, $3, $4, $5::text[], $6, $7::boolean, CASE WHEN NOT $7::boolean THEN 'manager' END,
                CASE WHEN NOT $7::boolean THEN now() END, $8))"};

    // Switched on again it starts anew; switched off already it keeps its reason.
    db::Statement<void(Uuid, std::string, std::string, std::vector<std::string>, bool, std::string)> update{
        "webhooks.update", R"(
        UPDATE webhook_endpoints
        SET url = $2, description = $3, event_types = $4::text[], is_active = $5::boolean, changed_by = $6,
            disabled_reason = CASE WHEN NOT $5::boolean THEN coalesce(disabled_reason, 'manager') END,
            disabled_at = CASE WHEN NOT $5::boolean THEN coalesce(disabled_at, now()) END,
            version = version + 1, updated_at = now()
        WHERE id = $1::uuid)"};

    // $3: seconds for which the secret that was signs, too.
    db::Statement<void(Uuid, std::string, std::int32_t, std::string)> rotate{"webhooks.rotate", R"(
        UPDATE webhook_endpoints
        SET former_secret_sealed = secret_sealed, former_secret_until = now() + make_interval(secs => $3::integer),
            secret_sealed = $2, version = version + 1, updated_at = now(), changed_by = $4
        WHERE id = $1::uuid)"};

    db::Statement<void(Uuid, std::optional<std::int32_t>)> remove{"webhooks.remove", R"(
        DELETE FROM webhook_endpoints WHERE id = $1::uuid AND version = coalesce($2::integer, version))"};

    // $5: seconds it is tried. Nothing where the endpoint is switched off.
    db::Statement<std::int64_t(MarketCode, Uuid, Uuid, std::string, std::int32_t)> test{"webhooks.test", R"(
        WITH endpoint AS (SELECT id FROM webhook_endpoints WHERE id = $2::uuid AND is_active),
        made AS (
            INSERT INTO webhook_events (market, id, type, body, occurred_at)
            SELECT $1, $3::uuid, 'webhook.test', $4, now() FROM endpoint RETURNING id
        )
        INSERT INTO webhook_deliveries (market, endpoint_id, event_id, cause, give_up_at)
        SELECT $1, endpoint.id, made.id, 'test', now() + make_interval(secs => $5::integer) FROM endpoint, made
        RETURNING id)"};

    db::Statement<std::int64_t(Uuid, DeliveryId, std::int32_t)> redeliver{"webhooks.redeliver", R"(
        INSERT INTO webhook_deliveries (market, endpoint_id, event_id, cause, give_up_at)
        SELECT d.market, d.endpoint_id, d.event_id, 'redelivery', now() + make_interval(secs => $3::integer)
        FROM webhook_deliveries d JOIN webhook_endpoints e ON e.market = d.market AND e.id = d.endpoint_id
        WHERE d.endpoint_id = $1::uuid AND d.id = $2::bigint AND e.is_active
        RETURNING id)"};

    // Events of [$2, $3) that the endpoint asks for and does not wait for already, oldest first, $4 at most; beside
    // how many, the time of the first that was left out.
    db::Statement<Replay(Uuid, Timestamp, Timestamp, std::int32_t, std::int32_t)> replay{"webhooks.replay", R"(
        WITH picked AS (
            SELECT v.market, v.id, v.occurred_at, e.id AS endpoint_id
            FROM webhook_endpoints e JOIN webhook_events v ON v.market = e.market
            WHERE e.id = $1::uuid AND e.is_active AND v.source_event IS NOT NULL
              AND v.occurred_at >= $2::timestamptz AND v.occurred_at < $3::timestamptz
              AND (e.event_types = '{}' OR v.type = ANY (e.event_types))
              AND NOT EXISTS (SELECT FROM webhook_deliveries d
                              WHERE d.market = v.market AND d.event_id = v.id AND d.endpoint_id = e.id
                                AND d.state = 'waiting')
            ORDER BY v.occurred_at, v.id LIMIT $4::integer + 1
        ), made AS (
            INSERT INTO webhook_deliveries (market, endpoint_id, event_id, cause, give_up_at)
            SELECT market, endpoint_id, id, 'replay', now() + make_interval(secs => $5::integer)
            FROM (SELECT * FROM picked ORDER BY occurred_at, id LIMIT $4::integer) AS first
            RETURNING id
        )
        SELECT (SELECT count(*) FROM made) AS deliveries,
               (SELECT occurred_at FROM picked ORDER BY occurred_at, id OFFSET $4::integer LIMIT 1) AS next_from)"};

    db::Statement<WebhookDelivery(Uuid, std::optional<DeliveryId>, std::optional<std::string>,
                                  std::optional<std::string>, std::optional<Timestamp>, std::optional<Timestamp>,
                                  std::optional<DeliveryId>, std::int32_t)>
        deliveries{"webhooks.deliveries", R"(
        SELECT d.id, d.event_id, v.type AS event_type, d.cause, d.state, d.tries, d.last_status, d.last_error,
               CASE WHEN d.state = 'waiting' THEN d.available_at END AS next_try_at, d.give_up_at, v.occurred_at,
               d.created_at, d.finished_at
        FROM webhook_deliveries d JOIN webhook_events v ON v.market = d.market AND v.id = d.event_id
        WHERE d.endpoint_id = $1::uuid AND ($2::bigint IS NULL OR d.id = $2::bigint)
          AND ($3::text IS NULL OR d.state = $3::text) AND ($4::text IS NULL OR v.type = $4::text)
          AND ($5::timestamptz IS NULL OR d.created_at >= $5::timestamptz)
          AND ($6::timestamptz IS NULL OR d.created_at < $6::timestamptz)
          AND ($7::bigint IS NULL OR d.id < $7::bigint)
        ORDER BY d.id DESC LIMIT $8::integer)"};

    db::Statement<std::string(Uuid)> body{"webhooks.body", R"(SELECT body FROM webhook_events WHERE id = $1::uuid)"};

    db::Statement<WebhookTry(DeliveryId)> tries{"webhooks.tries", R"(
        SELECT number, started_at, duration_ms, status, error, answer FROM webhook_tries
        WHERE delivery_id = $1::bigint ORDER BY number DESC LIMIT 100)"};
};
inline constexpr ManageSql manage_sql;
RECORD(ManageSql, lock, standing, endpoints, insert, update, rotate, remove, test, redeliver, replay, deliveries, body,
       tries);

}  // namespace marque::webhooks
