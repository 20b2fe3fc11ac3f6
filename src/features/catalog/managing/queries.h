#pragma once
// SQL of managing the catalogue, beside the bulk writer's (bulk_queries.h), which writes what files and managers want.

#include "features/catalog/bulk_queries.h"
#include "features/catalog/managing/managing.h"

namespace marque::catalog {

struct LineRow {
    ProductId id;
    std::string market;
    std::string slug;
    std::string name;
    std::string brand;
    std::optional<std::string> image;
    std::string category;
    bool is_active = false;
    bool category_active = false;
    std::int64_t skus = 0;
    std::int64_t active_skus = 0;
    std::int64_t priced_skus = 0;  // active ones with a price
    std::optional<std::int64_t> from_minor;
    std::optional<std::int64_t> to_minor;
    std::int64_t on_hand = 0;
    std::int64_t reserved = 0;
    bool in_stock = false;
    std::int32_t version = 1;
    Timestamp updated_at;
    std::int64_t total_count = 0;
};
RECORD(LineRow, id, market, slug, name, brand, image, category, is_active, category_active, skus, active_skus,
       priced_skus, from_minor, to_minor, on_hand, reserved, in_stock, version, updated_at, total_count);

struct HeadRow {
    ProductId id;
    std::string market;
    std::string slug;
    std::string name;
    std::string brand;
    std::string description;
    std::string category_market;
    std::int64_t category_id = 0;
    std::optional<std::int64_t> subcategory_id;
    std::string category;
    std::optional<std::string> subcategory;
    bool category_active = false;
    bool is_active = false;
    bool is_featured = false;
    bool is_best_seller = false;
    std::optional<std::string> source;
    std::int32_t version = 1;
    Timestamp created_at;
    Timestamp updated_at;
};
RECORD(HeadRow, id, market, slug, name, brand, description, category_market, category_id, subcategory_id, category,
       subcategory, category_active, is_active, is_featured, is_best_seller, source, version, created_at, updated_at);

struct ManagedTextRow {
    std::string language;
    std::string name;
    std::string description;
};
RECORD(ManagedTextRow, language, name, description);

struct ManagedFeatureRow {
    std::string language;
    std::string feature_text;
};
RECORD(ManagedFeatureRow, language, feature_text);

struct ManagedSkuRow {
    SkuId id;
    std::string code;
    std::string size;
    std::string color;
    std::optional<std::string> image;
    bool is_active = false;
    std::int32_t sort_order = 0;
    std::int32_t version = 1;
};
RECORD(ManagedSkuRow, id, code, size, color, image, is_active, sort_order, version);

struct ManagedOfferRow {
    std::string code;
    std::optional<std::int64_t> price_minor;
    std::optional<std::int64_t> original_minor;
    std::optional<std::int64_t> sale_minor;
    std::optional<Timestamp> sale_from;
    std::optional<Timestamp> sale_until;
    std::optional<std::int64_t> current_minor;
    std::optional<std::int32_t> version;
    std::optional<std::int32_t> on_hand;
    std::optional<std::int32_t> reserved;
    bool in_stock = false;
};
RECORD(ManagedOfferRow, code, price_minor, original_minor, sale_minor, sale_from, sale_until, current_minor, version,
       on_hand, reserved, in_stock);

struct CategoryPlaceRow {
    std::string market;
    std::int64_t category_id = 0;
    std::optional<std::int64_t> subcategory_id;
};
RECORD(CategoryPlaceRow, market, category_id, subcategory_id);

struct SkuPlaceRow {
    std::string market;
    ProductId product_id;
    std::string slug;
    std::string code;
    std::string size;
    std::string color;
    std::int32_t sort_order = 0;
};
RECORD(SkuPlaceRow, market, product_id, slug, code, size, color, sort_order);

struct LockedPriceRow {
    SkuId sku_id;
    std::int32_t version = 1;
};
RECORD(LockedPriceRow, sku_id, version);

struct ManagingSql {
    // Of whoever's rows are written next, until the transaction's end; the market's own role again before COMMIT.
    db::Statement<std::string(std::string)> act_as{"catalog.act_as", R"(SELECT set_config('role', $1, true))"};

