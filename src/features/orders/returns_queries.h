#pragma once
// All SQL of returns.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/orders/lifecycle.h"
#include "features/orders/returns.h"

namespace marque::orders {

/// The order a return is about, locked.
struct ReturnOrderRow {
    ReturnId next_id;
    Status status = Status::pending;
    std::string order_number;
    std::string currency;
    bool is_in_time = false;
    std::int64_t tax_minor = 0;
    std::int64_t taxable_minor = 0;
};
RECORD(ReturnOrderRow, next_id, status, order_number, currency, is_in_time, tax_minor, taxable_minor);

/// Pieces of one line of that order that the customer has and has not sent back: of the SKU that was bought, or of one
/// that came for it in an exchange.
struct HeldRow {
    std::int32_t line = 0;
    SkuId sku_id;
    std::int32_t quantity = 0;
};
RECORD(HeldRow, line, sku_id, quantity);

/// A line of that order, with what has come back of it for money.
struct ReturnLineRow {
    std::int32_t line = 0;
    std::int64_t subtotal_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t taxable_minor = 0;
    std::int32_t quantity = 0;
    std::int32_t received = 0;
};
RECORD(ReturnLineRow, line, subtotal_minor, discount_minor, taxable_minor, quantity, received);

struct LockedReturnRow {
    OrderId order_id;
    ReturnState state = ReturnState::requested;
};
RECORD(LockedReturnRow, order_id, state);

struct ReturnItemRow {
    std::int32_t line = 0;
    SkuId sku_id;
    std::int32_t quantity = 0;
    std::optional<SkuId> exchange_sku_id;
};
RECORD(ReturnItemRow, line, sku_id, quantity, exchange_sku_id);

struct ReturnRow {
    ReturnId id;
    OrderId order_id;
    std::string order_number;
    ReturnState state = ReturnState::requested;
    std::string comment;
    std::string decision;
    std::int64_t refund_minor = 0;
    std::string currency;
    Timestamp created_at;
    std::optional<Timestamp> decided_at;
    std::optional<Timestamp> received_at;
    db::JsonText items;
    std::int64_t total_count = 0;
};
RECORD(ReturnRow, id, order_id, order_number, state, comment, decision, refund_minor, currency, created_at, decided_at,
       received_at, items, total_count);

struct ReturnsSql {
    db::Statement<ReturnOrderRow(OrderId, std::optional<UserId>)> lock_order{"orders.lock_for_return", R"(
        SELECT nextval(pg_get_serial_sequence('returns', 'id')) AS next_id, o.status, o.order_number, o.currency,
               coalesce(o.delivered_date + make_interval(days => m.return_days) > now(), false) AS is_in_time,
               o.tax_minor, o.taxable_minor
        FROM orders o JOIN markets m ON m.code = o.market
        WHERE o.id = $1::bigint AND ($2::bigint IS NULL OR o.user_id = $2::bigint) FOR UPDATE OF o)"};

    db::Statement<OrderId(OrderId, std::optional<UserId>)> order_exists{"orders.exists", R"(
        SELECT id FROM orders WHERE id = $1::bigint AND ($2::bigint IS NULL OR user_id = $2::bigint))"};

    db::Statement<OrderId(ReturnId)> order_of{"orders.order_of_return", R"(
        SELECT order_id FROM returns WHERE id = $1::bigint)"};

    db::Statement<ReturnLineRow(OrderId)> lines{"orders.return_lines", R"(
        SELECT i.line, i.subtotal_minor, i.discount_minor, i.taxable_minor, i.quantity,
               coalesce((SELECT sum(b.quantity) FROM returns r
                         JOIN return_items b ON b.market = r.market AND b.return_id = r.id
                         WHERE r.market = i.market AND r.order_id = i.order_id AND r.state = 'received'
                           AND b.line = i.line AND b.exchange_sku_id IS NULL), 0)::integer AS received
        FROM order_items i WHERE i.order_id = $1::bigint ORDER BY i.line)"};

