#pragma once
// SQL of the audit: sentences about stock, orders and money that must hold at every moment, each with what breaks it.

#include <string>

#include "core/record.h"
#include "db/statement.h"

namespace marque::orders {

struct BrokenRow {
    std::string rule;
    std::int64_t broken = 0;
    std::string example;
};
RECORD(BrokenRow, rule, broken, example);

struct ConservationSql {
    // It reads whole tables, now and then, and may take longer than a visitor would wait.
    db::Statement<std::string()> be_patient{"orders.audit_patiently", R"(
        SELECT set_config('statement_timeout', '60000', true))"};

    // One statement, so that all of it is looked at as of one moment. An order's lines never change, so that only the
    // newest orders are added up again; stock is explained from the first piece on.
    db::Statement<BrokenRow()> broken{"orders.broken_rules", R"(
        WITH newest AS MATERIALIZED (
            SELECT market, id, order_number, status, subtotal_minor, pieces
            FROM orders ORDER BY market, id DESC LIMIT 10000
        ), broken AS (
            SELECT 'ledger' AS rule, 'SKU ' || s.sku_id || ': ' || s.on_hand || ' on hand, ' || coalesce(l.pieces, 0)
                   || ' explained' AS example
            FROM stock s
            LEFT JOIN (SELECT market, sku_id, sum(delta) AS pieces FROM stock_ledger GROUP BY market, sku_id) l
                 ON l.market = s.market AND l.sku_id = s.sku_id
            WHERE s.on_hand <> coalesce(l.pieces, 0)
            UNION ALL
            SELECT 'reserved',
                   'SKU ' || s.sku_id || ': ' || s.reserved || ' reserved, ' || coalesce(h.pieces, 0) || ' held'
            FROM stock s LEFT JOIN (SELECT market, sku_id, sum(quantity) AS pieces FROM stock_reservations
                                    WHERE state = 'held' GROUP BY market, sku_id) h
                 ON h.market = s.market AND h.sku_id = s.sku_id
            WHERE s.reserved <> coalesce(h.pieces, 0)
            UNION ALL
            SELECT 'lines', o.order_number
            FROM newest o LEFT JOIN LATERAL (
                SELECT sum(i.subtotal_minor) AS minor, sum(i.quantity) AS pieces FROM order_items i
                WHERE i.market = o.market AND i.order_id = o.id) i ON true
            WHERE o.subtotal_minor <> coalesce(i.minor, 0) OR o.pieces <> coalesce(i.pieces, 0)
            UNION ALL
            SELECT 'payment', o.order_number FROM newest o
            WHERE NOT EXISTS (SELECT FROM payments p WHERE p.market = o.market AND p.order_id = o.id)
            UNION ALL
            SELECT 'cancelled', o.order_number FROM newest o
            WHERE o.status = 'cancelled'
              AND (EXISTS (SELECT FROM stock_ledger l WHERE l.market = o.market AND l.order_id = o.id
                           GROUP BY l.sku_id HAVING sum(l.delta) < 0)
                   OR EXISTS (SELECT FROM stock_reservations r
                              WHERE r.market = o.market AND r.order_id = o.id AND r.state = 'held'))
        )
        SELECT rule, count(*) AS broken, min(example) AS example FROM broken GROUP BY rule ORDER BY rule)"};
};
inline constexpr ConservationSql conservation_sql;
RECORD(ConservationSql, be_patient, broken);

}  // namespace marque::orders