    // One of a market's POSTs after the other, so that twins of a request find each other's answer.
    db::Statement<std::int64_t(MarketCode)> lock_market{"catalog.lock_market", R"(
        SELECT count(*) AS locks FROM (
            SELECT pg_advisory_xact_lock(hashtextextended('marque products ' || $1::text, 0)) AS taken) AS lock)"};

    // The page is found first; what it costs to look at SKUs is paid for its products only.
    db::Statement<LineRow(std::optional<std::string>, std::optional<std::string>, std::optional<std::string>,
                          std::optional<bool>, std::optional<bool>, std::optional<bool>, std::optional<ProductId>,
                          std::int32_t, std::int32_t, std::string)>
        lines{"catalog.managed_lines", R"(
        WITH found AS NOT MATERIALIZED (
            SELECT r.id, r.market FROM products r
            WHERE ($1::text IS NULL OR r.name ILIKE '%' || $1::text || '%' OR r.slug ILIKE '%' || $1::text || '%'
                   OR EXISTS (SELECT FROM product_translations t WHERE t.market = r.market AND t.product_id = r.id
                              AND t.name ILIKE '%' || $1::text || '%')
                   OR EXISTS (SELECT FROM skus k WHERE k.market = r.market AND k.product_id = r.id
                              AND k.sku_code ILIKE $1::text || '%'))
              AND ($2::text IS NULL OR EXISTS (
                  SELECT FROM categories c WHERE c.market = r.category_market AND c.slug = $2::text
                  AND c.id IN (r.category_id, r.subcategory_id)))
              AND ($3::text IS NULL OR lower(r.brand) = lower($3::text))
              AND ($4::boolean IS NULL OR r.is_active = $4::boolean)
              AND ($5::boolean IS NULL OR $5::boolean = EXISTS (
                  SELECT FROM skus k JOIN stock s ON s.sku_id = k.id AND s.owner_market = k.market
                  WHERE k.market = r.market AND k.product_id = r.id AND k.is_active AND s.in_stock))
              AND ($6::boolean IS NULL OR $6::boolean = (r.market = 'ALL'))
        ), page AS (
            SELECT id, market FROM found WHERE $7::bigint IS NULL OR id < $7::bigint ORDER BY id DESC LIMIT $8::integer
        )
        SELECT r.id, r.market, r.slug, coalesce(t.name, r.name) AS name, r.brand, r.image, c.slug AS category,
               r.is_active, c.is_active AS category_active, o.skus, o.active_skus, o.priced_skus, o.from_minor,
               o.to_minor, o.on_hand, o.reserved, o.in_stock, r.version, r.updated_at,
               (SELECT count(*) FROM (SELECT FROM found LIMIT $9::integer) AS counted) AS total_count
        FROM page JOIN products r ON r.market = page.market AND r.id = page.id
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = $10
        JOIN categories c ON c.market = r.category_market AND c.id = r.category_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS skus, count(*) FILTER (WHERE k.is_active) AS active_skus,
                   count(p.sku_id) FILTER (WHERE k.is_active) AS priced_skus,
                   min(marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until))
                       FILTER (WHERE k.is_active) AS from_minor,
                   max(marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until))
                       FILTER (WHERE k.is_active) AS to_minor,
                   coalesce(sum(s.on_hand), 0)::bigint AS on_hand, coalesce(sum(s.reserved), 0)::bigint AS reserved,
                   coalesce(bool_or(s.in_stock AND k.is_active), false) AS in_stock
            FROM skus k LEFT JOIN prices p ON p.sku_id = k.id AND p.owner_market = k.market
            LEFT JOIN stock s ON s.sku_id = k.id AND s.owner_market = k.market
            WHERE k.market = r.market AND k.product_id = r.id) AS o
        ORDER BY r.id DESC)"};

    db::Statement<HeadRow(std::optional<ProductId>, std::optional<std::string>, std::optional<std::string>)> head{
        "catalog.managed_head", R"(
        SELECT r.id, r.market, r.slug, r.name, r.brand, r.description, r.category_market, r.category_id,
               r.subcategory_id, c.slug AS category, s.slug AS subcategory,
               c.is_active AS category_active, r.is_active, r.is_featured, r.is_best_seller, r.source, r.version,
               r.created_at, r.updated_at
        FROM products r JOIN categories c ON c.market = r.category_market AND c.id = r.category_id
        LEFT JOIN categories s ON s.market = r.category_market AND s.id = r.subcategory_id
        WHERE ($1::bigint IS NULL OR r.id = $1::bigint) AND ($2::text IS NULL OR r.market = $2::text)
          AND ($3::text IS NULL OR r.slug = $3::text))"};

    db::Statement<ManagedTextRow(std::string, ProductId)> texts{"catalog.managed_texts", R"(
        SELECT language, name, description FROM product_translations WHERE market = $1 AND product_id = $2::bigint)"};

    db::Statement<ManagedFeatureRow(std::string, ProductId)> features{"catalog.managed_features", R"(
        SELECT language, feature_text FROM product_features WHERE market = $1 AND product_id = $2::bigint
        ORDER BY sort_order, language)"};

    db::Statement<std::string(std::string, ProductId)> images{"catalog.managed_images", R"(
        SELECT image_url FROM product_images WHERE market = $1 AND product_id = $2::bigint ORDER BY sort_order)"};

    db::Statement<ManagedSkuRow(std::string, ProductId)> skus{"catalog.managed_skus", R"(
        SELECT id, sku_code AS code, size, color, variant_image AS image, is_active, sort_order, version
        FROM skus WHERE market = $1 AND product_id = $2::bigint ORDER BY sort_order, id)"};

    // By their codes, which are the same in each database; ids need not be.
    db::Statement<ManagedOfferRow(std::string, Texts)> offers{"catalog.managed_offers", R"(
        SELECT k.sku_code AS code, p.price_minor, p.original_minor, p.sale_minor, p.sale_from, p.sale_until,
               marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS current_minor, p.version,
               s.on_hand, s.reserved, coalesce(s.in_stock, false) AS in_stock
        FROM skus k LEFT JOIN prices p ON p.sku_id = k.id AND p.owner_market = k.market
        LEFT JOIN stock s ON s.sku_id = k.id AND s.owner_market = k.market
        WHERE k.market = $1 AND k.sku_code = ANY ($2::text[]))"};

    // A category that the owner sees, and below it the subcategory; nothing where it is not below.
    db::Statement<CategoryPlaceRow(std::string, std::string, std::optional<std::string>)> category_place{
        "catalog.managed_category_place", R"(
        WITH RECURSIVE up AS (
            SELECT s.market, s.id, s.parent_id, s.id AS wanted FROM categories s
            WHERE s.slug = $3::text AND s.market IN ($1, 'ALL')
            UNION ALL
            SELECT p.market, p.id, p.parent_id, up.wanted FROM up
            JOIN categories p ON p.market = up.market AND p.id = up.parent_id
        )
        SELECT c.market, c.id AS category_id,
               (SELECT up.wanted FROM up WHERE up.market = c.market AND up.id = c.id AND up.wanted <> c.id)
                   AS subcategory_id
        FROM categories c WHERE c.slug = $2 AND c.market IN ($1, 'ALL'))"};

    // Takes the row for this transaction where its version is the one that was read.
    db::Statement<ProductId(std::string, std::string, std::int32_t)> claim{"catalog.claim_product", R"(
        UPDATE products SET updated_at = now() WHERE market = $1 AND slug = $2 AND version = $3::integer
        RETURNING id)"};
    db::Statement<std::int64_t(std::string, std::string, std::int32_t)> claim_sku{"catalog.claim_sku", R"(
        SELECT product_id FROM skus WHERE market = $1 AND sku_code = $2 AND version = $3::integer FOR UPDATE)"};

    db::Statement<void(std::string, ProductId, Texts)> drop_texts{"catalog.drop_texts", R"(
        DELETE FROM product_translations WHERE market = $1 AND product_id = $2::bigint
        AND language <> ALL ($3::text[]))"};

    db::Statement<void(std::string, ProductId, bool)> set_active{"catalog.set_product_active", R"(
        UPDATE products SET is_active = $3::boolean WHERE market = $1 AND id = $2::bigint)"};

    // The first picture is the one of lists.
    db::Statement<void(std::string, ProductId, std::optional<std::string>)> set_image{"catalog.set_product_image", R"(
        UPDATE products SET image = $3 WHERE market = $1 AND id = $2::bigint)"};

    db::Statement<void(std::string, std::string, std::int32_t)> place_sku{"catalog.place_sku", R"(
        UPDATE skus SET sort_order = $3::integer
        WHERE market = $1 AND sku_code = $2 AND sort_order <> $3::integer)"};

    db::Statement<SkuPlaceRow(SkuId)> sku_place{"catalog.managed_sku_place", R"(
        SELECT k.market, k.product_id, r.slug, k.sku_code AS code, k.size, k.color, k.sort_order
        FROM skus k JOIN products r ON r.market = k.market AND r.id = k.product_id WHERE k.id = $1::bigint)"};

    // Of a product the market sees, the SKUs among those asked for.
    db::Statement<std::int64_t(ProductId, Numbers)> known_skus{"catalog.managed_known_skus", R"(
        SELECT id FROM skus WHERE product_id = $1::bigint AND id = ANY ($2::bigint[]))"};

    // The product's row first, so that two calls with the same SKUs wait for each other.
    db::Statement<LockedPriceRow(Numbers)> lock_prices{"catalog.lock_prices", R"(
        SELECT sku_id, version FROM prices WHERE sku_id = ANY ($1::bigint[]) ORDER BY sku_id FOR UPDATE)"};

    db::Statement<void(Numbers)> drop_prices{"catalog.drop_prices", R"(
        DELETE FROM prices WHERE sku_id = ANY ($1::bigint[]))"};

    // The rows are locked and known by lock_stock, so that each delta is what really changed.
    db::Statement<void(MarketCode, std::string, Numbers, Integers, Integers, std::string, std::string)> change_stock{
        "catalog.change_stock", R"(
        WITH wanted AS (
            SELECT * FROM unnest($3::bigint[], $4::integer[], $5::integer[]) AS w(sku_id, on_hand, delta)
        ), written AS (
            INSERT INTO stock (market, sku_id, owner_market, on_hand)
            SELECT $1, sku_id, $2, on_hand FROM wanted
            ON CONFLICT (market, sku_id) DO UPDATE SET on_hand = excluded.on_hand
            RETURNING sku_id
        )
        INSERT INTO stock_ledger (market, sku_id, delta, reason, changed_by)
        SELECT $1, wanted.sku_id, wanted.delta, $6, $7 FROM wanted JOIN written USING (sku_id)
        WHERE wanted.delta <> 0)"};

    db::Statement<LedgerLine(SkuId, std::optional<LedgerId>, std::int32_t)> ledger{"catalog.stock_ledger",
                                                                                   R"(
        SELECT id, delta, reason, order_id, changed_by, created_at FROM stock_ledger
        WHERE sku_id = $1::bigint AND ($2::bigint IS NULL OR id < $2::bigint) ORDER BY id DESC LIMIT $3::integer)"};
};
inline constexpr ManagingSql managing_sql;
RECORD(ManagingSql, act_as, lock_market, lines, head, texts, features, images, skus, offers, category_place, claim,
       claim_sku, drop_texts, set_active, set_image, place_sku, sku_place, known_skus, lock_prices, drop_prices,
       change_stock, ledger);

/// Only for the negative controls "stale_writes", which takes any version, and "unexplained_stock", which tells no
/// ledger.
struct CarelessSql {
    db::Statement<ProductId(std::string, std::string, std::int32_t)> claim{"catalog.claim_any_product", R"(
        UPDATE products SET updated_at = now() WHERE market = $1 AND slug = $2 AND $3::integer > 0 RETURNING id)"};
    db::Statement<void(MarketCode, std::string, Numbers, Integers)> change_stock{"catalog.change_stock_unexplained", R"(
        INSERT INTO stock (market, sku_id, owner_market, on_hand)
        SELECT $1, w.sku_id, $2, w.on_hand FROM unnest($3::bigint[], $4::integer[]) AS w(sku_id, on_hand)
        ON CONFLICT (market, sku_id) DO UPDATE SET on_hand = excluded.on_hand)"};
};
inline constexpr CarelessSql careless_sql;

}  // namespace marque::catalog
