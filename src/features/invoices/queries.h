#pragma once
// All SQL of invoices. What issues holds the order's row first, then the counter's.

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/invoices/content.h"
#include "features/orders/orders.h"

namespace marque::invoices {

/// An order with one of its documents; without, where it has none.
struct DocumentRow {
    orders::Status order_status = orders::Status::pending;
    std::optional<DocumentId> id;
    std::optional<Kind> kind;
    std::int32_t year = 0;
    std::int32_t number = 0;
    std::int64_t amount_minor = 0;
    std::int64_t tax_minor = 0;
    Timestamp issued_at;
    db::JsonText content;
};
RECORD(DocumentRow, order_status, id, kind, year, number, amount_minor, tax_minor, issued_at, content);

struct Sql {
    db::Statement<DocumentRow(OrderId, std::optional<UserId>)> of_order{"invoices.of_order", R"(
        SELECT o.status AS order_status, i.id, i.kind, coalesce(i.year, 0) AS year, coalesce(i.number, 0) AS number,
               coalesce(i.amount_minor, 0) AS amount_minor, coalesce(i.tax_minor, 0) AS tax_minor,
               coalesce(i.issued_at, o.created_at) AS issued_at, coalesce(i.content, '{}') AS content
        FROM orders o LEFT JOIN invoices i ON i.market = o.market AND i.order_id = o.id
        WHERE o.id = $1::bigint AND ($2::bigint IS NULL OR o.user_id = $2::bigint) ORDER BY i.id)"};

    db::Statement<db::JsonText(OrderId)> slip{"invoices.slip", R"(
        SELECT marque_order_document(id) AS content FROM orders WHERE id = $1::bigint)"};

    db::Statement<OrderId(OrderId)> hold{"invoices.hold", R"(
        SELECT id FROM orders WHERE id = $1::bigint FOR NO KEY UPDATE)"};

    // An order that is confirmed gets its invoice, once; nothing while nobody said who sells here.
    db::Statement<void(OrderId)> issue{"invoices.issue", R"(
        WITH facts AS MATERIALIZED (
            SELECT o.market, o.id, o.total_minor, o.tax_minor + o.tax_included_minor AS tax_minor, o.currency,
                   extract(year FROM now() AT TIME ZONE m.time_zone)::integer AS year
            FROM orders o JOIN markets m ON m.code = o.market
            WHERE o.id = $1::bigint AND o.status IN ('confirmed', 'shipped', 'delivered') AND m.seller_name <> ''
              AND NOT EXISTS (SELECT FROM invoices i WHERE i.market = o.market AND i.order_id = o.id)
        ), counter AS (
            INSERT INTO document_counters (market, kind, year, last) SELECT market, 'invoice', year, 1 FROM facts
            ON CONFLICT (market, kind, year) DO UPDATE SET last = document_counters.last + 1
            RETURNING last
        )
        INSERT INTO invoices (market, kind, year, number, order_id, amount_minor, tax_minor, currency, content)
        SELECT f.market, 'invoice', f.year, c.last, f.id, f.total_minor, f.tax_minor, f.currency,
               marque_order_document(f.id)
        FROM facts f, counter c)"};

    // What an invoice states and is no longer owed: all of it where the order is cancelled, else what went back. What
    // earlier credit notes took back counts; of the tax all of them together take their part, rounded down.
    db::Statement<void(OrderId)> credit{"invoices.credit", R"(
        WITH facts AS MATERIALIZED (
            SELECT i.market, i.order_id, i.year AS invoice_year, i.number AS invoice_number, i.content, i.currency,
                   i.amount_minor, i.tax_minor, c.minor AS credited_minor, c.tax_minor AS credited_tax_minor,
                   CASE WHEN o.status = 'cancelled' THEN i.amount_minor
                        ELSE least(p.refunded_minor, i.amount_minor) END AS due_minor,
                   extract(year FROM now() AT TIME ZONE m.time_zone)::integer AS year
            FROM invoices i
            JOIN orders o ON o.market = i.market AND o.id = i.order_id
            JOIN payments p ON p.market = o.market AND p.order_id = o.id
            JOIN markets m ON m.code = i.market
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(n.amount_minor), 0)::bigint AS minor,
                       coalesce(sum(n.tax_minor), 0)::bigint AS tax_minor
                FROM invoices n WHERE n.market = i.market AND n.order_id = i.order_id AND n.kind = 'credit_note') c
            WHERE i.order_id = $1::bigint AND i.kind = 'invoice'
        ), counter AS (
            INSERT INTO document_counters (market, kind, year, last)
            SELECT market, 'credit_note', year, 1 FROM facts WHERE due_minor > credited_minor
            ON CONFLICT (market, kind, year) DO UPDATE SET last = document_counters.last + 1
            RETURNING last
        )
        INSERT INTO invoices (market, kind, year, number, order_id, amount_minor, tax_minor, currency, content)
        SELECT f.market, 'credit_note', f.year, c.last, f.order_id, f.due_minor - f.credited_minor,
               trunc(f.tax_minor::numeric * f.due_minor / f.amount_minor)::bigint - f.credited_tax_minor, f.currency,
               f.content || jsonb_build_object('corrects_year', f.invoice_year, 'corrects_number', f.invoice_number,
                                               'is_whole', f.credited_minor = 0 AND f.due_minor = f.amount_minor)
        FROM facts f, counter c)"};
};
inline constexpr Sql sql;
RECORD(Sql, of_order, slip, hold, issue, credit);

}  // namespace marque::invoices
