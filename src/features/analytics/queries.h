#pragma once
// SQL of revenue: figures of a market's own days, and their snapshots.

#include <optional>
#include <string>

#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::analytics {

struct FiguresRow {
    std::int64_t total_orders = 0;
    std::int64_t cancelled_orders = 0;
    std::int64_t gross_minor = 0;
    std::int64_t cancelled_minor = 0;
    std::int64_t refunded_minor = 0;
};
RECORD(FiguresRow, total_orders, cancelled_orders, gross_minor, cancelled_minor, refunded_minor);

struct Sql {
    // $1 to $2, both included, are days of the time zone $3. Refunds of a cancelled order are in `cancelled` already.
    db::Statement<FiguresRow(std::string, std::string, std::string)> figures{"analytics.figures", R"(
        SELECT count(*) AS total_orders, count(*) FILTER (WHERE o.status = 'cancelled') AS cancelled_orders,
               coalesce(sum(o.total_minor), 0)::bigint AS gross_minor,
               coalesce(sum(o.total_minor) FILTER (WHERE o.status = 'cancelled'), 0)::bigint AS cancelled_minor,
               coalesce(sum(p.refunded_minor) FILTER (WHERE o.status <> 'cancelled'), 0)::bigint AS refunded_minor
        FROM orders o
        LEFT JOIN payments p ON p.market = o.market AND p.order_id = o.id
        WHERE o.order_date >= $1::date::timestamp AT TIME ZONE $3
          AND o.order_date < ($2::date + 1)::timestamp AT TIME ZONE $3)"};

    db::Statement<void(MarketCode, std::string, std::string, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                       std::int64_t, std::int64_t, std::int64_t)>
        store{"analytics.store", R"(
        INSERT INTO revenue_snapshots (market, day, currency, total_orders, cancelled_orders, gross_minor,
                                       cancelled_minor, refunded_minor, net_minor, average_order_minor)
        VALUES ($1, $2::date, $3, $4::bigint, $5::bigint, $6::bigint, $7::bigint, $8::bigint, $9::bigint, $10::bigint)
        ON CONFLICT (market, day) DO UPDATE SET
            currency = excluded.currency, total_orders = excluded.total_orders,
            cancelled_orders = excluded.cancelled_orders, gross_minor = excluded.gross_minor,
            cancelled_minor = excluded.cancelled_minor, refunded_minor = excluded.refunded_minor,
            net_minor = excluded.net_minor, average_order_minor = excluded.average_order_minor, computed_at = now())"};
};
inline constexpr Sql sql;
RECORD(Sql, figures, store);

}  // namespace marque::analytics
