#pragma once
// SQL that takes a wishlist along when its customer moves to another market: shared products are met again by slug.

#include <string>
#include <vector>

#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::wishlist {

struct PackedRow {
    std::string slug;
    bool is_shared = false;
};
RECORD(PackedRow, slug, is_shared);

struct CarrySql {
    db::Statement<PackedRow(UserId)> pack{"wishlist.pack", R"(
        SELECT r.slug, i.owner_market = 'ALL' AS is_shared
        FROM wishlist_items i JOIN products r ON r.market = i.owner_market AND r.id = i.product_id
        WHERE i.user_id = $1::bigint ORDER BY i.added_at, i.product_id)"};

    db::Statement<std::string(std::vector<std::string>)> sold{"wishlist.sold", R"(
        SELECT r.slug FROM products r
        WHERE r.market = 'ALL' AND r.is_active AND r.slug = ANY ($1::text[])
          AND EXISTS (SELECT FROM skus k JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
                      WHERE k.market = r.market AND k.product_id = r.id AND k.is_active))"};

    db::Statement<void(MarketCode, UserId, std::vector<std::string>)> unpack{"wishlist.unpack", R"(
        WITH list AS (
            INSERT INTO wishlists (market, user_id) VALUES ($1, $2::bigint)
            ON CONFLICT (market, user_id) DO UPDATE SET updated_at = now() RETURNING market, user_id
        )
        INSERT INTO wishlist_items (market, user_id, product_id, owner_market)
        SELECT list.market, list.user_id, r.id, r.market
        FROM list, products r WHERE r.market = 'ALL' AND r.slug = ANY ($3::text[])
        ON CONFLICT (market, user_id, product_id) DO NOTHING)"};

    db::Statement<void(UserId, std::vector<std::string>)> leave{"wishlist.leave", R"(
        DELETE FROM wishlist_items i USING products r
        WHERE i.user_id = $1::bigint AND i.owner_market = 'ALL' AND r.market = i.owner_market
          AND r.id = i.product_id AND r.slug = ANY ($2::text[]))"};
};
inline constexpr CarrySql carry_sql;
RECORD(CarrySql, pack, sold, unpack, leave);

}  // namespace marque::wishlist
