#pragma once
// SQL of reports that are no sums of kept days: who bought, the funnel, what runs out, what does not sell; and rates.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "core/money.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/analytics/analytics.h"

namespace marque::analytics {

struct ProductNameRow {
    std::string slug;
    std::string name;
    std::string category_slug;
    std::string category_name;
};
RECORD(ProductNameRow, slug, name, category_slug, category_name);

struct BuyersRow {
    std::int64_t customers = 0;
    std::int64_t guests = 0;
    std::int64_t orders = 0;
    std::int64_t repeat_customers = 0;
};
RECORD(BuyersRow, customers, guests, orders, repeat_customers);

struct FunnelRow {
    std::int64_t carts = 0;
    std::int64_t orders = 0;
    std::int64_t paid_orders = 0;
};
RECORD(FunnelRow, carts, orders, paid_orders);

struct RunningOutRow {
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string size;
    std::string color;
    std::int64_t available = 0;
    std::int64_t sold_pieces = 0;
    std::int64_t days_left = 0;
};
RECORD(RunningOutRow, sku_code, product_slug, product_name, size, color, available, sold_pieces, days_left);

struct UnsoldRow {
    std::string product_slug;
    std::string product_name;
    std::int64_t available = 0;
    std::int64_t price_minor = 0;
    Timestamp created_at;
};
RECORD(UnsoldRow, product_slug, product_name, available, price_minor, created_at);

struct RateRow {
    std::string currency;
    Day from;
    std::int64_t rate_billionths = 0;
    std::string set_by;
    Timestamp set_at;
};
RECORD(RateRow, currency, from, rate_billionths, set_by, set_at);

struct ReportSql {
    db::Statement<ProductNameRow(std::vector<std::string>)> names{"reports.names", R"(
        SELECT r.slug, r.name, c.slug AS category_slug, c.name AS category_name
        FROM products r JOIN categories c ON c.market = r.category_market AND c.id = r.category_id
        WHERE r.slug = ANY ($1::text[]))"};

    // A customer is an account, a guest's a phone. Whoever bought before the period, or twice in it, came back.
    db::Statement<BuyersRow(Day, Day, std::string)> buyers{"reports.buyers", R"(
        WITH buyers AS (
            SELECT o.user_id, CASE WHEN o.user_id IS NULL THEN o.phone_backwards END AS guest, count(*) AS orders
            FROM orders o
            WHERE o.order_date >= $1::text::date::timestamp AT TIME ZONE $3
              AND o.order_date < ($2::text::date + 1)::timestamp AT TIME ZONE $3 AND o.status <> 'cancelled'
            GROUP BY 1, 2)
        SELECT count(*) AS customers, count(*) FILTER (WHERE b.user_id IS NULL) AS guests,
               coalesce(sum(b.orders), 0)::bigint AS orders,
               count(*) FILTER (WHERE b.orders > 1
                   OR EXISTS (SELECT FROM orders e
                              WHERE e.user_id = b.user_id AND e.status <> 'cancelled'
                                AND e.order_date < $1::text::date::timestamp AT TIME ZONE $3)
                   OR EXISTS (SELECT FROM orders e
                              WHERE e.phone_backwards = b.guest AND e.user_id IS NULL AND e.status <> 'cancelled'
                                AND e.order_date < $1::text::date::timestamp AT TIME ZONE $3)) AS repeat_customers
        FROM buyers b)"};

    db::Statement<FunnelRow(Day, Day, std::string)> funnel{"reports.funnel", R"(
        SELECT (SELECT count(DISTINCT v.cart_id) FROM cart_visits v
                WHERE v.visited_at >= $1::text::date::timestamp AT TIME ZONE $3
                  AND v.visited_at < ($2::text::date + 1)::timestamp AT TIME ZONE $3) AS carts,
               count(*) AS orders, count(*) FILTER (WHERE p.captured_minor > 0) AS paid_orders
        FROM orders o
        LEFT JOIN payments p ON p.market = o.market AND p.order_id = o.id
        WHERE o.order_date >= $1::text::date::timestamp AT TIME ZONE $3
          AND o.order_date < ($2::text::date + 1)::timestamp AT TIME ZONE $3)"};

