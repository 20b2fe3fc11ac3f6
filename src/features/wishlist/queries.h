#pragma once
// SQL of the wishlist as its shopper uses it; its tables are made in profile's migration 0018 and cart's 0044.

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
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
    std::int64_t items = 0;      // before the addition
    std::optional<bool> is_new;  // the list; nothing where none may be begun
};
RECORD(AddedRow, product_id, items, is_new);

struct Sql {
    db::Statement<ItemRow(Uuid)> items{"wishlist.items", R"(
        SELECT i.product_id, r.slug, i.added_at
        FROM wishlist_items i JOIN products r ON r.market = i.owner_market AND r.id = i.product_id
        WHERE i.wishlist_id = $1::uuid ORDER BY i.added_at DESC, i.product_id DESC)"};

    // One statement, so one round trip: look the product up, make the list, add to it. Only what has a price is sold.
    // $6: whether the shopper may begin a list.
    db::Statement<AddedRow(MarketCode, Uuid, std::optional<UserId>, ProductId, std::int32_t, bool)> add{"wishlist.add",
                                                                                                        R"(
        WITH product AS (
            SELECT r.market, r.id FROM products r
            WHERE r.id = $4::bigint AND r.is_active
              AND EXISTS (SELECT FROM skus k JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
                          WHERE k.market = r.market AND k.product_id = r.id AND k.is_active)
        ), already AS (
            SELECT count(*) AS items FROM wishlist_items WHERE wishlist_id = $2::uuid
        ), list AS (
            INSERT INTO wishlists (market, wishlist_id, user_id) SELECT $1, $2::uuid, $3::bigint FROM product
            WHERE $6::boolean OR EXISTS (SELECT FROM wishlists WHERE wishlist_id = $2::uuid)
            ON CONFLICT (market, wishlist_id)
                DO UPDATE SET updated_at = greatest(wishlists.updated_at, date_trunc('hour', now()))
            RETURNING market, wishlist_id, xmax = 0 AS is_new
        ), item AS (
            INSERT INTO wishlist_items (market, wishlist_id, product_id, owner_market)
            SELECT list.market, list.wishlist_id, product.id, product.market
            FROM list, product, already WHERE already.items < $5::integer
            ON CONFLICT (market, wishlist_id, product_id) DO NOTHING
        )
        SELECT product.id AS product_id, already.items, list.is_new
        FROM product CROSS JOIN already LEFT JOIN list ON true)"};

    db::Statement<void(Uuid, ProductId)> remove{"wishlist.remove", R"(
        DELETE FROM wishlist_items WHERE wishlist_id = $1::uuid AND product_id = $2::bigint)"};

    db::Statement<void(Uuid)> clear{"wishlist.clear", R"(
        DELETE FROM wishlist_items WHERE wishlist_id = $1::uuid)"};
};
inline constexpr Sql sql;
RECORD(Sql, items, add, remove, clear);

}  // namespace marque::wishlist
