#pragma once
// SQL that takes a wishlist elsewhere: to another market with its customer (shared products are met again by slug),
// from a guest to a customer, or out of the world.

#include <string>
#include <vector>

#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::wishlist {

struct PackedRow {
    std::string slug;
    bool is_shared = false;
};
RECORD(PackedRow, slug, is_shared);

struct CarrySql {
    db::Statement<PackedRow(Uuid)> pack{"wishlist.pack", R"(
        SELECT r.slug, i.owner_market = 'ALL' AS is_shared
        FROM wishlist_items i JOIN products r ON r.market = i.owner_market AND r.id = i.product_id
        WHERE i.wishlist_id = $1::uuid ORDER BY i.added_at, i.product_id)"};

    db::Statement<std::string(std::vector<std::string>)> sold{"wishlist.sold", R"(
        SELECT r.slug FROM products r
        WHERE r.market = 'ALL' AND r.is_active AND r.slug = ANY ($1::text[])
          AND EXISTS (SELECT FROM skus k JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
                      WHERE k.market = r.market AND k.product_id = r.id AND k.is_active))"};

    db::Statement<void(MarketCode, Uuid, UserId, std::vector<std::string>)> unpack{"wishlist.unpack", R"(
        WITH list AS (
            INSERT INTO wishlists (market, wishlist_id, user_id) VALUES ($1, $2::uuid, $3::bigint)
            ON CONFLICT (market, wishlist_id) DO UPDATE SET updated_at = now() RETURNING market, wishlist_id
        )
        INSERT INTO wishlist_items (market, wishlist_id, product_id, owner_market)
        SELECT list.market, list.wishlist_id, r.id, r.market
        FROM list, products r WHERE r.market = 'ALL' AND r.slug = ANY ($4::text[])
        ON CONFLICT (market, wishlist_id, product_id) DO NOTHING)"};

    db::Statement<void(Uuid, std::vector<std::string>)> leave{"wishlist.leave", R"(
        DELETE FROM wishlist_items i USING products r
        WHERE i.wishlist_id = $1::uuid AND i.owner_market = 'ALL' AND r.market = i.owner_market
          AND r.id = i.product_id AND r.slug = ANY ($2::text[]))"};

    // Held while a guest's list is joined to another: what is put on it meanwhile waits, and then finds a new one.
    db::Statement<Uuid(Uuid)> hold{"wishlist.hold", R"(
        SELECT wishlist_id FROM wishlists WHERE wishlist_id = $1::uuid AND user_id IS NULL FOR UPDATE)"};

    // From the guest's list $2 to the customer's; a second time there is nothing left to join.
    db::Statement<void(MarketCode, Uuid, Uuid, UserId)> join{"wishlist.join", R"(
        WITH guest AS (
            DELETE FROM wishlists WHERE wishlist_id = $2::uuid AND user_id IS NULL RETURNING market, wishlist_id
        ), own AS (
            INSERT INTO wishlists (market, wishlist_id, user_id) SELECT $1, $3::uuid, $4::bigint FROM guest
            ON CONFLICT (market, wishlist_id) DO UPDATE SET updated_at = now() RETURNING market, wishlist_id
        )
        INSERT INTO wishlist_items (market, wishlist_id, product_id, owner_market, added_at, notify_since,
                                    notify_sku_id, notify_was_out)
        SELECT own.market, own.wishlist_id, i.product_id, i.owner_market, i.added_at, i.notify_since,
               i.notify_sku_id, i.notify_was_out
        FROM own, guest JOIN wishlist_items i ON i.market = guest.market AND i.wishlist_id = guest.wishlist_id
        ON CONFLICT (market, wishlist_id, product_id) DO NOTHING)"};

    db::Statement<void(std::int32_t, std::int32_t)> forget{"wishlist.forget", R"(
        WITH old AS (
            SELECT market, wishlist_id FROM wishlists
            WHERE user_id IS NULL AND updated_at < now() - make_interval(days => $1::integer)
            ORDER BY updated_at LIMIT $2::integer FOR UPDATE SKIP LOCKED
        )
        DELETE FROM wishlists w USING old WHERE w.market = old.market AND w.wishlist_id = old.wishlist_id)"};
};
inline constexpr CarrySql carry_sql;
RECORD(CarrySql, pack, sold, unpack, leave, hold, join, forget);

}  // namespace marque::wishlist
