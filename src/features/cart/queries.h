#pragma once
// SQL of the cart as its shopper uses it.

#include <optional>
#include <string>
#include <vector>

#include "core/id.h"
#include "core/market.h"
#include "core/quantity.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::cart {

/// What adding to a line came to: no row where the SKU is not sold here.
struct AddedRow {
    std::int64_t available = 0;
    std::int64_t lines = 0;      // of the cart, before
    std::optional<bool> is_new;  // the cart; nothing where too little is there, or no cart may be begun
    std::optional<std::int32_t> quantity;
};
RECORD(AddedRow, available, lines, is_new, quantity);

/// What changing a line came to: no row where there is none, no quantity where too little is there.
struct ChangedRow {
    std::int64_t available = 0;
    std::optional<std::int32_t> quantity;
};
RECORD(ChangedRow, available, quantity);

struct CartLineRow {
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string product_brand;
    std::string size;
    std::string color;
    std::optional<std::string> image_url;
    std::optional<std::int64_t> price_minor;  // none: the market has no price for it any more
    std::optional<std::int64_t> original_minor;
    std::int64_t added_price_minor = 0;
    std::int32_t quantity = 0;
    std::int64_t available = 0;
    bool is_active = false;  // SKU and product
    bool saved = false;      // for later
};
RECORD(CartLineRow, sku_id, sku_code, product_slug, product_name, product_brand, size, color, image_url, price_minor,
       original_minor, added_price_minor, quantity, available, is_active, saved);

/// A line of an old order and what came of putting it into the cart again; no price where it is not sold any more.
struct AgainRow {
    SkuId sku_id;
    std::optional<std::int64_t> price_minor;
    std::int64_t available = 0;
    std::optional<std::int32_t> quantity;  // in the cart now, of what could be put there
    std::optional<bool> is_new;            // the cart; nothing where none could be begun, or nothing is there to put
};
RECORD(AgainRow, sku_id, price_minor, available, quantity, is_new);

struct Sql {
    // One statement, so one round trip: look the SKU up, make the cart, add to the line. The cart's row comes first:
    // whoever orders the cart holds it. $6: whether the shopper may begin a cart; $7: how many lines it may have.
    db::Statement<AddedRow(MarketCode, Uuid, std::optional<UserId>, SkuId, Quantity, bool, std::int32_t)> add{
        "cart.add", R"(
        WITH sku AS (
            SELECT k.id, marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS price_minor,
                   (s.on_hand - s.reserved)::bigint AS available
            FROM skus k
            JOIN products r ON r.market = k.market AND r.id = k.product_id AND r.is_active
            JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
            JOIN stock s ON s.market = p.market AND s.sku_id = p.sku_id
            WHERE k.id = $4::bigint AND k.is_active
        ), held AS (
            SELECT count(*) AS lines, coalesce(bool_or(sku_id = $4::bigint), false) AS has_line
            FROM cart_items WHERE cart_id = $2::uuid
        ), cart AS (
            INSERT INTO carts (market, cart_id, user_id) SELECT $1, $2::uuid, $3::bigint FROM sku
            WHERE sku.available >= $5::integer
              AND ($6::boolean OR EXISTS (SELECT FROM carts WHERE cart_id = $2::uuid))
            ON CONFLICT (market, cart_id)
                DO UPDATE SET updated_at = greatest(carts.updated_at, date_trunc('hour', now()))
            RETURNING market, cart_id, xmax = 0 AS is_new
        ), item AS (
            INSERT INTO cart_items (market, cart_id, sku_id, quantity, added_price_minor)
            SELECT cart.market, cart.cart_id, sku.id, $5::integer, sku.price_minor
            FROM cart, sku, held WHERE held.lines < $7::integer OR held.has_line
            ON CONFLICT (market, cart_id, sku_id) DO UPDATE SET saved = false,
                quantity = excluded.quantity + CASE WHEN cart_items.saved THEN 0 ELSE cart_items.quantity END
            RETURNING quantity
        )
        SELECT sku.available, held.lines, cart.is_new, item.quantity
        FROM sku CROSS JOIN held LEFT JOIN cart ON true LEFT JOIN item ON true)"};

