#pragma once
// All SQL of managing promotions.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/promotions/evaluate.h"

namespace marque::promotions {

struct ManagedRow {
    PromotionId id;
    std::optional<std::string> code;
    std::string name;
    db::JsonText names;
    Kind kind = Kind::percentage;
    std::int64_t milli_percent = 0;
    std::int64_t amount_minor = 0;
    std::int32_t buy_quantity = 0;
    std::int32_t get_quantity = 0;
    std::int64_t min_subtotal_minor = 0;
    std::vector<std::string> categories;
    std::vector<std::string> brands;
    std::vector<std::string> products;
    std::vector<std::string> shipping_options;
    std::optional<std::int64_t> usage_limit;
    std::optional<std::int32_t> per_buyer_limit;
    std::optional<Timestamp> starts_at;
    std::optional<Timestamp> ends_at;
    Stacking stacking = Stacking::stackable;
    std::int32_t priority = 0;
    bool is_active = false;
    std::int64_t orders_count = 0;
    std::int64_t given_minor = 0;
    std::int32_t version = 1;
    Timestamp created_at;
    Timestamp updated_at;
    std::string changed_by;
    std::int64_t total_count = 0;
};
RECORD(ManagedRow, id, code, name, names, kind, milli_percent, amount_minor, buy_quantity, get_quantity,
       min_subtotal_minor, categories, brands, products, shipping_options, usage_limit, per_buyer_limit, starts_at,
       ends_at, stacking, priority, is_active, orders_count, given_minor, version, created_at, updated_at, changed_by,
       total_count);

struct ManageSql {
    db::Statement<ManagedRow(std::optional<PromotionId>, std::optional<bool>, std::int32_t, std::int32_t)> managed{
        "promotions.managed", R"(
        SELECT p.id, p.code, p.name, p.names, p.kind, p.milli_percent, p.amount_minor, p.buy_quantity, p.get_quantity,
               p.min_subtotal_minor, p.categories, p.brands, p.products, p.shipping_options, u.usage_limit,
               p.per_buyer_limit, p.starts_at, p.ends_at, p.stacking, p.priority, p.is_active,
               (SELECT count(*) FROM order_promotions o WHERE o.market = p.market AND o.promotion_id = p.id)
                   AS orders_count,
               (SELECT coalesce(sum(o.amount_minor), 0)::bigint FROM order_promotions o
                WHERE o.market = p.market AND o.promotion_id = p.id) AS given_minor,
               p.version, p.created_at, p.updated_at, p.changed_by, count(*) OVER () AS total_count
        FROM promotions p LEFT JOIN promotion_uses u ON u.market = p.market AND u.promotion_id = p.id
        WHERE ($1::bigint IS NULL OR p.id = $1::bigint) AND ($2::boolean IS NULL OR p.is_active = $2::boolean)
        ORDER BY p.id DESC LIMIT $3::integer OFFSET $4::integer)"};

    // One promotion is made after the other, so that twins of a request find each other's answer.
    db::Statement<std::int64_t(MarketCode)> lock_market{"promotions.lock_market", R"(
        SELECT count(*) AS locks FROM (
            SELECT pg_advisory_xact_lock(hashtextextended('marque promotions ' || $1::text, 0)) AS taken) AS lock)"};

    // A statement after the lock's: that one's view of the rows is older than the lock.
    db::Statement<std::int64_t(MarketCode)> count_active{"promotions.count_active", R"(
        SELECT count(*) AS promotions FROM promotions WHERE market = $1::text AND is_active)"};

    db::Statement<PromotionId(MarketCode, std::optional<std::string>, std::string, db::JsonText, Kind, std::int64_t,
                              std::int64_t, std::int32_t, std::int32_t, std::int64_t, std::vector<std::string>,
                              std::vector<std::string>, std::vector<std::string>, std::vector<std::string>,
                              std::optional<std::int32_t>, std::optional<Timestamp>, std::optional<Timestamp>, Stacking,
                              std::int32_t, bool, std::string)>
        insert{"promotions.insert", R"(
        INSERT INTO promotions (market, code, name, names, kind, milli_percent, amount_minor, buy_quantity,
                                get_quantity, min_subtotal_minor, categories, brands, products, shipping_options,
                                per_buyer_limit, starts_at, ends_at, stacking, priority, is_active, changed_by)
        VALUES ($1, $2, $3, $4::jsonb, $5, $6::bigint, $7::bigint, $8::integer, $9::integer, $10::bigint, $11::text[],
                $12::text[], $13::text[], $14::text[], $15::integer, $16::timestamptz, $17::timestamptz, $18,
                $19::integer, $20::boolean, $21)
        RETURNING id)"};

    db::Statement<PromotionId(PromotionId, std::int32_t, std::optional<std::string>, std::string, db::JsonText, Kind,
                              std::int64_t, std::int64_t, std::int32_t, std::int32_t, std::int64_t,
                              std::vector<std::string>, std::vector<std::string>, std::vector<std::string>,
                              std::vector<std::string>, std::optional<std::int32_t>, std::optional<Timestamp>,
                              std::optional<Timestamp>, Stacking, std::int32_t, bool, std::string)>
        update{"promotions.update", R"(
        UPDATE promotions SET code = $3, name = $4, names = $5::jsonb, kind = $6, milli_percent = $7::bigint,
               amount_minor = $8::bigint, buy_quantity = $9::integer, get_quantity = $10::integer,
               min_subtotal_minor = $11::bigint, categories = $12::text[], brands = $13::text[],
               products = $14::text[], shipping_options = $15::text[], per_buyer_limit = $16::integer,
               starts_at = $17::timestamptz, ends_at = $18::timestamptz, stacking = $19, priority = $20::integer,
               is_active = $21::boolean, changed_by = $22, version = version + 1, updated_at = now()
        WHERE id = $1::bigint AND version = $2::integer RETURNING id)"};

    // A limit that is new begins with what was given before it.
    db::Statement<void(MarketCode, PromotionId, std::optional<std::int64_t>)> set_limit{"promotions.set_limit", R"(
        WITH unlimited AS (
            DELETE FROM promotion_uses WHERE promotion_id = $2::bigint AND $3::bigint IS NULL
        )
        INSERT INTO promotion_uses (market, promotion_id, usage_limit, used)
        SELECT $1, $2::bigint, $3::bigint,
               (SELECT count(*) FROM order_promotions o WHERE o.promotion_id = $2::bigint)
        WHERE $3::bigint IS NOT NULL
        ON CONFLICT (market, promotion_id) DO UPDATE SET usage_limit = excluded.usage_limit)"};

    db::Statement<PromotionId(PromotionId, std::string)> end{"promotions.end", R"(
        UPDATE promotions SET is_active = false, changed_by = $2, version = version + 1, updated_at = now()
        WHERE id = $1::bigint AND is_active RETURNING id)"};
};
inline constexpr ManageSql manage_sql;
RECORD(ManageSql, managed, lock_market, count_active, insert, update, set_limit, end);

}  // namespace marque::promotions
