#pragma once
// SQL of making events and of carrying them out. Every step is short: no transaction is open while a receiver is asked.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
#include "db/statement.h"

namespace marque::webhooks {

struct OrderFactsRow {
    Timestamp occurred_at;
    std::string payment_method;
    std::string currency;
    std::int64_t subtotal_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t shipping_minor = 0;
    std::int64_t tax_minor = 0;
    std::int64_t tax_included_minor = 0;
    std::int64_t total_minor = 0;
    Timestamp order_date;
    std::optional<std::string> carrier;
    std::optional<std::string> tracking_number;
};
RECORD(OrderFactsRow, occurred_at, payment_method, currency, subtotal_minor, discount_minor, shipping_minor, tax_minor,
       tax_included_minor, total_minor, order_date, carrier, tracking_number);

struct OrderItemRow {
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string size;
    std::string color;
    std::int64_t price_minor = 0;
    std::int32_t quantity = 0;
    std::int64_t subtotal_minor = 0;
};
RECORD(OrderItemRow, sku_id, sku_code, product_slug, product_name, size, color, price_minor, quantity, subtotal_minor);

struct PaymentFactsRow {
    Timestamp occurred_at;
    std::string method;
    std::string currency;
    std::int64_t amount_minor = 0;
};
RECORD(PaymentFactsRow, occurred_at, method, currency, amount_minor);

struct ReturnFactsRow {
    Timestamp occurred_at;
    std::string order_number;
    std::string currency;
    std::int64_t refund_minor = 0;
};
RECORD(ReturnFactsRow, occurred_at, order_number, currency, refund_minor);

struct ReturnItemRow {
    SkuId sku_id;
    std::int32_t quantity = 0;
    std::string reason;
};
RECORD(ReturnItemRow, sku_id, quantity, reason);

struct ReviewFactsRow {
    Timestamp occurred_at;
    std::string product_slug;
    std::int32_t rating = 0;
};
RECORD(ReviewFactsRow, occurred_at, product_slug, rating);

/// What events say, and the rows that they become.
struct EventSql {
    db::Statement<bool()> anybody{"webhooks.anybody", R"(SELECT true FROM webhook_endpoints LIMIT 1)"};

    db::Statement<OrderFactsRow(OrderId, std::int64_t)> order{"webhooks.order", R"(
        SELECT e.created_at AS occurred_at, o.payment_method, o.currency, o.subtotal_minor, o.discount_minor,
               o.shipping_minor, o.tax_minor, o.tax_included_minor, o.total_minor, o.order_date, o.carrier,
               o.tracking_number
        FROM orders o JOIN outbox e ON e.market = o.market AND e.id = $2::bigint WHERE o.id = $1::bigint)"};

    db::Statement<OrderItemRow(OrderId)> order_items{"webhooks.order_items", R"(
        SELECT sku_id, sku_code, product_slug, product_name, size, color, price_minor, quantity, subtotal_minor
        FROM order_items WHERE order_id = $1::bigint ORDER BY line)"};

    db::Statement<PaymentFactsRow(Uuid, std::int64_t)> payment{"webhooks.payment", R"(
        SELECT e.created_at AS occurred_at, p.method, p.currency, p.amount_minor
        FROM payments p JOIN outbox e ON e.market = p.market AND e.id = $2::bigint WHERE p.id = $1::uuid)"};

    db::Statement<ReturnFactsRow(std::int64_t, std::int64_t)> returned{"webhooks.return", R"(
        SELECT e.created_at AS occurred_at, o.order_number, r.currency, r.refund_minor
        FROM returns r JOIN orders o ON o.market = r.market AND o.id = r.order_id
        JOIN outbox e ON e.market = r.market AND e.id = $2::bigint WHERE r.id = $1::bigint)"};

    db::Statement<ReturnItemRow(std::int64_t)> return_items{"webhooks.return_items", R"(
        SELECT sku_id, quantity, reason FROM return_items WHERE return_id = $1::bigint ORDER BY line)"};

    db::Statement<ReviewFactsRow(std::int64_t, std::int64_t)> review{"webhooks.review", R"(
        SELECT e.created_at AS occurred_at, p.slug AS product_slug, r.rating
        FROM reviews r JOIN products p ON p.market = r.product_market AND p.id = r.product_id
        JOIN outbox e ON e.market = r.market AND e.id = $2::bigint WHERE r.id = $1::bigint)"};

    // An event of the outbox that is seen twice is one event, with the body it had first. $7: seconds it is tried.
    db::Statement<std::int64_t(MarketCode, Uuid, std::int64_t, std::string, std::string, Timestamp, std::int32_t)> add{
        "webhooks.add_event", R"(
        WITH made AS (
            INSERT INTO webhook_events (market, id, source_event, type, body, occurred_at)
            VALUES ($1, $2::uuid, $3::bigint, $4, $5, $6::timestamptz)
            ON CONFLICT ON CONSTRAINT webhook_events_once DO NOTHING RETURNING id
        )
        INSERT INTO webhook_deliveries (market, endpoint_id, event_id, cause, give_up_at)
        SELECT $1, e.id, made.id, 'event', now() + make_interval(secs => $7::integer)
        FROM made, webhook_endpoints e
        WHERE e.is_active AND (e.event_types = '{}' OR $4::text = ANY (e.event_types))
        RETURNING id)"};
};
inline constexpr EventSql event_sql;
RECORD(EventSql, anybody, order, order_items, payment, returned, return_items, review, add);

struct TakenRow {
    std::int64_t id = 0;
    Uuid endpoint_id;
    Uuid event_id;
    std::int32_t tries = 0;
    std::string url;
    std::string secret_sealed;
    std::optional<std::string> former_secret_sealed;
    std::string body;
    std::int64_t now_s = 0;
};
RECORD(TakenRow, id, endpoint_id, event_id, tries, url, secret_sealed, former_secret_sealed, body, now_s);

struct ConcludedRow {
    Uuid endpoint_id;
    std::string state;
    bool is_hopeless = false;
};
RECORD(ConcludedRow, endpoint_id, state, is_hopeless);

struct WorkSql {
    db::Statement<bool()> any_due{"webhooks.any_due", R"(
        SELECT true FROM webhook_endpoints e
        WHERE e.is_active AND EXISTS (
            SELECT FROM webhook_deliveries d
            WHERE d.market = e.market AND d.endpoint_id = e.id AND d.state = 'waiting' AND d.available_at <= now())
        LIMIT 1)"};

