#pragma once
// SQL of what becomes of orders: changes of state, and what they leave behind.

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

namespace marque::orders {

struct MovedRow {
    OrderId id;
};
RECORD(MovedRow, id);

struct StateRow {
    Status status = Status::pending;
    std::string order_number;
    std::optional<std::string> carrier;
    std::optional<std::string> tracking_number;
    std::optional<std::string> tracking_url;
};
RECORD(StateRow, status, order_number, carrier, tracking_number, tracking_url);

struct StepRow {
    Status status = Status::pending;
    std::string notes;
    std::string changed_by;
    Timestamp created_at;
};
RECORD(StepRow, status, notes, changed_by, created_at);

struct MovesSql {
    // The state is asked for by the statement that changes it, so of two moves at once one finds the other's state.
    db::Statement<MovedRow(OrderId, Status, std::vector<Status>, std::optional<UserId>, std::string, std::string,
                           std::optional<std::string>, std::optional<std::string>, std::optional<std::string>)>
        move{"orders.move", R"(
        WITH moved AS (
            UPDATE orders SET status = $2, version = version + 1, updated_at = now(),
                   confirmed_date = CASE $2 WHEN 'confirmed' THEN now() ELSE confirmed_date END,
                   shipped_date = CASE $2 WHEN 'shipped' THEN now() ELSE shipped_date END,
                   delivered_date = CASE $2 WHEN 'delivered' THEN now() ELSE delivered_date END,
                   cancelled_date = CASE $2 WHEN 'cancelled' THEN now() ELSE cancelled_date END,
                   cancel_reason = CASE $2 WHEN 'cancelled' THEN nullif($5, '') ELSE cancel_reason END,
                   carrier = coalesce($7, carrier), tracking_number = coalesce($8, tracking_number),
                   tracking_url = coalesce($9, tracking_url)
            WHERE id = $1::bigint AND status = ANY ($3::text[]) AND ($4::bigint IS NULL OR user_id = $4::bigint)
            RETURNING market, id
        ), step AS (
            INSERT INTO order_status_history (market, order_id, status, notes, changed_by)
            SELECT market, id, $2, $5, $6 FROM moved
        )
        SELECT id FROM moved)"};

    db::Statement<StateRow(OrderId, std::optional<UserId>)> state{"orders.state", R"(
        SELECT status, order_number, carrier, tracking_number, tracking_url FROM orders
        WHERE id = $1::bigint AND ($2::bigint IS NULL OR user_id = $2::bigint))"};

    db::Statement<StepRow(OrderId, std::optional<UserId>)> history{"orders.history", R"(
        SELECT h.status, h.notes, h.changed_by, h.created_at
        FROM orders o JOIN order_status_history h ON h.market = o.market AND h.order_id = o.id
        WHERE o.id = $1::bigint AND ($2::bigint IS NULL OR o.user_id = $2::bigint) ORDER BY h.id)"};
};
inline constexpr MovesSql moves_sql;
RECORD(MovesSql, move, state, history);

}  // namespace marque::orders
