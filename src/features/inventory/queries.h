#pragma once
// All SQL of holding, claiming and giving back stock. Each runs inside the transaction of what it follows from.

#include <string>
#include <vector>

#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/statement.h"

namespace marque::inventory {

struct Sql {
    db::Statement<void(MarketCode, OrderId, std::vector<SkuId>, std::vector<std::int32_t>, std::int32_t)> hold{
        "inventory.hold", R"(
        INSERT INTO stock_reservations (market, order_id, sku_id, quantity, expires_at)
        SELECT $1, $2::bigint, w.sku_id, w.quantity, now() + interval '1 second' * $5::integer
        FROM unnest($3::bigint[], $4::integer[]) AS w(sku_id, quantity))"};

    // Unconditional on purpose, and one statement a SKU in ascending order: see orders.take_stock.
    db::Statement<void(SkuId, std::int32_t)> reserve{"inventory.reserve", R"(
        UPDATE stock SET reserved = reserved + $2::integer WHERE sku_id = $1::bigint)"};

    // All that an order ever had of the stock; what follows in the transaction sees what others did to it before.
    db::Statement<SkuId(OrderId)> lock{"inventory.lock", R"(
        SELECT sku_id FROM stock
        WHERE sku_id IN (SELECT sku_id FROM stock_reservations WHERE order_id = $1::bigint
                         UNION ALL SELECT sku_id FROM stock_ledger WHERE order_id = $1::bigint)
        ORDER BY sku_id FOR NO KEY UPDATE)"};

    // What was released is claimed only where all of it is still there.
    db::Statement<bool(MarketCode, OrderId)> claim{"inventory.claim", R"(
        WITH short AS (
            SELECT FROM stock_reservations r JOIN stock s ON s.market = r.market AND s.sku_id = r.sku_id
            WHERE r.order_id = $2::bigint AND r.state = 'released' AND s.on_hand - s.reserved < r.quantity
        ), claimed AS (
            UPDATE stock_reservations r SET state = 'claimed', changed_at = now()
            FROM stock_reservations before
            WHERE before.market = r.market AND before.order_id = r.order_id AND before.sku_id = r.sku_id
              AND r.order_id = $2::bigint AND r.state IN ('held', 'released') AND NOT EXISTS (SELECT FROM short)
            RETURNING r.sku_id, r.quantity, CASE before.state WHEN 'held' THEN r.quantity ELSE 0 END AS was_held
        ), explained AS (
            INSERT INTO stock_ledger (market, sku_id, delta, reason, order_id)
            SELECT $1, sku_id, -quantity, 'order', $2::bigint FROM claimed
        ), taken AS (
            UPDATE stock s SET on_hand = s.on_hand - c.quantity, reserved = s.reserved - c.was_held
            FROM claimed c WHERE s.sku_id = c.sku_id
        )
        SELECT EXISTS (SELECT FROM claimed)
               OR NOT EXISTS (SELECT FROM stock_reservations WHERE order_id = $2::bigint AND state <> 'claimed')
               AS has_stock)"};

    db::Statement<void(OrderId)> release_expired{"inventory.release_expired", R"(
        WITH released AS (
            UPDATE stock_reservations SET state = 'released', changed_at = now()
            WHERE order_id = $1::bigint AND state = 'held' AND expires_at <= now()
            RETURNING sku_id, quantity
        )
        UPDATE stock s SET reserved = s.reserved - r.quantity FROM released r WHERE s.sku_id = r.sku_id)"};

    // Held pieces are let go, taken ones come back: as many as the ledger says are still out, so never twice.
    db::Statement<void(MarketCode, OrderId, std::string)> give_back{"inventory.give_back", R"(
        WITH released AS (
            UPDATE stock_reservations SET state = 'released', changed_at = now()
            WHERE order_id = $2::bigint AND state = 'held'
            RETURNING sku_id, quantity
        ), back AS (
            SELECT sku_id, -sum(delta)::integer AS quantity FROM stock_ledger
            WHERE order_id = $2::bigint GROUP BY sku_id HAVING sum(delta) < 0
        ), explained AS (
            INSERT INTO stock_ledger (market, sku_id, delta, reason, order_id)
            SELECT $1, sku_id, quantity, $3, $2::bigint FROM back
        ), change AS (
            SELECT sku_id, sum(taken)::integer AS taken, sum(held)::integer AS held
            FROM (SELECT sku_id, quantity AS taken, 0 AS held FROM back
                  UNION ALL SELECT sku_id, 0, quantity FROM released) parts
            GROUP BY sku_id
        )
        UPDATE stock s SET on_hand = s.on_hand + c.taken, reserved = s.reserved - c.held
        FROM change c WHERE s.sku_id = c.sku_id)"};

    db::Statement<void(MarketCode, OrderId, std::string, std::vector<SkuId>, std::vector<std::int32_t>)> give_back_some{
        "inventory.give_back_some", R"(
        WITH back AS (
            SELECT w.sku_id, least(w.quantity, taken.quantity) AS quantity
            FROM (SELECT sku_id, sum(quantity)::integer AS quantity
                  FROM unnest($4::bigint[], $5::integer[]) AS w(sku_id, quantity) GROUP BY sku_id) w
            JOIN (SELECT sku_id, -sum(delta)::integer AS quantity FROM stock_ledger
                  WHERE order_id = $2::bigint GROUP BY sku_id HAVING sum(delta) < 0) taken USING (sku_id)
        ), explained AS (
            INSERT INTO stock_ledger (market, sku_id, delta, reason, order_id)
            SELECT $1, sku_id, quantity, $3, $2::bigint FROM back
        )
        UPDATE stock s SET on_hand = s.on_hand + b.quantity FROM back b WHERE s.sku_id = b.sku_id)"};

    db::Statement<OrderId(std::int32_t)> due{"inventory.due", R"(
        SELECT DISTINCT order_id FROM stock_reservations WHERE state = 'held' AND expires_at <= now()
        ORDER BY order_id LIMIT $1::integer)"};
};
inline constexpr Sql sql;
/// Only for the negative control "forget_hold_state": lets go what is claimed already.
struct ForgetfulSql {
    db::Statement<void(OrderId)> release_expired{"inventory.forget_and_release", R"(
        WITH released AS (
            UPDATE stock_reservations SET state = 'released', changed_at = now()
            WHERE order_id = $1::bigint AND expires_at <= now() RETURNING sku_id, quantity
        )
        UPDATE stock s SET reserved = s.reserved - r.quantity FROM released r WHERE s.sku_id = r.sku_id)"};

    db::Statement<OrderId(std::int32_t)> due{"inventory.forget_and_find", R"(
        SELECT DISTINCT order_id FROM stock_reservations WHERE state <> 'released' AND expires_at <= now()
        ORDER BY order_id LIMIT $1::integer)"};
};
inline constexpr ForgetfulSql forgetful_sql;
RECORD(Sql, hold, reserve, lock, claim, release_expired, give_back, give_back_some, due);

}  // namespace marque::inventory
