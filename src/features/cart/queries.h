#pragma once
// SQL of the cart as its shopper uses it.

#include <optional>
#include <string>

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
RECORD(Sql, add, update, remove, clear, save, lines);

}  // namespace marque::cart