    // The order's lock is held, so nothing is asked for meanwhile. $2: the negative control, which counts what came in
    // exchanges and forgets that it went back.
    db::Statement<HeldRow(OrderId, bool)> held{"orders.held_lines", R"(
        SELECT i.line, h.sku_id, h.quantity
        FROM order_items i CROSS JOIN LATERAL (
            SELECT p.sku_id, sum(p.quantity)::integer AS quantity
            FROM (SELECT i.sku_id, i.quantity
                  UNION ALL
                  SELECT b.exchange_sku_id, b.quantity
                  FROM returns r JOIN return_items b ON b.market = r.market AND b.return_id = r.id
                  WHERE r.market = i.market AND r.order_id = i.order_id AND r.state = 'received'
                    AND b.line = i.line AND b.exchange_sku_id IS NOT NULL
                  UNION ALL
                  SELECT b.sku_id, -b.quantity
                  FROM returns r JOIN return_items b ON b.market = r.market AND b.return_id = r.id
                  WHERE r.market = i.market AND r.order_id = i.order_id
                    AND r.state IN ('requested', 'approved', 'received') AND b.line = i.line
                    AND NOT ($2::boolean AND b.sku_id <> i.sku_id)) p
            GROUP BY p.sku_id) h
        WHERE i.order_id = $1::bigint ORDER BY i.line, h.sku_id = i.sku_id DESC, h.sku_id)"};

    // Which of the pairs may be exchanged: two SKUs of one product that cost the same now.
    db::Statement<SkuId(std::vector<SkuId>, std::vector<SkuId>)> exchangeable{"orders.exchangeable", R"(
        SELECT w.other
        FROM unnest($1::bigint[], $2::bigint[]) AS w(sku_id, other)
        JOIN skus a ON a.id = w.sku_id
        JOIN skus b ON b.id = w.other AND b.market = a.market AND b.product_id = a.product_id AND b.is_active
        JOIN prices p ON p.owner_market = a.market AND p.sku_id = a.id
        JOIN prices q ON q.market = p.market AND q.owner_market = b.market AND q.sku_id = b.id
        WHERE a.id <> b.id AND marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until)
                             = marque_price(q.price_minor, q.sale_minor, q.sale_from, q.sale_until))"};

    db::Statement<void(OrderId, std::vector<std::int32_t>, std::vector<std::int32_t>)> count_returned{
        "orders.count_returned", R"(
        UPDATE order_items i SET returned = i.returned + w.quantity
        FROM (SELECT line, sum(quantity)::integer AS quantity
              FROM unnest($2::integer[], $3::integer[]) AS w(line, quantity) GROUP BY line) w
        WHERE i.order_id = $1::bigint AND i.line = w.line)"};

    db::Statement<void(MarketCode, ReturnId, OrderId, std::optional<UserId>, std::string, std::string)> insert{
        "orders.insert_return", R"(
        INSERT INTO returns (market, id, order_id, user_id, comment, currency)
        VALUES ($1, $2::bigint, $3::bigint, $4::bigint, $5, $6))"};

    db::Statement<void(MarketCode, ReturnId, std::vector<std::int32_t>, std::vector<SkuId>, std::vector<std::int32_t>,
                       std::vector<ReturnReason>, std::vector<std::optional<SkuId>>)>
        insert_items{"orders.insert_return_items", R"(
        INSERT INTO return_items (market, return_id, line, sku_id, quantity, reason, exchange_sku_id)
        SELECT $1, $2::bigint, w.line, w.sku_id, w.quantity, w.reason, w.exchange
        FROM unnest($3::integer[], $4::bigint[], $5::integer[], $6::text[], $7::bigint[])
             AS w(line, sku_id, quantity, reason, exchange))"};

