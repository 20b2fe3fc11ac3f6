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
    bool notify = false;
    std::optional<SkuId> notify_sku_id;
};
RECORD(ItemRow, product_id, slug, added_at, notify, notify_sku_id);

/// What adding came to: no row where the market does not sell the product.
struct AddedRow {
    ProductId product_id;
    std::int64_t items = 0;      // before the addition
    std::optional<bool> is_new;  // the list; nothing where none may be begun
    bool has_item = false;       // before
};
RECORD(AddedRow, product_id, items, is_new, has_item);

/// Something of a product that somebody waited for is there again.
struct BackRow {
    UserId user_id;
    SkuId sku_id;
};
RECORD(BackRow, user_id, sku_id);

struct Sql {
    db::Statement<ItemRow(Uuid)> items{"wishlist.items", R"(
        SELECT i.product_id, r.slug, i.added_at, i.notify_since IS NOT NULL AS notify, i.notify_sku_id
        FROM wishlist_items i JOIN products r ON r.market = i.owner_market AND r.id = i.product_id
        WHERE i.wishlist_id = $1::uuid ORDER BY i.added_at DESC, i.product_id DESC)"};

    // One statement, so one round trip: look the product up, make the list, add to it. Only what has a price is sold.
    // $6: whether the shopper may begin a list; $7: whether they want to hear of its return (null: as before), $8: of
    // this SKU only.
    db::Statement<AddedRow(MarketCode, Uuid, std::optional<UserId>, ProductId, std::int32_t, bool, std::optional<bool>,
                           std::optional<SkuId>)>
        add{"wishlist.add", R"(
        WITH product AS (
            SELECT r.market, r.id,
                   NOT EXISTS (SELECT FROM skus k JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id
                               WHERE k.market = r.market AND k.product_id = r.id AND k.is_active AND s.in_stock
                                 AND ($8::bigint IS NULL OR k.id = $8::bigint)) AS is_out
            FROM products r
            WHERE r.id = $4::bigint AND r.is_active
              AND EXISTS (SELECT FROM skus k JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
                          WHERE k.market = r.market AND k.product_id = r.id AND k.is_active
                            AND ($8::bigint IS NULL OR k.id = $8::bigint))
        ), already AS (
            SELECT count(*) AS items, coalesce(bool_or(product_id = $4::bigint), false) AS has_item
            FROM wishlist_items WHERE wishlist_id = $2::uuid
        ), list AS (
            INSERT INTO wishlists (market, wishlist_id, user_id) SELECT $1, $2::uuid, $3::bigint FROM product
            WHERE $6::boolean OR EXISTS (SELECT FROM wishlists WHERE wishlist_id = $2::uuid)
            ON CONFLICT (market, wishlist_id)
                DO UPDATE SET updated_at = greatest(wishlists.updated_at, date_trunc('hour', now()))
            RETURNING market, wishlist_id, xmax = 0 AS is_new
        ), item AS (
            INSERT INTO wishlist_items (market, wishlist_id, product_id, owner_market, notify_since, notify_sku_id,
                                        notify_was_out)
            SELECT list.market, list.wishlist_id, product.id, product.market,
                   CASE WHEN $7::boolean THEN clock_timestamp() END, CASE WHEN $7::boolean THEN $8::bigint END,
                   coalesce($7::boolean, false) AND product.is_out
            FROM list, product, already WHERE already.items < $5::integer OR already.has_item
            ON CONFLICT (market, wishlist_id, product_id)
                DO UPDATE SET notify_since = excluded.notify_since, notify_sku_id = excluded.notify_sku_id,
                              notify_was_out = excluded.notify_was_out
                WHERE $7::boolean IS NOT NULL
        )
        SELECT product.id AS product_id, already.items, list.is_new, already.has_item
        FROM product CROSS JOIN already LEFT JOIN list ON true)"};

    db::Statement<void(Uuid, ProductId)> remove{"wishlist.remove", R"(
        DELETE FROM wishlist_items WHERE wishlist_id = $1::uuid AND product_id = $2::bigint)"};

    db::Statement<void(Uuid)> clear{"wishlist.clear", R"(
        DELETE FROM wishlist_items WHERE wishlist_id = $1::uuid)"};

    db::Statement<bool()> any_waiting{"wishlist.any_waiting", R"(
        SELECT true FROM wishlist_items WHERE notify_since IS NOT NULL LIMIT 1)"};

    // Who waits for something that is there again; they are told once, and wait no more.
    db::Statement<BackRow(std::int32_t)> take_back{"wishlist.take_back", R"(
        WITH due AS (
            SELECT i.market, i.wishlist_id, i.product_id, w.user_id, b.sku_id
            FROM wishlist_items i
            JOIN wishlists w ON w.market = i.market AND w.wishlist_id = i.wishlist_id AND w.user_id IS NOT NULL
            JOIN products r ON r.market = i.owner_market AND r.id = i.product_id AND r.is_active
            CROSS JOIN LATERAL (
                SELECT k.id AS sku_id FROM skus k
                JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id
                JOIN prices p ON p.market = s.market AND p.sku_id = s.sku_id
                WHERE k.market = r.market AND k.product_id = r.id AND k.is_active AND s.in_stock
                  AND (i.notify_sku_id IS NULL OR k.id = i.notify_sku_id)
                  AND (i.notify_was_out OR s.back_at > i.notify_since)
                ORDER BY s.back_at DESC NULLS LAST, k.id LIMIT 1) b
            WHERE i.notify_since IS NOT NULL LIMIT $1::integer FOR UPDATE OF i SKIP LOCKED
        )
        UPDATE wishlist_items i SET notify_since = NULL, notify_sku_id = NULL, notify_was_out = false FROM due
        WHERE i.market = due.market AND i.wishlist_id = due.wishlist_id AND i.product_id = due.product_id
        RETURNING due.user_id, due.sku_id)"};
};
inline constexpr Sql sql;
RECORD(Sql, items, add, remove, clear, any_waiting, take_back);

}  // namespace marque::wishlist