    // All that is sold and there, at once. A line is brought up to the wanted pieces, not beyond, so that a repetition
    // changes nothing. $6 and $7 as in cart.add, with the lines that are new counted from the first on.
    db::Statement<AgainRow(MarketCode, Uuid, std::optional<UserId>, std::vector<SkuId>, std::vector<std::int32_t>, bool,
                           std::int32_t)>
        again{"cart.again", R"(
        WITH wanted AS (
            SELECT w.sku_id, w.quantity, w.place,
                   EXISTS (SELECT FROM cart_items i WHERE i.cart_id = $2::uuid AND i.sku_id = w.sku_id) AS has_line
            FROM unnest($4::bigint[], $5::integer[]) WITH ORDINALITY AS w(sku_id, quantity, place)
        ), sold AS (
            SELECT w.sku_id, least(w.quantity, s.on_hand - s.reserved, 99) AS quantity, w.place, w.has_line,
                   marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS price_minor,
                   (s.on_hand - s.reserved)::bigint AS available
            FROM wanted w
            JOIN skus k ON k.id = w.sku_id AND k.is_active
            JOIN products r ON r.market = k.market AND r.id = k.product_id AND r.is_active
            JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
            JOIN stock s ON s.market = p.market AND s.sku_id = p.sku_id
        ), fitting AS (
            SELECT sku_id, quantity, price_minor, has_line,
                   count(*) FILTER (WHERE NOT has_line) OVER (ORDER BY place)
                     + (SELECT count(*) FROM cart_items WHERE cart_id = $2::uuid) AS lines
            FROM sold WHERE quantity > 0
        ), cart AS (
            INSERT INTO carts (market, cart_id, user_id) SELECT $1, $2::uuid, $3::bigint
            WHERE EXISTS (SELECT FROM fitting)
              AND ($6::boolean OR EXISTS (SELECT FROM carts WHERE cart_id = $2::uuid))
            ON CONFLICT (market, cart_id)
                DO UPDATE SET updated_at = greatest(carts.updated_at, date_trunc('hour', now()))
            RETURNING market, cart_id, xmax = 0 AS is_new
        ), item AS (
            INSERT INTO cart_items (market, cart_id, sku_id, quantity, added_price_minor)
            SELECT cart.market, cart.cart_id, f.sku_id, f.quantity, f.price_minor
            FROM cart, fitting f WHERE f.has_line OR f.lines <= $7::integer
            ORDER BY f.sku_id
            ON CONFLICT (market, cart_id, sku_id) DO UPDATE SET saved = false,
                quantity = CASE WHEN cart_items.saved THEN excluded.quantity
                                ELSE greatest(cart_items.quantity, excluded.quantity) END
            RETURNING sku_id, quantity
        )
        SELECT w.sku_id, sold.price_minor, coalesce(sold.available, 0) AS available, item.quantity, cart.is_new
        FROM wanted w LEFT JOIN sold ON sold.sku_id = w.sku_id LEFT JOIN item ON item.sku_id = w.sku_id
        LEFT JOIN cart ON true ORDER BY w.place)"};

    // A line that an order took meanwhile is not changed, and not there any more either.
    db::Statement<ChangedRow(Uuid, SkuId, Quantity)> update{"cart.update", R"(
        WITH cart AS (
            UPDATE carts SET updated_at = greatest(updated_at, date_trunc('hour', now())) WHERE cart_id = $1::uuid
            RETURNING market, cart_id
        ), line AS (
            SELECT i.market, i.cart_id, i.sku_id, (s.on_hand - s.reserved)::bigint AS available
            FROM cart JOIN cart_items i ON i.market = cart.market AND i.cart_id = cart.cart_id
            JOIN stock s ON s.market = i.market AND s.sku_id = i.sku_id
            WHERE i.sku_id = $2::bigint AND NOT i.saved
        ), changed AS (
            UPDATE cart_items i SET quantity = $3::integer FROM line
            WHERE i.market = line.market AND i.cart_id = line.cart_id AND i.sku_id = line.sku_id
              AND line.available >= $3::integer
            RETURNING i.quantity
        )
        SELECT line.available, changed.quantity FROM line LEFT JOIN changed ON true)"};

    db::Statement<void(Uuid, SkuId)> remove{"cart.remove", R"(
        WITH cart AS (
            UPDATE carts SET updated_at = greatest(updated_at, date_trunc('hour', now())) WHERE cart_id = $1::uuid
            RETURNING market, cart_id
        )
        DELETE FROM cart_items i USING cart
        WHERE i.market = cart.market AND i.cart_id = cart.cart_id AND i.sku_id = $2::bigint)"};

    db::Statement<void(Uuid)> clear{"cart.clear", R"(
        WITH cart AS (
            UPDATE carts SET updated_at = greatest(updated_at, date_trunc('hour', now())) WHERE cart_id = $1::uuid
            RETURNING market, cart_id
        )
        DELETE FROM cart_items i USING cart
        WHERE i.market = cart.market AND i.cart_id = cart.cart_id AND NOT i.saved)"};

    // To the list for later, or back.
    db::Statement<void(Uuid, SkuId, bool)> save{"cart.save", R"(
        WITH cart AS (
            UPDATE carts SET updated_at = greatest(updated_at, date_trunc('hour', now())) WHERE cart_id = $1::uuid
            RETURNING market, cart_id
        )
        UPDATE cart_items i SET saved = $3::boolean FROM cart
        WHERE i.market = cart.market AND i.cart_id = cart.cart_id AND i.sku_id = $2::bigint
          AND i.saved <> $3::boolean)"};

    // What is no longer sold is shown, too: its stock row is there as long as the SKU is.
    db::Statement<CartLineRow(Uuid, std::string)> lines{"cart.lines", R"(
        SELECT i.sku_id, k.sku_code, r.slug AS product_slug, coalesce(t.name, r.name) AS product_name,
               r.brand AS product_brand, k.size, k.color, coalesce(k.variant_image, r.image) AS image_url,
               marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS price_minor,
               marque_original_price(p.price_minor, p.original_minor, p.sale_minor, p.sale_from, p.sale_until)
                   AS original_minor,
               i.added_price_minor, i.quantity, (s.on_hand - s.reserved)::bigint AS available,
               k.is_active AND r.is_active AS is_active, i.saved
        FROM cart_items i
        JOIN stock s ON s.market = i.market AND s.sku_id = i.sku_id
        JOIN skus k ON k.market = s.owner_market AND k.id = i.sku_id
        JOIN products r ON r.market = k.market AND r.id = k.product_id
        LEFT JOIN prices p ON p.market = i.market AND p.sku_id = i.sku_id
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = $2
        WHERE i.cart_id = $1::uuid ORDER BY i.added_at, i.sku_id)"};
};
inline constexpr Sql sql;
RECORD(Sql, add, again, update, remove, clear, save, lines);

}  // namespace marque::cart
