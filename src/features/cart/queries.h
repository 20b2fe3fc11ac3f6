#pragma once
// All SQL of the cart.

#include <optional>
#include <string>

#include "core/id.h"
#include "core/market.h"
#include "core/quantity.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::cart {

/// What adding or changing a line came to: nothing where the SKU is unknown, no quantity where too little is there.
struct LineOutcomeRow {
    std::int64_t available = 0;
    std::optional<std::int32_t> quantity;
};
RECORD(LineOutcomeRow, available, quantity);

struct CartLineRow {
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string product_brand;
    std::string size;
    std::string color;
    std::optional<std::string> image_url;
    std::int64_t price_minor = 0;
    std::optional<std::int64_t> original_minor;
    std::int64_t added_price_minor = 0;
    std::int32_t quantity = 0;
    std::int64_t available = 0;
};
RECORD(CartLineRow, sku_id, sku_code, product_slug, product_name, product_brand, size, color, image_url, price_minor,
       original_minor, added_price_minor, quantity, available);

struct Sql {
    // One statement, so one round trip: look the SKU up, make the cart, add to the line.
    db::Statement<LineOutcomeRow(MarketCode, UserId, SkuId, Quantity)> add{"cart.add", R"(
        WITH sku AS (
            SELECT k.id, marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS price_minor,
                   (s.on_hand - s.reserved)::bigint AS available
            FROM skus k
            JOIN products r ON r.market = k.market AND r.id = k.product_id AND r.is_active
            JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
            JOIN stock s ON s.market = p.market AND s.sku_id = p.sku_id
            WHERE k.id = $3::bigint AND k.is_active
        ), cart AS (
            INSERT INTO carts (market, user_id) SELECT $1, $2::bigint FROM sku
            ON CONFLICT (market, user_id) DO UPDATE SET updated_at = now()
        ), item AS (
            INSERT INTO cart_items (market, user_id, sku_id, quantity, added_price_minor)
            SELECT $1, $2::bigint, sku.id, $4::integer, sku.price_minor FROM sku WHERE sku.available >= $4::integer
            ON CONFLICT (market, user_id, sku_id) DO UPDATE SET quantity = cart_items.quantity + excluded.quantity
            RETURNING quantity
        )
        SELECT sku.available, item.quantity FROM sku LEFT JOIN item ON true)"};

    db::Statement<LineOutcomeRow(UserId, SkuId, Quantity)> update{"cart.update", R"(
        WITH line AS (
            SELECT i.sku_id, (s.on_hand - s.reserved)::bigint AS available
            FROM cart_items i JOIN stock s ON s.market = i.market AND s.sku_id = i.sku_id
            WHERE i.user_id = $1::bigint AND i.sku_id = $2::bigint
        ), changed AS (
            UPDATE cart_items i SET quantity = $3::integer FROM line
            WHERE i.user_id = $1::bigint AND i.sku_id = line.sku_id AND line.available >= $3::integer
            RETURNING i.quantity
        )
        SELECT line.available, changed.quantity FROM line LEFT JOIN changed ON true)"};

    db::Statement<void(UserId, SkuId)> remove{"cart.remove", R"(
        DELETE FROM cart_items WHERE user_id = $1::bigint AND sku_id = $2::bigint)"};

    db::Statement<void(UserId)> clear{"cart.clear", R"(
        DELETE FROM cart_items WHERE user_id = $1::bigint)"};

    db::Statement<CartLineRow(UserId, std::string)> lines{"cart.lines", R"(
        SELECT i.sku_id, k.sku_code, r.slug AS product_slug, coalesce(t.name, r.name) AS product_name,
               r.brand AS product_brand, k.size, k.color, coalesce(k.variant_image, r.image) AS image_url,
               marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS price_minor,
               marque_original_price(p.price_minor, p.original_minor, p.sale_minor, p.sale_from, p.sale_until)
                   AS original_minor,
               i.added_price_minor, i.quantity,
               (s.on_hand - s.reserved)::bigint AS available
        FROM cart_items i
        JOIN prices p ON p.market = i.market AND p.sku_id = i.sku_id
        JOIN stock s ON s.market = i.market AND s.sku_id = i.sku_id
        JOIN skus k ON k.market = p.owner_market AND k.id = i.sku_id
        JOIN products r ON r.market = k.market AND r.id = k.product_id
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = $2
        WHERE i.user_id = $1::bigint ORDER BY i.added_at, i.sku_id)"};
};
inline constexpr Sql sql;
RECORD(Sql, add, update, remove, clear, lines);

}  // namespace marque::cart