    db::Statement<LockedReturnRow(ReturnId, std::optional<UserId>)> lock{"orders.lock_return", R"(
        SELECT order_id, state FROM returns
        WHERE id = $1::bigint AND ($2::bigint IS NULL OR user_id = $2::bigint) FOR UPDATE)"};

    db::Statement<ReturnItemRow(ReturnId)> items{"orders.return_items", R"(
        SELECT line, sku_id, quantity, exchange_sku_id FROM return_items WHERE return_id = $1::bigint ORDER BY line)"};

    db::Statement<void(ReturnId, ReturnState, std::string, std::optional<std::string>, std::int64_t)> set_state{
        "orders.set_return_state", R"(
        UPDATE returns SET state = $2, decision = CASE WHEN $3 = '' THEN decision ELSE $3 END,
               decided_by = coalesce($4, decided_by), refund_minor = $5::bigint,
               decided_at = CASE WHEN $4 IS NULL THEN decided_at ELSE coalesce(decided_at, now()) END,
               received_at = CASE $2 WHEN 'received' THEN now() END
        WHERE id = $1::bigint)"};

    // Rows of stock in ascending order, as orders take them, so that nobody waits in a circle.
    db::Statement<SkuId(std::vector<SkuId>)> lock_stock{"orders.lock_stock", R"(
        SELECT sku_id FROM stock WHERE sku_id = ANY ($1::bigint[]) ORDER BY sku_id FOR NO KEY UPDATE)"};

    // The check stock_not_oversold fails the transaction where too little is there.
    db::Statement<void(MarketCode, OrderId, SkuId, std::int32_t)> take_exchange{"orders.take_exchange", R"(
        WITH taken AS (
            UPDATE stock SET on_hand = on_hand - $4::integer WHERE sku_id = $3::bigint RETURNING sku_id
        )
        INSERT INTO stock_ledger (market, sku_id, delta, reason, order_id)
        SELECT $1, sku_id, -$4::integer, 'exchange', $2::bigint FROM taken)"};

    db::Statement<ReturnRow(std::optional<ReturnId>, std::optional<OrderId>, std::optional<UserId>,
                            std::optional<ReturnState>, std::int32_t, std::int32_t)>
        list{"orders.list_returns", R"(
        SELECT r.id, r.order_id, o.order_number, r.state, r.comment, r.decision, r.refund_minor, r.currency,
               r.created_at, r.decided_at, r.received_at,
               (SELECT coalesce(json_agg(json_build_object(
                           'sku_id', b.sku_id::text, 'sku_code', coalesce(k.sku_code, i.sku_code),
                           'product_slug', i.product_slug, 'product_name', i.product_name,
                           'size', coalesce(k.size, i.size), 'color', coalesce(k.color, i.color),
                           'quantity', b.quantity, 'reason', b.reason,
                           'exchange_sku_id', b.exchange_sku_id::text) ORDER BY b.line, b.sku_id), '[]')
                FROM return_items b
                JOIN order_items i ON i.market = b.market AND i.order_id = r.order_id AND i.line = b.line
                LEFT JOIN stock s ON s.market = b.market AND s.sku_id = b.sku_id AND b.sku_id <> i.sku_id
                LEFT JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id
                WHERE b.market = r.market AND b.return_id = r.id) AS items,
               count(*) OVER () AS total_count
        FROM returns r JOIN orders o ON o.market = r.market AND o.id = r.order_id
        WHERE ($1::bigint IS NULL OR r.id = $1::bigint) AND ($2::bigint IS NULL OR r.order_id = $2::bigint)
          AND ($3::bigint IS NULL OR o.user_id = $3::bigint) AND ($4::text IS NULL OR r.state = $4)
        ORDER BY r.id DESC LIMIT $5::integer OFFSET $6::integer)"};
};
inline constexpr ReturnsSql returns_sql;
RECORD(ReturnsSql, lock_order, order_exists, order_of, lines, held, exchangeable, count_returned, insert, insert_items,
       lock, items, set_state, lock_stock, take_exchange, list);

}  // namespace marque::orders
