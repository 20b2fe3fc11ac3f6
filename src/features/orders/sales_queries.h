#pragma once
// SQL of counting sales (sales.cpp): all of it in one transaction of one market.

#include <string>

#include "core/market.h"
#include "core/record.h"
#include "db/statement.h"

namespace marque::orders {

struct CountedRow {
    std::string counted_before;  // the number of a transaction
    std::int64_t counted_after = 0;
};
RECORD(CountedRow, counted_before, counted_after);

struct SalesSql {
    db::Statement<void(MarketCode)> start{"orders.start_sales", R"(
        INSERT INTO sales_counting (market) VALUES ($1) ON CONFLICT DO NOTHING)"};

    // The first counting of a shop that has sold for years may take longer than a visitor would wait.
    db::Statement<std::string()> be_patient{"orders.count_patiently", R"(
        SELECT set_config('statement_timeout', '60000', true))"};

    // No row: another server is counting.
    db::Statement<CountedRow(MarketCode)> lock{"orders.lock_sales", R"(
        SELECT counted_before::text AS counted_before, counted_after FROM sales_counting
        WHERE market = $1 FOR UPDATE SKIP LOCKED)"};

    // Products of a step that came since, each with the pieces that were ordered less those that were cancelled. Where
    // nobody has counted so far no transaction can have, the database came from another cluster, whose numbers mean
    // nothing here: what it brought along was counted there.
    db::Statement<void(MarketCode, std::string, std::int64_t)> count{"orders.count_sales", R"(
        WITH moved AS (
            SELECT s.owner_market AS product_market, k.product_id,
                   sum(CASE h.status WHEN 'pending' THEN i.quantity ELSE -i.quantity END)::integer AS pieces
            FROM order_status_history h
            JOIN order_items i ON i.market = h.market AND i.order_id = h.order_id
            JOIN stock s ON s.market = i.market AND s.sku_id = i.sku_id
            JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id
            WHERE h.status IN ('pending', 'cancelled') AND h.xid >= $2::text::xid8
              AND h.xid < pg_snapshot_xmin(pg_current_snapshot()) AND h.id > $3::bigint
            GROUP BY s.owner_market, k.product_id
            HAVING sum(CASE h.status WHEN 'pending' THEN i.quantity ELSE -i.quantity END) <> 0
        ), known AS (
            UPDATE product_stats t SET sales_count = greatest(0, t.sales_count + m.pieces)
            FROM moved m WHERE t.market = $1 AND t.product_market = m.product_market AND t.product_id = m.product_id
            RETURNING t.product_market, t.product_id
        ), added AS (
            INSERT INTO product_stats (market, product_market, product_id, sales_count)
            SELECT $1, m.product_market, m.product_id, m.pieces FROM moved m
            WHERE m.pieces > 0 AND NOT EXISTS (
                SELECT FROM known n WHERE n.product_market = m.product_market AND n.product_id = m.product_id)
            ON CONFLICT (market, product_market, product_id)
            DO UPDATE SET sales_count = product_stats.sales_count + excluded.sales_count
        )
        UPDATE sales_counting
        SET counted_before = pg_snapshot_xmin(pg_current_snapshot()), counted_at = now(),
            counted_after = CASE WHEN $2::text::xid8 <= pg_snapshot_xmax(pg_current_snapshot()) THEN counted_after
                                 ELSE (SELECT coalesce(max(id), 0) FROM order_status_history) END
        WHERE market = $1)"};
};
inline constexpr SalesSql sales_sql;
RECORD(SalesSql, start, be_patient, lock, count);

}  // namespace marque::orders