    // Pieces of the last $1 days, less what came back, against what can still be sold; gone within $2 days.
    db::Statement<RunningOutRow(std::int32_t, std::int32_t, std::int32_t)> running_out{"reports.running_out", R"(
        WITH sold AS (
            SELECT i.sku_id, sum(i.quantity - i.returned)::bigint AS pieces
            FROM (SELECT r.market, r.id FROM orders r
                  WHERE r.order_date >= now() - make_interval(days => $1::integer) AND r.status <> 'cancelled'
                  OFFSET 0) AS o
            CROSS JOIN LATERAL (SELECT l.sku_id, l.quantity, l.returned FROM order_items l
                                WHERE l.market = o.market AND l.order_id = o.id OFFSET 0) AS i
            GROUP BY i.sku_id HAVING sum(i.quantity - i.returned) > 0
        ), speed AS (
            SELECT s.owner_market, s.sku_id, greatest(s.on_hand - s.reserved, 0)::bigint AS available, d.pieces,
                   greatest(s.on_hand - s.reserved, 0)::bigint * $1::integer / d.pieces AS days_left
            FROM sold d JOIN stock s ON s.sku_id = d.sku_id)
        SELECT k.sku_code, r.slug AS product_slug, r.name AS product_name, k.size, k.color, d.available,
               d.pieces AS sold_pieces, d.days_left
        FROM speed d
        JOIN skus k ON k.market = d.owner_market AND k.id = d.sku_id
        JOIN products r ON r.market = k.market AND r.id = k.product_id
        WHERE d.days_left <= $2::integer AND k.is_active AND r.is_active
        ORDER BY d.days_left, d.pieces DESC, k.sku_code LIMIT $3::integer)"};

    // What can be bought and has been there for the whole time, but is in none of the slugs $1.
    db::Statement<UnsoldRow(std::vector<std::string>, std::int32_t, std::int32_t)> unsold{"reports.unsold", R"(
        SELECT r.slug AS product_slug, r.name AS product_name, sum(s.on_hand - s.reserved)::bigint AS available,
               min(p.price_minor) AS price_minor, r.created_at
        FROM products r
        JOIN skus k ON k.market = r.market AND k.product_id = r.id AND k.is_active
        JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id AND s.in_stock
        JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
        WHERE r.is_active AND r.created_at <= now() - make_interval(days => $2::integer)
          AND NOT EXISTS (SELECT FROM unnest($1::text[]) AS n(slug) WHERE n.slug = r.slug)
        GROUP BY r.market, r.id
        ORDER BY available DESC, r.slug LIMIT $3::integer)"};

    // For reports that join whole tables: the planner takes row-level security's own condition for one that few rows
    // meet, and would compare each row with each.
    db::Statement<std::string()> join_by_hash{"reports.join_by_hash", R"(
        SELECT set_config('enable_nestloop', 'off', true))"};

    db::Statement<RateRow()> rates{"reports.rates", R"(
        SELECT currency, from_date::text AS from, rate_billionths, set_by, set_at
        FROM report_rates ORDER BY currency, from_date DESC)"};

    db::Statement<void(MarketCode, Currency, Day, std::int64_t, std::string)> set_rate{"reports.set_rate", R"(
        INSERT INTO report_rates (market, currency, from_date, rate_billionths, set_by)
        VALUES ($1, $2, $3::text::date, $4::bigint, $5)
        ON CONFLICT (market, currency, from_date) DO UPDATE SET
            rate_billionths = excluded.rate_billionths, set_by = excluded.set_by, set_at = now())"};
};
inline constexpr ReportSql report_sql;
RECORD(ReportSql, names, buyers, funnel, running_out, unsold, join_by_hash, rates, set_rate);

}  // namespace marque::analytics
