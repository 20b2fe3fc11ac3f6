#pragma once
// All SQL of orders. Writing statements run inside one transaction (place.cpp), stock last.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/orders/lifecycle.h"
#include "features/profile/profile.h"
#include "features/promotions/promotions.h"
#include "features/shipping/shipping.h"

namespace marque::orders {

/// Where an order is delivered.
struct DestinationRow {
    std::string address;
    std::optional<std::string> city;
    std::optional<std::string> state;
};
RECORD(DestinationRow, address, city, state);

/// What the transaction must know before it decides: read inside it, never taken from memory or the token.
struct FactsRow {
    OrderId order_id;
    Timestamp now;
    std::int64_t rules_version = 0;
    bool user_is_here = false;
};
RECORD(FactsRow, order_id, now, rules_version, user_is_here);

struct OrderableRow {
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string product_brand;
    std::string size;
    std::string color;
    std::optional<std::string> image_url;
    std::int64_t price_minor = 0;
    std::int32_t quantity = 0;
    std::int64_t available = 0;
    bool is_sold = true;  // false: a line of a cart whose article was switched off, or has no price any more
    std::string tax_class;
    std::optional<std::int32_t> weight_g;
    std::vector<std::string> categories;
};
RECORD(OrderableRow, sku_id, sku_code, product_slug, product_name, product_brand, size, color, image_url, price_minor,
       quantity, available, is_sold, tax_class, weight_g, categories);

struct AvailableRow {
    SkuId sku_id;
    std::int64_t available = 0;
};
RECORD(AvailableRow, sku_id, available);

struct OrderLineRow {
    OrderId id;
    std::string order_number;
    MarketCode market;
    Status status = Status::pending;
    std::string customer_name;
    std::string customer_phone;
    std::optional<std::string> customer_email;
    std::string delivery_address;
    std::optional<std::string> delivery_city;
    std::optional<std::string> delivery_state;
    std::optional<std::string> delivery_notes;
    std::string payment_method;
    std::string payment_status;
    std::string currency;
    std::int64_t subtotal_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t shipping_minor = 0;
    std::int64_t tax_minor = 0;
    std::int64_t tax_included_minor = 0;
    std::int64_t total_minor = 0;
    Timestamp order_date;
    std::optional<Timestamp> confirmed_date;
    std::optional<Timestamp> shipped_date;
    std::optional<Timestamp> delivered_date;
    std::optional<Timestamp> cancelled_date;
    std::optional<std::string> cancel_reason;
    std::optional<std::string> carrier;
    std::optional<std::string> tracking_number;
    std::optional<std::string> tracking_url;
    std::int32_t version = 1;
    db::JsonText charges;  // how the amounts came about
    std::int64_t line_discount_minor = 0;
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string product_brand;
    std::string size;
    std::string color;
    std::optional<std::string> image_url;
    std::int64_t price_minor = 0;
    std::int32_t quantity = 0;
    std::int64_t line_subtotal_minor = 0;
};
RECORD(OrderLineRow, id, order_number, market, status, customer_name, customer_phone, customer_email, delivery_address,
       delivery_city, delivery_state, delivery_notes, payment_method, payment_status, currency, subtotal_minor,
       discount_minor, shipping_minor, tax_minor, tax_included_minor, total_minor, order_date, confirmed_date,
       shipped_date, delivered_date, cancelled_date, cancel_reason, carrier, tracking_number, tracking_url, version,
       charges, line_discount_minor, sku_id, sku_code, product_slug, product_name, product_brand, size, color,
       image_url, price_minor, quantity, line_subtotal_minor);

struct SummaryRow {
    OrderId id;
    std::string order_number;
    MarketCode market;
    std::optional<UserId> user_id;
    Status status = Status::pending;
    std::string customer_name;
    std::string customer_phone;
    std::string payment_method;
    std::string payment_status;
    std::string currency;
    std::int64_t total_minor = 0;
    std::int64_t items_count = 0;
    Timestamp order_date;
    std::int64_t total_count = 0;
};
RECORD(SummaryRow, id, order_number, market, user_id, status, customer_name, customer_phone, payment_method,
       payment_status, currency, total_minor, items_count, order_date, total_count);

struct Sql {
    // Two clicks on "order" wait for each other here, so the second finds the first one's answer below.
    db::Statement<Uuid(Uuid)> lock_cart{"orders.lock_cart", R"(
        SELECT cart_id FROM carts WHERE cart_id = $1::uuid FOR UPDATE)"};

