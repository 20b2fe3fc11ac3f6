#pragma once
// What `marque adopt` asks and writes. Tables "old_…" are those of app/old_shop.h; the others are made here, for one
// connection. $1 is the market wherever a statement writes rows of one.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::app {

struct OldPersonRow {
    std::string source;
    std::int64_t id = 0;
    std::string phone;
    std::optional<std::string> full_name;
};
RECORD(OldPersonRow, source, id, phone, full_name);

struct OldGoodsRow {
    std::string owner;  // "ALL" or a market's code
    std::string slug;
    std::string sku_code;
    std::string name;
    std::string category;
    std::optional<std::string> subcategory;
    std::optional<std::string> brand;
    std::optional<std::string> description;
    std::vector<std::string> features;
    std::vector<std::string> images;
    std::optional<std::string> size;
    std::optional<std::string> color;
    std::optional<std::string> image;
    bool is_active = true;
    bool is_product_active = true;
    bool is_featured = false;
    bool is_best_seller = false;
};
RECORD(OldGoodsRow, owner, slug, sku_code, name, category, subcategory, brand, description, features, images, size,
       color, image, is_active, is_product_active, is_featured, is_best_seller);

struct OldOfferRow {
    std::string market;
    std::string sku_code;
    std::string price;
    std::optional<std::string> original;
    std::int64_t pieces = 0;
};
RECORD(OldOfferRow, market, sku_code, price, original, pieces);

/// Something that a person should look at: refused, merged or moved.
struct AdoptedNoteRow {
    std::string source;
    std::string kind;
    std::string name;
    std::string what;
};
RECORD(AdoptedNoteRow, source, kind, name, what);

