#pragma once
// SQL of kept days: figures of a market's own days from orders, their parts, and what has been kept of both.

#include <optional>
#include <string>
#include <vector>

#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/analytics/analytics.h"

namespace marque::analytics {

struct FiguresRow {
    Day day;
    std::int64_t total_orders = 0;
    std::int64_t cancelled_orders = 0;
    std::int64_t gross_minor = 0;
    std::int64_t cancelled_minor = 0;
    std::int64_t refunded_minor = 0;
};
RECORD(FiguresRow, day, total_orders, cancelled_orders, gross_minor, cancelled_minor, refunded_minor);

struct PartRow {
    Day day;
    std::string part;
    std::string key;
    std::int64_t total_orders = 0;
    std::int64_t cancelled_orders = 0;
    std::int64_t pieces = 0;
    std::int64_t gross_minor = 0;
    std::int64_t cancelled_minor = 0;
    std::int64_t refunded_minor = 0;
};
RECORD(PartRow, day, part, key, total_orders, cancelled_orders, pieces, gross_minor, cancelled_minor, refunded_minor);

struct KeptPartRow {
    std::string key;
    std::int64_t total_orders = 0;
    std::int64_t cancelled_orders = 0;
    std::int64_t pieces = 0;
    std::int64_t gross_minor = 0;
    std::int64_t cancelled_minor = 0;
    std::int64_t refunded_minor = 0;
};
RECORD(KeptPartRow, key, total_orders, cancelled_orders, pieces, gross_minor, cancelled_minor, refunded_minor);

struct Sql {
    // Days $1 to $2 of the time zone $3 that have orders. Refunds of a cancelled order are in `cancelled` already. The
    // bounds are made of parameters only: made of a row's value, row-level security would let no index use them. What
    // was given back is few rows, found by themselves.
    db::Statement<FiguresRow(Day, Day, std::string)> figures{"analytics.figures", R"(
        WITH o AS MATERIALIZED (
            SELECT s.id, (s.order_date AT TIME ZONE $3)::date AS day, s.status = 'cancelled' AS is_cancelled,
                   s.total_minor
            FROM orders s
            WHERE s.order_date >= $1::text::date::timestamp AT TIME ZONE $3
              AND s.order_date < ($2::text::date + 1)::timestamp AT TIME ZONE $3
        ), figures AS (
            SELECT o.day, count(*) AS total_orders, count(*) FILTER (WHERE o.is_cancelled) AS cancelled_orders,
                   sum(o.total_minor) AS gross_minor,
                   sum(o.total_minor) FILTER (WHERE o.is_cancelled) AS cancelled_minor, 0 AS refunded_minor
            FROM o GROUP BY o.day
            UNION ALL
            SELECT (b.order_date AT TIME ZONE $3)::date, 0, 0, 0, 0, p.refunded_minor
            FROM payments p
            JOIN orders b ON b.market = p.market AND b.id = p.order_id
            WHERE p.refunded_minor > 0 AND b.status <> 'cancelled'
              AND p.order_id BETWEEN (SELECT min(o.id) FROM o) AND (SELECT max(o.id) FROM o)
              AND b.order_date >= $1::text::date::timestamp AT TIME ZONE $3
              AND b.order_date < ($2::text::date + 1)::timestamp AT TIME ZONE $3
        )
        SELECT f.day::text AS day, sum(f.total_orders)::bigint AS total_orders,
               sum(f.cancelled_orders)::bigint AS cancelled_orders, sum(f.gross_minor)::bigint AS gross_minor,
               coalesce(sum(f.cancelled_minor), 0)::bigint AS cancelled_minor,
               sum(f.refunded_minor)::bigint AS refunded_minor
        FROM figures f GROUP BY f.day)"};