    db::Statement<DestinationRow(UserId, profile::AddressId)> destination{"orders.destination", R"(
        SELECT full_address AS address, city, state FROM addresses WHERE user_id = $1::bigint AND id = $2::bigint)"};

    // The version tells whether the rules in memory are those that hold now (decision record 24).
    db::Statement<FactsRow(std::optional<UserId>)> facts{"orders.facts", R"(
        SELECT nextval(pg_get_serial_sequence('orders', 'id')) AS order_id, now() AS now,
               m.rules_version + coalesce((SELECT v.version FROM rule_versions v WHERE v.market = m.code), 0)
                   AS rules_version,
               $1::bigint IS NULL OR EXISTS (SELECT FROM users WHERE id = $1::bigint AND is_active AND moved_to IS NULL)
                   AS user_is_here
        FROM markets m WHERE m.code = upper(substr(current_user, length('marque_') + 1)))"};

    db::Statement<OrderableRow(Uuid, std::string)> cart_lines{"orders.cart_lines", R"(
        SELECT i.sku_id, k.sku_code, r.slug AS product_slug, coalesce(t.name, r.name) AS product_name,
               r.brand AS product_brand, k.size, k.color, coalesce(k.variant_image, r.image) AS image_url,
               coalesce(marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until), 0) AS price_minor,
               i.quantity, (s.on_hand - s.reserved)::bigint AS available,
               k.is_active AND r.is_active AND p.sku_id IS NOT NULL AS is_sold, r.tax_class, k.weight_g,
               array(SELECT c.slug FROM categories c WHERE c.market = r.category_market
                     AND c.id IN (r.category_id, r.subcategory_id) ORDER BY c.slug) AS categories
        FROM cart_items i
        JOIN stock s ON s.market = i.market AND s.sku_id = i.sku_id
        JOIN skus k ON k.market = s.owner_market AND k.id = i.sku_id
        JOIN products r ON r.market = k.market AND r.id = k.product_id
        LEFT JOIN prices p ON p.market = i.market AND p.sku_id = i.sku_id
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = $2
        WHERE i.cart_id = $1::uuid AND NOT i.saved ORDER BY i.sku_id)"};

    db::Statement<OrderableRow(std::vector<SkuId>, std::vector<std::int32_t>, std::string)> item_lines{
        "orders.item_lines", R"(
        SELECT w.sku_id, k.sku_code, r.slug AS product_slug, coalesce(t.name, r.name) AS product_name,
               r.brand AS product_brand, k.size, k.color, coalesce(k.variant_image, r.image) AS image_url,
               marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS price_minor, w.quantity,
               (s.on_hand - s.reserved)::bigint AS available, true AS is_sold, r.tax_class, k.weight_g,
               array(SELECT c.slug FROM categories c WHERE c.market = r.category_market
                     AND c.id IN (r.category_id, r.subcategory_id) ORDER BY c.slug) AS categories
        FROM unnest($1::bigint[], $2::integer[]) AS w(sku_id, quantity)
        JOIN skus k ON k.id = w.sku_id AND k.is_active
        JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
        JOIN stock s ON s.market = p.market AND s.sku_id = k.id
        JOIN products r ON r.market = k.market AND r.id = k.product_id AND r.is_active
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = $3
        ORDER BY w.sku_id)"};

