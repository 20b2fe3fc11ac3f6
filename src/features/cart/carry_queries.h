#pragma once
// SQL that takes a cart elsewhere: to another market with its customer (read here, written there, by SKU code), from a
// guest to a customer, or out of the world.

#include <string>
#include <vector>

#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/cart/cart.h"

namespace marque::cart {

struct CarrySql {
    // A line of an article that only this market owns cannot follow: elsewhere the same code may be another article.
    db::Statement<PackedLine(Uuid)> pack{"cart.pack", R"(
        SELECT i.sku_id, k.sku_code, r.name AS product_name, i.quantity, k.market = 'ALL' AS is_shared, i.saved
        FROM cart_items i
        JOIN stock s ON s.market = i.market AND s.sku_id = i.sku_id
        JOIN skus k ON k.market = s.owner_market AND k.id = i.sku_id
        JOIN products r ON r.market = k.market AND r.id = k.product_id
        WHERE i.cart_id = $1::uuid ORDER BY i.added_at, i.sku_id)"};

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
    db::Statement<void(MarketCode, Uuid, UserId, std::vector<SkuId>, std::vector<std::int32_t>,
                       std::vector<std::int64_t>, std::vector<SkuId>)>
        unpack{"cart.unpack", R"(
        WITH cart AS (
            INSERT INTO carts (market, cart_id, user_id) VALUES ($1, $2::uuid, $3::bigint)
            ON CONFLICT (market, cart_id) DO UPDATE SET updated_at = now() RETURNING market, cart_id
        )
        INSERT INTO cart_items (market, cart_id, sku_id, quantity, added_price_minor, saved)
        SELECT cart.market, cart.cart_id, w.sku_id, w.quantity, w.price_minor, w.sku_id = ANY ($7::bigint[])
        FROM cart, unnest($4::bigint[], $5::integer[], $6::bigint[]) AS w(sku_id, quantity, price_minor)
        ON CONFLICT (market, cart_id, sku_id)
            DO UPDATE SET quantity = greatest(cart_items.quantity, excluded.quantity),
                          saved = cart_items.saved AND excluded.saved)"};

    db::Statement<void(Uuid)> leave{"cart.leave", R"(
        DELETE FROM cart_items WHERE cart_id = $1::uuid)"};

    // What was changed since it was packed stays.
    db::Statement<void(Uuid, std::vector<SkuId>, std::vector<std::int32_t>)> leave_lines{"cart.leave_lines", R"(
        DELETE FROM cart_items i USING unnest($2::bigint[], $3::integer[]) AS w(sku_id, quantity)
        WHERE i.cart_id = $1::uuid AND i.sku_id = w.sku_id AND i.quantity = w.quantity)"};

    // Held while a guest's cart is joined to another: what is put into it meanwhile waits, and then finds a new one.
    db::Statement<Uuid(Uuid)> hold{"cart.hold", R"(
        SELECT cart_id FROM carts WHERE cart_id = $1::uuid AND user_id IS NULL FOR UPDATE)"};

    // From the guest's cart $2 to the customer's; a second time there is nothing left to join.
    db::Statement<void(MarketCode, Uuid, Uuid, UserId, std::int32_t)> join{"cart.join", R"(
        WITH guest AS (
            DELETE FROM carts WHERE cart_id = $2::uuid AND user_id IS NULL RETURNING market, cart_id
        ), own AS (
            INSERT INTO carts (market, cart_id, user_id) SELECT $1, $3::uuid, $4::bigint FROM guest
            ON CONFLICT (market, cart_id) DO UPDATE SET updated_at = now() RETURNING market, cart_id
        )
        INSERT INTO cart_items (market, cart_id, sku_id, quantity, added_price_minor, added_at, saved)
        SELECT own.market, own.cart_id, i.sku_id, i.quantity, i.added_price_minor, i.added_at, i.saved
        FROM own, guest JOIN cart_items i ON i.market = guest.market AND i.cart_id = guest.cart_id
        ON CONFLICT (market, cart_id, sku_id)
            DO UPDATE SET quantity = least($5::integer, cart_items.quantity + excluded.quantity),
                          saved = cart_items.saved AND excluded.saved)"};

    db::Statement<void(std::int32_t, std::int32_t)> forget{"cart.forget", R"(
        WITH old AS (
            SELECT market, cart_id FROM carts
            WHERE user_id IS NULL AND updated_at < now() - make_interval(days => $1::integer)
            ORDER BY updated_at LIMIT $2::integer FOR UPDATE SKIP LOCKED
        )
        DELETE FROM carts c USING old WHERE c.market = old.market AND c.cart_id = old.cart_id)"};
};
inline constexpr CarrySql carry_sql;
RECORD(CarrySql, pack, sold, unpack, leave, leave_lines, hold, join, forget);

}  // namespace marque::cart
