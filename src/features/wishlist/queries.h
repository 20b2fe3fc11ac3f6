#pragma once
// All SQL of the wishlist; its tables are made in profile's migration 0018.

#include <string>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::wishlist {

struct ItemRow {
    ProductId product_id;
    std::string slug;
    Timestamp added_at;
};
RECORD(ItemRow, product_id, slug, added_at);

/// What adding came to: no row where the market does not sell the product.
struct AddedRow {
    ProductId product_id;
    std::int64_t items = 0;  // before the addition
};
RECORD(AddedRow, product_id, items);

struct Sql {
    db::Statement<ItemRow(UserId)> items{"wishlist.items", R"(
        SELECT i.product_id, r.slug, i.added_at
        FROM wishlist_items i JOIN products r ON r.market = i.owner_market AND r.id = i.product_id
        WHERE i.user_id = $1::bigint ORDER BY i.added_at DESC, i.product_id DESC)"};

    // One statement, so one round trip: look the product up, make the list, add to it. Only what has a price is sold.
    db::Statement<AddedRow(MarketCode, UserId, ProductId, std::int32_t)> add{"wishlist.add", R"(
        WITH product AS (
            SELECT r.market, r.id FROM products r
            WHERE r.id = $3::bigint AND r.is_active
              AND EXISTS (SELECT FROM skus k JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
                          WHERE k.market = r.market AND k.product_id = r.id AND k.is_active)
        ), already AS (
            SELECT count(*) AS items FROM wishlist_items WHERE user_id = $2::bigint
        ), list AS (
            INSERT INTO wishlists (market, user_id) SELECT $1, $2::bigint FROM product
            ON CONFLICT (market, user_id) DO UPDATE SET updated_at = now()
        ), item AS (
            INSERT INTO wishlist_items (market, user_id, product_id, owner_market)
            SELECT $1, $2::bigint, product.id, product.market FROM product, already WHERE already.items < $4::integer
            ON CONFLICT (market, user_id, product_id) DO NOTHING
        )
        SELECT product.id AS product_id, already.items FROM product, already)"};

    db::Statement<void(UserId, ProductId)> remove{"wishlist.remove", R"(
        DELETE FROM wishlist_items WHERE user_id = $1::bigint AND product_id = $2::bigint)"};

    db::Statement<void(UserId)> clear{"wishlist.clear", R"(
        DELETE FROM wishlist_items WHERE user_id = $1::bigint)"};
};
inline constexpr Sql sql;
RECORD(Sql, items, add, remove, clear);

}  // namespace marque::wishlist