    db::Statement<void(MarketCode, OrderId, std::string, std::optional<UserId>, std::string, std::string,
                       std::optional<std::string>, std::string, std::optional<std::string>, std::optional<std::string>,
                       std::optional<std::string>, std::string, std::string, std::int64_t, std::int64_t, std::int64_t,
                       std::int64_t, std::int64_t, std::int64_t, Timestamp, std::string, std::string, shipping::Kind,
                       std::optional<std::string>, std::int64_t, std::string, std::optional<std::string>, std::int64_t,
                       std::int64_t, Rounding, std::int32_t)>
        insert_order{"orders.insert_order", R"(
        INSERT INTO orders (market, id, order_number, user_id, customer_name, customer_phone, customer_email,
                            delivery_address, delivery_city, delivery_state, delivery_notes, payment_method, currency,
                            subtotal_minor, discount_minor, shipping_minor, tax_minor, tax_included_minor, total_minor,
                            order_date, shipping_option, shipping_name, shipping_kind, pickup_point, weight_g,
                            tax_label, tax_region, tax_milli_percent, taxable_minor, rounding, pieces)
        VALUES ($1, $2::bigint, $3, $4::bigint, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::bigint, $15::bigint,
                $16::bigint, $17::bigint, $18::bigint, $19::bigint, $20::timestamptz, $21, $22, $23, $24, $25::bigint,
                $26, $27, $28::bigint, $29::bigint, $30, $31::integer))"};