    // A lease, not a lock: whoever dies loses it by itself. Of each endpoint so many as it may have at once ($3) beyond
    // those that this server has under way already ($1 and $2, beside each other), the longest due first.
    db::Statement<TakenRow(std::vector<std::string>, std::vector<std::int32_t>, std::int32_t, std::int32_t)> take{
        "webhooks.take", R"(
        WITH due AS MATERIALIZED (
            SELECT one.place
            FROM webhook_endpoints e
            LEFT JOIN unnest($1::text[], $2::integer[]) AS busy (id, deliveries) ON busy.id = e.id::text
            CROSS JOIN LATERAL (
                SELECT d.ctid AS place FROM webhook_deliveries d
                WHERE d.market = e.market AND d.endpoint_id = e.id AND d.state = 'waiting' AND d.available_at <= now()
                ORDER BY d.available_at LIMIT greatest(0, $3::integer - coalesce(busy.deliveries, 0))
                FOR UPDATE SKIP LOCKED
            ) one
            WHERE e.is_active
        )
        UPDATE webhook_deliveries d
        SET tries = d.tries + 1, available_at = now() + make_interval(secs => $4::integer)
        FROM due, webhook_endpoints e, webhook_events v
        WHERE d.ctid = due.place AND e.market = d.market AND e.id = d.endpoint_id
          AND v.market = d.market AND v.id = d.event_id
        RETURNING d.id, d.endpoint_id, d.event_id, d.tries, e.url, e.secret_sealed,
                  CASE WHEN e.former_secret_until > now() THEN e.former_secret_sealed END AS former_secret_sealed,
                  v.body, floor(extract(epoch FROM now()))::bigint AS now_s)"};

    // $4 delivered, failed, or waiting: then once more after $5 ms, the last time when it is given up. Nothing where
    // another server has taken it over (tries differ). Hopeless: since it was made the endpoint has taken nothing.
    db::Statement<ConcludedRow(MarketCode, std::int64_t, std::int32_t, std::string, std::int64_t, std::int32_t,
                               std::optional<std::int32_t>, std::optional<std::string>, std::string)>
        conclude{"webhooks.conclude", R"(
        WITH told AS (
            UPDATE webhook_deliveries
            SET state = CASE WHEN $4 = 'waiting' AND give_up_at <= now() THEN 'failed' ELSE $4 END,
                available_at = CASE WHEN $4 = 'waiting'
                    THEN least(give_up_at, now() + $5::bigint * interval '1 millisecond') ELSE available_at END,
                finished_at = CASE WHEN $4 <> 'waiting' OR give_up_at <= now() THEN now() END,
                last_status = $7::integer, last_error = $8
            WHERE id = $2::bigint AND tries = $3::integer AND state = 'waiting'
            RETURNING id, market, endpoint_id, state, created_at, cause
        ), noted AS (
            INSERT INTO webhook_tries (market, delivery_id, number, started_at, duration_ms, status, error, answer)
            SELECT $1, id, $3::integer, now() - $6::integer * interval '1 millisecond', $6::integer, $7::integer, $8, $9
            FROM told
        )
        SELECT t.endpoint_id, t.state,
               t.state = 'failed' AND t.cause <> 'test' AND NOT EXISTS (
                   SELECT FROM webhook_deliveries x
                   WHERE x.market = t.market AND x.endpoint_id = t.endpoint_id AND x.state = 'delivered'
                     AND x.finished_at >= t.created_at) AS is_hopeless
        FROM told t)"};

    db::Statement<void(Uuid, std::string)> disable{"webhooks.disable", R"(
        UPDATE webhook_endpoints
        SET is_active = false, disabled_reason = $2, disabled_at = now(), version = version + 1, updated_at = now()
        WHERE id = $1::uuid AND is_active)"};

    // What nobody tries any more because its endpoint is switched off.
    db::Statement<void()> give_up{"webhooks.give_up", R"(
        UPDATE webhook_deliveries d
        SET state = 'failed', finished_at = now(), last_error = coalesce(d.last_error, 'the endpoint was switched off')
        FROM webhook_endpoints e
        WHERE d.state = 'waiting' AND d.give_up_at <= now() AND d.available_at <= now()
          AND e.market = d.market AND e.id = d.endpoint_id AND NOT e.is_active)"};

    db::Statement<void()> forget_former{"webhooks.forget_former", R"(
        UPDATE webhook_endpoints SET former_secret_sealed = NULL, former_secret_until = NULL
        WHERE former_secret_until <= now())"};

    // Up to ten thousand: who has more has trouble enough.
    db::Statement<std::int64_t()> waiting{"webhooks.waiting", R"(
        SELECT count(*) FROM (SELECT FROM webhook_deliveries WHERE state = 'waiting' LIMIT 10000) AS few)"};
};
inline constexpr WorkSql work_sql;
RECORD(WorkSql, any_due, take, conclude, disable, give_up, forget_former, waiting);

}  // namespace marque::webhooks