    // The same cut into parts, of the kinds in $4. A product's amounts are its lines less their discounts.
    db::Statement<PartRow(Day, Day, std::string, std::vector<std::string>)> parts{"analytics.parts", R"(
        WITH o AS (
            SELECT (o.order_date AT TIME ZONE $3)::date AS day, o.market, o.id, o.status = 'cancelled' AS is_cancelled,
                   o.total_minor, coalesce(p.refunded_minor, 0) AS refunded_minor, o.payment_method, o.delivery_city,
                   to_char(o.order_date AT TIME ZONE $3, 'HH24') AS hour
            FROM orders o
            LEFT JOIN payments p ON p.market = o.market AND p.order_id = o.id AND p.refunded_minor > 0
            WHERE o.order_date >= $1::text::date::timestamp AT TIME ZONE $3
              AND o.order_date < ($2::text::date + 1)::timestamp AT TIME ZONE $3
        ), keyed AS (
            SELECT o.day, k.part, k.key, o.id, o.is_cancelled, 0 AS pieces, o.total_minor AS gross, o.refunded_minor
            FROM o CROSS JOIN LATERAL (VALUES ('hour', o.hour), ('city', coalesce(o.delivery_city, '')),
                                              ('payment_method', o.payment_method)) AS k(part, key)
            WHERE k.part = ANY ($4::text[])
            UNION ALL
            SELECT o.day, 'product', i.product_slug, o.id, o.is_cancelled, i.quantity - b.pieces,
                   i.subtotal_minor - i.discount_minor, (i.subtotal_minor - i.discount_minor) * b.pieces / i.quantity
            FROM o
            JOIN order_items i ON i.market = o.market AND i.order_id = o.id
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(l.quantity), 0)::bigint AS pieces
                FROM returns r
                JOIN return_items l ON l.market = r.market AND l.return_id = r.id
                WHERE i.returned > 0 AND r.market = i.market AND r.order_id = i.order_id AND r.state = 'received'
                  AND l.line = i.line AND l.exchange_sku_id IS NULL) b
            WHERE 'product' = ANY ($4::text[])
        )
        SELECT day::text AS day, part, key, count(DISTINCT id) AS total_orders,
               count(DISTINCT id) FILTER (WHERE is_cancelled) AS cancelled_orders,
               coalesce(sum(pieces) FILTER (WHERE NOT is_cancelled), 0)::bigint AS pieces,
               sum(gross)::bigint AS gross_minor,
               coalesce(sum(gross) FILTER (WHERE is_cancelled), 0)::bigint AS cancelled_minor,
               coalesce(sum(refunded_minor) FILTER (WHERE NOT is_cancelled), 0)::bigint AS refunded_minor
        FROM keyed GROUP BY day, part, key)"};

    // Days that were kept after their end, in this time zone, and have not changed since.
    db::Statement<FiguresRow(Day, Day, std::string)> kept{"analytics.kept", R"(
        SELECT s.day::text AS day, s.total_orders, s.cancelled_orders, s.gross_minor, s.cancelled_minor,
               s.refunded_minor
        FROM revenue_snapshots s
        WHERE s.day BETWEEN $1::text::date AND $2::text::date AND s.time_zone = $3
          AND s.computed_at >= (s.day + 1)::timestamp AT TIME ZONE $3 + interval '10 minutes'
          AND s.day NOT IN (SELECT (m.order_date AT TIME ZONE $3)::date FROM revenue_marks m)
        ORDER BY s.day)"};

    db::Statement<KeptPartRow(std::vector<Day>, std::string)> kept_parts{"analytics.kept_parts", R"(
        SELECT p.key, sum(p.total_orders)::bigint AS total_orders, sum(p.cancelled_orders)::bigint AS cancelled_orders,
               sum(p.pieces)::bigint AS pieces, sum(p.gross_minor)::bigint AS gross_minor,
               sum(p.cancelled_minor)::bigint AS cancelled_minor, sum(p.refunded_minor)::bigint AS refunded_minor
        FROM revenue_parts p WHERE p.day = ANY ($1::text[]::date[]) AND p.part = $2 GROUP BY p.key)"};

    // Finished days of the last three years that no good row is kept of, newest first.
    db::Statement<Day(std::string)> due{"analytics.due", R"(
        SELECT d.day::text AS day
        FROM (SELECT generate_series(
                  greatest((f.order_date AT TIME ZONE $1)::date, current_date - 1100)::timestamp,
                  (now() - interval '10 minutes') AT TIME ZONE $1 - interval '1 day', '1 day')::date AS day
              FROM (SELECT o.order_date FROM orders o ORDER BY o.market DESC, o.order_date LIMIT 1) AS f) d
        WHERE d.day NOT IN (
            SELECT s.day FROM revenue_snapshots s
            WHERE s.time_zone = $1
              AND s.computed_at >= (s.day + 1)::timestamp AT TIME ZONE $1 + interval '10 minutes'
              AND s.day NOT IN (SELECT (m.order_date AT TIME ZONE $1)::date FROM revenue_marks m))
        ORDER BY d.day DESC LIMIT 31)"};

    db::Statement<void(MarketCode)> start{"analytics.start_round", R"(
        INSERT INTO revenue_rounds (market) VALUES ($1) ON CONFLICT DO NOTHING)"};
    // No row: another server keeps days.
    db::Statement<MarketCode()> lock{"analytics.lock_round",
                                     "SELECT market FROM revenue_rounds FOR UPDATE SKIP LOCKED"};
    db::Statement<MarketCode()> wait{"analytics.wait_round", "SELECT market FROM revenue_rounds FOR UPDATE"};

    db::Statement<void(Day, std::string)> unmark{"analytics.unmark", R"(
        DELETE FROM revenue_marks
        WHERE order_date >= $1::text::date::timestamp AT TIME ZONE $2
          AND order_date < ($1::text::date + 1)::timestamp AT TIME ZONE $2)"};

    db::Statement<void(MarketCode, Day, std::string, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                       std::int64_t, std::int64_t, std::int64_t, std::string)>
        store{"analytics.store", R"(
        INSERT INTO revenue_snapshots (market, day, currency, total_orders, cancelled_orders, gross_minor,
                                       cancelled_minor, refunded_minor, net_minor, average_order_minor, time_zone)
        VALUES ($1, $2::text::date, $3, $4::bigint, $5::bigint, $6::bigint, $7::bigint, $8::bigint, $9::bigint,
                $10::bigint, $11)
        ON CONFLICT (market, day) DO UPDATE SET
            currency = excluded.currency, total_orders = excluded.total_orders,
            cancelled_orders = excluded.cancelled_orders, gross_minor = excluded.gross_minor,
            cancelled_minor = excluded.cancelled_minor, refunded_minor = excluded.refunded_minor,
            net_minor = excluded.net_minor, average_order_minor = excluded.average_order_minor,
            time_zone = excluded.time_zone, computed_at = now())"};

    db::Statement<void(Day)> drop_parts{"analytics.drop_parts", R"(
        DELETE FROM revenue_parts WHERE day = $1::text::date)"};

    db::Statement<void(MarketCode, Day, std::vector<std::string>, std::vector<std::string>, std::vector<std::int64_t>,
                       std::vector<std::int64_t>, std::vector<std::int64_t>, std::vector<std::int64_t>,
                       std::vector<std::int64_t>, std::vector<std::int64_t>)>
        store_parts{"analytics.store_parts", R"(
        INSERT INTO revenue_parts (market, day, part, key, total_orders, cancelled_orders, pieces, gross_minor,
                                   cancelled_minor, refunded_minor)
        SELECT $1, $2::text::date, n.part, n.key, n.total_orders, n.cancelled_orders, n.pieces, n.gross_minor,
               n.cancelled_minor, n.refunded_minor
        FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
                    $10::bigint[])
            AS n(part, key, total_orders, cancelled_orders, pieces, gross_minor, cancelled_minor, refunded_minor))"};

    // What a funnel of more than a year ago would begin with is thrown away.
    db::Statement<void()> forget_visits{"analytics.forget_visits", R"(
        DELETE FROM cart_visits WHERE visited_at < now() - interval '400 days')"};
};
inline constexpr Sql sql;
RECORD(Sql, figures, parts, kept, kept_parts, due, start, lock, wait, unmark, store, drop_parts, store_parts,
       forget_visits);

}  // namespace marque::analytics