struct AdoptSql {
    db::Statement<OldPersonRow()> people{"adopt.people", R"(
        SELECT source, id, phone, full_name FROM old_users ORDER BY source, id)"};
    db::Statement<void(std::vector<std::string>, std::vector<std::int64_t>, std::vector<std::string>,
                       std::vector<std::string>, std::vector<std::string>)>
        put_people{"adopt.put_people", R"(
        INSERT INTO adopted_people (source, old_id, phone, home, label)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[]))"};

    // A SKU that stands in several databases belongs to all markets, and so does its product.
    db::Statement<OldGoodsRow()> goods{"adopt.goods", R"(
        WITH shared AS (
            SELECT DISTINCT a.source, a.product_id FROM old_skus a
            JOIN old_skus b ON b.sku_code = a.sku_code AND b.source <> a.source
        ), first_of AS (
            SELECT DISTINCT ON (sku_code) source, id FROM old_skus ORDER BY sku_code, source
        ), told AS (
            SELECT s.source, s.product_id, s.sku_code, s.size, s.color, s.variant_image, coalesce(s.is_active,
                true) AS on_sale,
                   CASE WHEN h.source IS NULL THEN upper(s.source) ELSE 'ALL' END AS owner
            FROM old_skus s JOIN first_of USING (source, id) LEFT JOIN shared h USING (source, product_id)
        )
        SELECT t.owner, coalesce(nullif(btrim(p.slug), ''), t.source || '-' || p.id) AS slug, t.sku_code, p.name,
               coalesce(c.name, 'Other') AS category, u.name AS subcategory, p.brand, p.description,
               ARRAY(SELECT f.feature_text FROM old_product_features f WHERE f.source = p.source
                     AND f.product_id = p.id ORDER BY f.sort_order, f.feature_text) AS features,
               ARRAY(SELECT url FROM (SELECT p.image AS url, -1 AS place WHERE p.image <> ''
                     UNION ALL SELECT i.image_url, coalesce(i.sort_order, 0) FROM old_product_images i
                     WHERE i.source = p.source AND i.product_id = p.id) AS shown GROUP BY url ORDER BY min(place),
                         url)
                   AS images,
               t.size, t.color, t.variant_image AS image, t.on_sale AS is_active,
               coalesce(p.is_active, true) AS is_product_active, coalesce(p.is_featured, false) AS is_featured,
               coalesce(p.is_best_seller, false) AS is_best_seller
        FROM told t
        JOIN old_products p ON p.source = t.source AND p.id = t.product_id
        LEFT JOIN old_categories c ON c.source = p.source AND c.id = p.category_id
        LEFT JOIN old_subcategories u ON u.source = p.source AND u.id = p.subcategory_id
        ORDER BY t.owner, slug, t.sku_code)"};
    db::Statement<OldOfferRow()> offers{"adopt.offers", R"(
        SELECT s.source AS market, s.sku_code, coalesce(s.price, p.price, 0)::text AS price,
               CASE WHEN coalesce(s.original_price, p.original_price) > coalesce(s.price, p.price, 0)
                    THEN coalesce(s.original_price, p.original_price)::text END AS original,
               greatest(0, coalesce(s.stock, 0)) AS pieces
        FROM old_skus s JOIN old_products p ON p.source = s.source AND p.id = s.product_id
        WHERE coalesce(s.price, p.price) > 0 ORDER BY 1, 2)"};

    db::Statement<AdoptedNoteRow()> not_offered{"adopt.not_offered", R"(
        SELECT source, 'product' AS kind, name, 'refused: it has no SKU' AS what FROM old_products p
        WHERE NOT EXISTS (SELECT FROM old_skus s WHERE s.source = p.source AND s.product_id = p.id)
        UNION ALL
        SELECT s.source, 'SKU', s.sku_code, 'not offered: it has no price' FROM old_skus s
        LEFT JOIN old_products p ON p.source = s.source AND p.id = s.product_id
        WHERE coalesce(s.price, p.price, 0) <= 0
        ORDER BY 1, 2, 3)"};

    // Who lives here, and who lives elsewhere and has orders here: the account that stays behind after a move. Of one
    // phone in several databases the account at home counts, then the one that was used last.
    db::Statement<void(std::string)> put_users{"adopt.put_users", R"(
        WITH here AS (
            SELECT DISTINCT ON (p.phone) p.phone, p.home, o.full_name, o.email, o.language, o.country,
                   coalesce(o.is_verified, false) AS is_verified, coalesce(o.is_active, true) AS is_active,
                   min(o.created_at) OVER (PARTITION BY p.phone) AS created_at,
                   max(o.last_login) OVER (PARTITION BY p.phone) AS last_login
            FROM adopted_people p JOIN old_users o ON o.source = p.source AND o.id = p.old_id
            WHERE p.home = $1 OR upper(p.source) = $1 AND EXISTS (
                SELECT FROM old_orders r WHERE r.source = p.source AND r.user_id = p.old_id)
            ORDER BY p.phone, upper(p.source) = p.home DESC, o.last_login DESC NULLS LAST, o.id
        )
        INSERT INTO users (market, phone, full_name, email, language, country, is_verified, is_active, created_at,
                           last_login, moved_to)
        SELECT $1, phone, nullif(btrim(left(full_name, 255)), ''), nullif(btrim(left(email, 255)), ''),
               CASE WHEN language = ANY (m.languages) THEN language END, left(country, 100), is_verified, is_active,
               coalesce(h.created_at, now()), last_login, nullif(home, $1)
        FROM here h CROSS JOIN (SELECT languages FROM markets WHERE code = $1) m
        ON CONFLICT (market, phone) DO NOTHING)"};
    db::Statement<void(std::string)> meet_users{"adopt.meet_users", R"(
        INSERT INTO adopted_users (source, old_id, user_id, label, is_home)
        SELECT p.source, p.old_id, u.id, p.label, p.home = $1
        FROM adopted_people p JOIN users u ON u.phone = p.phone WHERE u.market = $1)"};

    db::Statement<void(std::string)> put_addresses{"adopt.put_addresses", R"(
        WITH each AS (
            SELECT DISTINCT ON (m.user_id, btrim(a.full_address)) m.user_id AS owner, a.*
            FROM old_addresses a JOIN adopted_users m ON m.source = a.source AND m.old_id = a.user_id AND m.is_home
            WHERE btrim(a.full_address) <> '' AND NOT EXISTS (
                SELECT FROM addresses x WHERE x.user_id = m.user_id AND x.full_address = btrim(left(a.full_address,
                    1000)))
            ORDER BY m.user_id, btrim(a.full_address), a.is_default DESC NULLS LAST, a.id
        ), placed AS (
            SELECT *, row_number() OVER (PARTITION BY owner ORDER BY is_default DESC NULLS LAST, id) AS place
            FROM each
        )
        INSERT INTO addresses (market, user_id, title, full_address, street, building, apartment, city, state,
                               postal_code, country, is_default, created_at)
        SELECT $1, p.owner, left(p.title, 100), btrim(left(full_address, 1000)), left(street, 255), left(building,
            50),
               left(apartment, 50), left(city, 100), left(state, 10), left(postal_code, 20),
               coalesce(nullif(btrim(left(country, 100)), ''), k.name),
               place = 1 AND NOT EXISTS (SELECT FROM addresses x WHERE x.user_id = p.owner AND x.is_default),
               coalesce(p.created_at, now())
        FROM placed p CROSS JOIN (SELECT name FROM markets WHERE code = $1) k)"};

    // $2: how many of the smallest unit make one of the currency.
    db::Statement<void(std::string, std::int64_t)> judge_orders{"adopt.judge_orders", R"(
        WITH lines AS (
            SELECT order_id, sum(round(price * $2::bigint) * quantity)::bigint AS subtotal,
                   bool_and(price > 0 AND quantity > 0) AS are_good
            FROM old_order_items WHERE upper(source) = $1 GROUP BY order_id
        ), read AS (
            SELECT o.*, l.subtotal, l.are_good, round(coalesce(o.shipping_cost, 0) * $2::bigint)::bigint AS shipping,
                   round(coalesce(o.tax, 0) * $2::bigint)::bigint AS taxes,
                   round(o.total_amount * $2::bigint)::bigint AS total, lower(btrim(coalesce(o.status,
                       'pending'))) AS state,
                   lower(btrim(coalesce(o.payment_method, ''))) AS way,
                   lower(btrim(coalesce(o.payment_status, ''))) AS money
            FROM old_orders o LEFT JOIN lines l ON l.order_id = o.id WHERE upper(o.source) = $1
        )
        INSERT INTO adopted_orders (source, old_id, number, user_id, state, way, money, subtotal, discount,
            shipping, tax,
                                    total, problem)
        SELECT r.source, r.id, btrim(r.order_number), m.user_id,
               CASE WHEN state IN ('processing', 'paid') THEN 'confirmed' WHEN state = 'canceled' THEN 'cancelled'
                    ELSE state END,
               CASE WHEN way LIKE '%card%' OR way IN ('stripe', 'online', 'digital_wallet') THEN 'card'
                    WHEN way LIKE '%transfer%' THEN 'bank_transfer' ELSE 'cash_on_delivery' END,
               CASE WHEN money IN ('paid', 'completed', 'succeeded', 'success') THEN 'paid'
                    WHEN money = 'refunded' THEN 'refunded'
                    WHEN state IN ('cancelled', 'canceled') THEN 'cancelled'
                    WHEN money = 'failed' THEN 'failed' ELSE 'pending' END,
               subtotal, subtotal + shipping + taxes - total, shipping, taxes, total,
               CASE WHEN subtotal IS NULL THEN 'it has no lines'
                    WHEN NOT are_good THEN 'a line has no price or no pieces'
                    WHEN state NOT IN ('pending', 'processing', 'paid', 'confirmed', 'shipped', 'delivered',
                        'cancelled',
                                       'canceled') THEN 'its status is ' || state
                    WHEN upper(r.currency) <> k.currency THEN 'its currency is ' || r.currency
                    WHEN shipping < 0 OR taxes < 0 OR total <= 0 THEN 'an amount is below zero, or its total is zero'
                    WHEN subtotal + shipping + taxes - total NOT BETWEEN 0 AND subtotal THEN
                        'its lines, shipping and tax make ' || subtotal + shipping + taxes
                        || ', its total says ' || total
                END
        FROM read r CROSS JOIN (SELECT currency FROM markets WHERE code = $1) k
        LEFT JOIN adopted_users m ON m.source = r.source AND m.old_id = r.user_id)"};

    // An order whose number is there was adopted before, or is another's: the note says which.
    db::Statement<void(std::string)> put_orders{"adopt.put_orders", R"(
        WITH put AS (
            INSERT INTO orders (market, order_number, user_id, status, customer_name, customer_phone, customer_email,
                                delivery_address, delivery_city, delivery_notes, payment_method, payment_status,
                                    currency,
                                subtotal_minor, discount_minor, shipping_minor, tax_minor, tax_included_minor,
                                total_minor, order_date, confirmed_date, shipped_date, delivered_date, cancelled_date,
                                created_at)
            SELECT $1, a.number, a.user_id, a.state, coalesce(nullif(btrim(o.customer_name), ''), '-'),
                   coalesce(nullif(btrim(o.customer_phone), ''), p.phone, '-'), nullif(btrim(o.customer_email), ''),
                   coalesce(nullif(btrim(o.delivery_address), ''), '-'), o.delivery_city, o.delivery_notes, a.way,
                   a.money, k.currency, a.subtotal, a.discount, a.shipping, a.tax, 0, a.total,
                   coalesce(o.order_date, now()),
                   CASE WHEN a.state IN ('confirmed', 'shipped', 'delivered')
                        THEN coalesce(o.confirmed_date, o.order_date, now()) END,
                   CASE WHEN a.state IN ('shipped', 'delivered')
                        THEN coalesce(o.shipped_date, o.confirmed_date, o.order_date, now()) END,
                   CASE WHEN a.state = 'delivered'
                        THEN coalesce(o.delivered_date, o.shipped_date, o.order_date, now()) END,
                   CASE WHEN a.state = 'cancelled' THEN coalesce(o.cancelled_date, o.order_date, now()) END,
                   coalesce(o.order_date, now())
            FROM adopted_orders a JOIN old_orders o ON o.source = a.source AND o.id = a.old_id
            LEFT JOIN adopted_people p ON p.source = o.source AND p.old_id = o.user_id
            CROSS JOIN (SELECT currency FROM markets WHERE code = $1) k
            WHERE a.problem IS NULL ORDER BY o.order_date, o.id
            ON CONFLICT (market, order_number) DO NOTHING RETURNING id, order_number
        )
        UPDATE adopted_orders a SET order_id = put.id FROM put WHERE put.order_number = a.number)"};
    db::Statement<void(std::string, std::int64_t)> put_lines{"adopt.put_lines", R"(
        INSERT INTO order_items (market, order_id, line, sku_id, sku_code, product_slug, product_name, product_brand,
                                 size, color, image_url, price_minor, quantity, subtotal_minor)
        SELECT $1, a.order_id, row_number() OVER (PARTITION BY a.order_id ORDER BY i.id), coalesce(k.id, 0),
               coalesce(s.sku_code, ''), coalesce(r.slug, ''), coalesce(i.product_name, r.name, ''),
               coalesce(i.product_brand, r.brand, ''), coalesce(i.size, k.size, ''), coalesce(i.color, k.color, ''),
               i.image_url, round(i.price * $2::bigint)::bigint, i.quantity::integer,
               round(i.price * $2::bigint)::bigint * i.quantity
        FROM adopted_orders a
        JOIN old_order_items i ON i.source = a.source AND i.order_id = a.old_id
        LEFT JOIN old_skus s ON s.source = i.source AND s.id = i.sku_id
        LEFT JOIN LATERAL (SELECT * FROM skus k WHERE k.sku_code = s.sku_code AND k.market IN ($1, 'ALL')
                           ORDER BY k.market = 'ALL' LIMIT 1) k ON true
        LEFT JOIN products r ON r.market = k.market AND r.id = k.product_id
        WHERE a.order_id IS NOT NULL)"};
    // What the former shop noted; of an order without notes, what its dates tell.
    db::Statement<void(std::string)> put_history{"adopt.put_history", R"(
        INSERT INTO order_status_history (market, order_id, status, notes, changed_by, created_at)
        SELECT $1, order_id, status, notes, changed_by, at FROM (
            SELECT a.order_id, lower(btrim(h.status)) AS status, coalesce(h.notes, '') AS notes,
                   coalesce(nullif(btrim(h.changed_by), ''), 'adopt') AS changed_by,
                   coalesce(h.created_at, o.order_date) AS at
            FROM adopted_orders a JOIN orders o ON o.market = $1 AND o.id = a.order_id
            JOIN old_order_history h ON h.source = a.source AND h.order_id = a.old_id
            UNION ALL
            SELECT a.order_id, d.status, '', 'adopt', d.at
            FROM adopted_orders a JOIN orders o ON o.market = $1 AND o.id = a.order_id
            CROSS JOIN LATERAL (VALUES ('pending', o.order_date), ('confirmed', o.confirmed_date),
                                       ('shipped', o.shipped_date), ('delivered', o.delivered_date),
                                       ('cancelled', o.cancelled_date)) d (status, at)
            WHERE d.at IS NOT NULL AND NOT EXISTS (
                SELECT FROM old_order_history h WHERE h.source = a.source AND h.order_id = a.old_id)
        ) AS told ORDER BY order_id, at)"};
    db::Statement<void(std::string)> put_payments{"adopt.put_payments", R"(
        WITH put AS (
            INSERT INTO payments (market, id, order_id, method, status, amount_minor, currency, captured_minor,
                                  refund_due_minor, refunded_minor, created_at, settled_at)
            SELECT $1, gen_random_uuid(), a.order_id, a.way, a.money, a.total, o.currency,
                   CASE WHEN a.money IN ('paid', 'refunded') THEN a.total ELSE 0 END,
                   CASE WHEN a.money = 'refunded' THEN a.total ELSE 0 END,
                   CASE WHEN a.money = 'refunded' THEN a.total ELSE 0 END, o.order_date,
                   CASE WHEN a.money IN ('paid', 'refunded') THEN coalesce(o.delivered_date, o.order_date) END
            FROM adopted_orders a JOIN orders o ON o.market = $1 AND o.id = a.order_id
            RETURNING id, order_id, amount_minor, currency, status, created_at
        )
        INSERT INTO refunds (market, id, payment_id, order_id, amount_minor, currency, cause, reason, requested_by,
                             state, created_at, done_at)
        SELECT $1, gen_random_uuid(), id, order_id, amount_minor, currency, 'adopt:' || order_id,
            'Of the former shop',
               'adopt', 'succeeded', created_at, created_at
        FROM put WHERE status = 'refunded')"};

    db::Statement<void(std::string)> put_reviews{"adopt.put_reviews", R"(
        INSERT INTO reviews (market, product_market, product_id, user_id, order_id, author_label, language, rating,
                             title, comment, is_verified_purchase, is_approved, created_at, updated_at)
        SELECT $1, k.market, k.product_id, m.user_id, a.order_id, coalesce(m.label, ''), l.language,
            v.rating::integer,
               coalesce(v.title, ''), coalesce(v.comment, ''), coalesce(v.is_verified_purchase, false),
               coalesce(v.is_approved, false), coalesce(v.created_at, now()), coalesce(v.created_at, now())
        FROM old_reviews v
        JOIN LATERAL (SELECT k.market, k.product_id FROM old_skus s JOIN skus k ON k.sku_code = s.sku_code
                      WHERE s.source = v.source AND s.product_id = v.product_id AND k.market IN ($1, 'ALL')
                      ORDER BY k.market = 'ALL', k.id LIMIT 1) k ON true
        LEFT JOIN adopted_users m ON m.source = v.source AND m.old_id = v.user_id
        LEFT JOIN adopted_orders a ON a.source = v.source AND a.old_id = v.order_id
        CROSS JOIN (SELECT languages[1] AS language FROM markets WHERE code = $1) l
        WHERE upper(v.source) = $1 AND v.rating BETWEEN 1 AND 5 AND NOT EXISTS (
            SELECT FROM reviews x WHERE x.product_market = k.market AND x.product_id = k.product_id
              AND x.user_id IS NOT DISTINCT FROM m.user_id AND x.created_at = v.created_at)
        ORDER BY v.id
        ON CONFLICT DO NOTHING)"};

    // Of each database its own market's: a SKU that is offered nowhere else would be lost from the cart.
    db::Statement<void(std::string)> put_carts{"adopt.put_carts", R"(
        WITH wanted AS (
            SELECT m.user_id, k.sku_id, least(99, max(i.quantity))::integer AS quantity, k.price_minor
            FROM old_cart_items i
            JOIN old_carts c ON c.source = i.source AND c.id = i.cart_id
            JOIN adopted_users m ON m.source = c.source AND m.old_id = c.user_id AND m.is_home
            JOIN old_skus s ON s.source = i.source AND s.id = i.sku_id
            JOIN LATERAL (SELECT p.sku_id, p.price_minor FROM skus k
                          JOIN prices p ON p.market = $1 AND p.owner_market = k.market AND p.sku_id = k.id
                          JOIN stock t ON t.market = $1 AND t.sku_id = k.id
                          WHERE k.sku_code = s.sku_code AND k.market IN ($1, 'ALL')
                          ORDER BY k.market = 'ALL' LIMIT 1) k ON true
            WHERE upper(i.source) = $1 AND i.quantity > 0 GROUP BY m.user_id, k.sku_id, k.price_minor
        ), made AS (
            INSERT INTO carts (market, user_id, cart_id)
            SELECT DISTINCT $1, user_id, marque_shopper_key(user_id) FROM wanted ON CONFLICT DO NOTHING
        )
        INSERT INTO cart_items (market, cart_id, sku_id, quantity, added_price_minor)
        SELECT $1, marque_shopper_key(user_id), sku_id, quantity, price_minor FROM wanted ON CONFLICT DO NOTHING)"};
    db::Statement<void(std::string)> put_wishlists{"adopt.put_wishlists", R"(
        WITH wanted AS (
            SELECT DISTINCT m.user_id, k.market AS owner, k.product_id
            FROM old_wishlist_items i
            JOIN old_wishlists w ON w.source = i.source AND w.id = i.wishlist_id
            JOIN adopted_users m ON m.source = w.source AND m.old_id = w.user_id AND m.is_home
            JOIN LATERAL (SELECT k.market, k.product_id FROM old_skus s JOIN skus k ON k.sku_code = s.sku_code
                          WHERE s.source = i.source AND s.product_id = i.product_id AND k.market IN ($1, 'ALL')
                          ORDER BY k.market = 'ALL', k.id LIMIT 1) k ON true
            WHERE upper(i.source) = $1
        ), made AS (
            INSERT INTO wishlists (market, user_id, wishlist_id)
            SELECT DISTINCT $1, user_id, marque_shopper_key(user_id) FROM wanted ON CONFLICT DO NOTHING
        )
        INSERT INTO wishlist_items (market, wishlist_id, product_id, owner_market)
        SELECT $1, marque_shopper_key(user_id), product_id, owner FROM wanted ON CONFLICT DO NOTHING)"};

    db::Statement<AdoptedNoteRow(std::string)> notes{"adopt.notes", R"(
        SELECT source, 'order' AS kind, number AS name, 'refused: ' || problem AS what FROM adopted_orders
        WHERE problem IS NOT NULL
        UNION ALL
        SELECT a.source, 'order', a.number, CASE WHEN o.total_minor = a.total
            AND o.user_id IS NOT DISTINCT FROM a.user_id
            THEN 'was here already' ELSE 'refused: another order has its number' END
        FROM adopted_orders a JOIN orders o ON o.market = $1 AND o.order_number = a.number
        WHERE a.problem IS NULL AND a.order_id IS NULL
        UNION ALL
        SELECT min(source), 'customer', phone, 'merged: stood in ' || string_agg(source || ' as ' || old_id,
            ' and ' ORDER BY source)
        FROM adopted_people WHERE home = $1 GROUP BY phone HAVING count(*) > 1
        UNION ALL
        SELECT source, 'customer', phone, 'moved: the phone is of ' || lower(home) FROM adopted_people
        WHERE home = $1 AND upper(source) <> home
        UNION ALL
        SELECT v.source, 'review', v.id::text, CASE WHEN v.rating BETWEEN 1 AND 5
            THEN 'refused: nothing of its product came along, or its author wrote another one of it'
            ELSE 'refused: its rating is not of 1 to 5' END
        FROM old_reviews v LEFT JOIN adopted_users m ON m.source = v.source AND m.old_id = v.user_id
        WHERE upper(v.source) = $1 AND NOT EXISTS (
            SELECT FROM old_skus s JOIN skus k ON k.sku_code = s.sku_code AND k.market IN ($1, 'ALL')
            JOIN reviews x ON x.product_market = k.market AND x.product_id = k.product_id
            WHERE s.source = v.source AND s.product_id = v.product_id AND x.user_id IS NOT DISTINCT FROM m.user_id
              AND (v.created_at IS NULL OR x.created_at = v.created_at))
        ORDER BY 2, 1, 3)"};
    db::Statement<std::int64_t()> orders_put{"adopt.orders_put", R"(
        SELECT count(*) FROM adopted_orders WHERE order_id IS NOT NULL)"};
};
inline constexpr AdoptSql adopt_sql;

}  // namespace marque::app
