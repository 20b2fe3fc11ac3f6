#pragma once
// SQL that takes a cart along when its customer moves to another market: read here, written there, by SKU code.

#include <string>
#include <vector>

#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/cart/cart.h"

namespace marque::cart {

struct CarrySql {
    // A line of an article that only this market owns cannot follow: elsewhere the same code may be another article.
    db::Statement<PackedLine(UserId)> pack{"cart.pack", R"(
        SELECT k.sku_code, r.name AS product_name, i.quantity, k.market = 'ALL' AS is_shared
        FROM cart_items i
        JOIN stock s ON s.market = i.market AND s.sku_id = i.sku_id
        JOIN skus k ON k.market = s.owner_market AND k.id = i.sku_id
        JOIN products r ON r.market = k.market AND r.id = k.product_id
        WHERE i.user_id = $1::bigint ORDER BY i.added_at, i.sku_id)"};

    db::Statement<SoldRow(std::vector<std::string>)> sold{"cart.sold", R"(
        SELECT k.sku_code, k.id AS sku_id,
               marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS price_minor,
               (s.on_hand - s.reserved)::bigint AS available
        FROM skus k
        JOIN products r ON r.market = k.market AND r.id = k.product_id AND r.is_active
        JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
        JOIN stock s ON s.market = p.market AND s.sku_id = p.sku_id
        WHERE k.market = 'ALL' AND k.is_active AND k.sku_code = ANY ($1::text[]) ORDER BY k.id)"};

    // Repeated, it changes nothing: a line that is there already keeps the larger quantity.
    db::Statement<void(MarketCode, UserId, std::vector<SkuId>, std::vector<std::int32_t>, std::vector<std::int64_t>)>
        unpack{"cart.unpack", R"(
        WITH cart AS (
            INSERT INTO carts (market, user_id) VALUES ($1, $2::bigint)
            ON CONFLICT (market, user_id) DO UPDATE SET updated_at = now() RETURNING market, user_id
        )
        INSERT INTO cart_items (market, user_id, sku_id, quantity, added_price_minor)
        SELECT cart.market, cart.user_id, w.sku_id, w.quantity, w.price_minor
        FROM cart, unnest($3::bigint[], $4::integer[], $5::bigint[]) AS w(sku_id, quantity, price_minor)
        ON CONFLICT (market, user_id, sku_id)
            DO UPDATE SET quantity = greatest(cart_items.quantity, excluded.quantity))"};

    db::Statement<void(UserId)> leave{"cart.leave", R"(
        DELETE FROM cart_items WHERE user_id = $1::bigint)"};
};
inline constexpr CarrySql carry_sql;
RECORD(CarrySql, pack, sold, unpack, leave);

}  // namespace marque::cart