    db::Statement<void(MarketCode, OrderId, std::vector<SkuId>, std::vector<std::string>, std::vector<std::string>,
                       std::vector<std::string>, std::vector<std::string>, std::vector<std::string>,
                       std::vector<std::string>, std::vector<std::optional<std::string>>, std::vector<std::int64_t>,
                       std::vector<std::int32_t>, std::vector<std::int64_t>, std::vector<std::int64_t>,
                       std::vector<std::string>)>
        insert_items{"orders.insert_items", R"(
        INSERT INTO order_items (market, order_id, line, sku_id, sku_code, product_slug, product_name, product_brand,
                                 size, color, image_url, price_minor, quantity, subtotal_minor, discount_minor,
                                 taxable_minor, tax_class)
        SELECT $1, $2::bigint, w.line, w.sku_id, w.sku_code, w.slug, w.name, w.brand, w.size, w.color, w.image,
               w.price_minor, w.quantity, w.price_minor * w.quantity, w.discount_minor, w.taxable_minor, w.tax_class
        FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                    $11::bigint[], $12::integer[], $13::bigint[], $14::bigint[], $15::text[])
             WITH ORDINALITY AS w(sku_id, sku_code, slug, name, brand, size, color, image, price_minor, quantity,
                                  discount_minor, taxable_minor, tax_class, line))"};

    // What follows from an order besides its lines, in one statement: history, payment due, and the ledger of what it
    // takes at once (nothing where it is held until it is paid).
    db::Statement<void(MarketCode, OrderId, std::string, Uuid, std::string, std::int64_t, std::string,
                       std::vector<SkuId>, std::vector<std::int32_t>)>
        insert_consequences{"orders.insert_consequences", R"(
        WITH history AS (
            INSERT INTO order_status_history (market, order_id, status, changed_by)
            VALUES ($1, $2::bigint, 'pending', $3)
        ), payment AS (
            INSERT INTO payments (market, id, order_id, method, amount_minor, currency)
            VALUES ($1, $4::uuid, $2::bigint, $5, $6::bigint, $7)
        )
        INSERT INTO stock_ledger (market, sku_id, delta, reason, order_id)
        SELECT $1, w.sku_id, -w.quantity, 'order', $2::bigint
        FROM unnest($8::bigint[], $9::integer[]) AS w(sku_id, quantity))"};

    db::Statement<void(Uuid, std::vector<SkuId>)> empty_cart{"orders.empty_cart", R"(
        DELETE FROM cart_items WHERE cart_id = $1::uuid AND sku_id = ANY ($2::bigint[]))"};

    // Unconditional on purpose: the check stock_not_oversold fails the whole transaction where too little is there.
    // One statement a SKU, in ascending order, so that two orders never wait for each other in a circle.
    db::Statement<void(SkuId, std::int32_t)> take_stock{"orders.take_stock", R"(
        UPDATE stock SET on_hand = on_hand - $2::integer WHERE sku_id = $1::bigint)"};

    db::Statement<AvailableRow(std::vector<SkuId>)> available{"orders.available", R"(
        SELECT sku_id, (on_hand - reserved)::bigint AS available FROM stock WHERE sku_id = ANY ($1::bigint[]))"};

    db::Statement<OrderLineRow(OrderId, std::optional<UserId>)> detail{"orders.detail", R"(
        SELECT o.id, o.order_number, o.market, o.status, o.customer_name, o.customer_phone, o.customer_email,
               o.delivery_address, o.delivery_city, o.delivery_state, o.delivery_notes, o.payment_method,
               o.payment_status, o.currency, o.subtotal_minor, o.discount_minor, o.shipping_minor, o.tax_minor,
               o.tax_included_minor, o.total_minor, o.order_date, o.confirmed_date, o.shipped_date, o.delivered_date,
               o.cancelled_date, o.cancel_reason, o.carrier, o.tracking_number, o.tracking_url, o.version,
               jsonb_build_object(
                   'shipping_option', o.shipping_option, 'shipping_name', o.shipping_name,
                   'pickup_point', o.pickup_point, 'tax_label', o.tax_label, 'tax_region', o.tax_region,
                   'tax_milli_percent', o.tax_milli_percent, 'taxable_minor', o.taxable_minor, 'rounding', o.rounding,
                   'promotions', g.promotions) AS charges,
               i.discount_minor AS line_discount_minor, i.sku_id, i.sku_code, i.product_slug, i.product_name,
               i.product_brand, i.size, i.color, i.image_url, i.price_minor, i.quantity,
               i.subtotal_minor AS line_subtotal_minor
        FROM orders o
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(jsonb_build_object('code', p.code, 'name', p.name, 'kind', p.kind,
                                                         'amount_minor', p.amount_minor) ORDER BY p.place), '[]')
                       AS promotions
            FROM order_promotions p WHERE p.market = o.market AND p.order_id = o.id) g
        JOIN order_items i ON i.market = o.market AND i.order_id = o.id
        WHERE o.id = $1::bigint AND ($2::bigint IS NULL OR o.user_id = $2::bigint) ORDER BY i.line)"};

    db::Statement<SummaryRow(std::optional<UserId>, std::optional<Status>, std::int32_t, std::int32_t)> list{
        "orders.list", R"(
        SELECT o.id, o.order_number, o.market, o.user_id, o.status, o.customer_name, o.customer_phone, o.payment_method,
               o.payment_status, o.currency, o.total_minor,
               coalesce(o.pieces, (SELECT sum(i.quantity) FROM order_items i
                                   WHERE i.market = o.market AND i.order_id = o.id)) AS items_count,
               o.order_date, count(*) OVER () AS total_count
        FROM orders o
        WHERE ($1::bigint IS NULL OR o.user_id = $1::bigint) AND ($2::text IS NULL OR o.status = $2)
        ORDER BY o.id DESC LIMIT $3::integer OFFSET $4::integer)"};
};
inline constexpr Sql sql;
RECORD(Sql, lock_cart, destination, facts, cart_lines, item_lines, insert_order, insert_items, insert_consequences,
       empty_cart, take_stock, available, detail, list);

/// Only for the negative control "naive_stock": read first, write what was read less what is taken.
struct NaiveSql {
    db::Statement<void(SkuId, std::int64_t)> set_stock{"orders.naive_set_stock", R"(
        UPDATE stock SET on_hand = $2::bigint::integer WHERE sku_id = $1::bigint)"};

    // Between two articles, so that another order comes in between for certain.
    db::Statement<void()> pause{"orders.naive_pause", "SELECT pg_sleep(0.02)"};
};
inline constexpr NaiveSql naive_sql;

}  // namespace marque::orders
