#pragma once
// All SQL of the catalogue: reading one market's catalogue for the snapshot, whole or some products of it. The role
// limits it to the market's own rows and those of ALL; a SKU without a price here is not sold here (ruling 9).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::catalog {

struct CategoryRow {
    CategoryId id;
    std::string market;
    std::optional<CategoryId> parent_id;
    std::string name;
    std::string slug;
    std::optional<std::string> icon;
    std::optional<std::string> image_url;
    std::int32_t sort_order = 0;
};
RECORD(CategoryRow, id, market, parent_id, name, slug, icon, image_url, sort_order);

struct CategoryTextRow {
    CategoryId category_id;
    std::string language;
    std::string name;
};
RECORD(CategoryTextRow, category_id, language, name);

struct AttributeRow {
    std::string kind;
    std::string value;
    std::string name;
    std::int32_t sort_order = 0;
    std::optional<std::string> swatch;
    std::string family;
    db::JsonText size_systems;
};
RECORD(AttributeRow, kind, value, name, sort_order, swatch, family, size_systems);

struct AttributeNameRow {
    std::string kind;
    std::string value;
    std::string language;
    std::string name;
};
RECORD(AttributeNameRow, kind, value, language, name);

struct ProductRow {
    std::int64_t id = 0;
    std::string_view market;
    std::string_view slug;
    std::string_view name;
    std::string_view brand;
    std::string_view description;
    std::int64_t category_id = 0;
    std::optional<std::int64_t> subcategory_id;
    std::optional<std::string_view> image;
    std::int32_t rating_hundredths = 0;
    std::int32_t reviews_count = 0;
    std::int32_t sales_count = 0;
    bool is_featured = false;
    bool is_best_seller = false;
    Timestamp created_at;
};
RECORD(ProductRow, id, market, slug, name, brand, description, category_id, subcategory_id, image, rating_hundredths,
       reviews_count, sales_count, is_featured, is_best_seller, created_at);

struct SkuRow {
    std::int64_t id = 0;
    std::int64_t product_id = 0;
    std::int32_t sort_order = 0;
    std::string_view sku_code;
    std::string_view size;
    std::string_view color;
    std::optional<std::string_view> variant_image;
    std::int64_t price_minor = 0;
    std::optional<std::int64_t> original_minor;
    bool in_stock = false;
    std::optional<Timestamp> sale_until;   // of a sale that is on
    std::optional<Timestamp> next_change;  // when a dated sale begins or ends next
};
RECORD(SkuRow, id, product_id, sort_order, sku_code, size, color, variant_image, price_minor, original_minor, in_stock,
       sale_until, next_change);

/// The least a reduced SKU cost in the 30 days before it was reduced.
struct LowestRow {
    std::int64_t product_id = 0;
    std::int64_t sku_id = 0;
    std::int64_t lowest_minor = 0;
};
RECORD(LowestRow, product_id, sku_id, lowest_minor);

struct ProductTextRow {
    std::int64_t product_id = 0;
    std::string_view language;
    std::string_view name;
    std::string_view description;
};
RECORD(ProductTextRow, product_id, language, name, description);

struct FeatureRow {
    std::int64_t product_id = 0;
    std::string_view language;
    std::int32_t sort_order = 0;
    std::string_view feature_text;
};
RECORD(FeatureRow, product_id, language, sort_order, feature_text);

struct ImageRow {
    std::int64_t product_id = 0;
    std::int32_t sort_order = 0;
    std::string_view image_url;
};
RECORD(ImageRow, product_id, sort_order, image_url);

struct RelationRow {
    std::int64_t product_id = 0;
    std::string_view kind;
    std::int32_t sort_order = 0;
    std::int64_t related_id = 0;
};
RECORD(RelationRow, product_id, kind, sort_order, related_id);

/// One change of the log, beside what the next look starts from; without an id where there was none.
struct ChangeRow {
    std::string oldest_open;  // number of the oldest transaction that was not over yet
    Timestamp now;            // by PostgreSQL's clock
    std::optional<std::int64_t> id;
    std::optional<std::int64_t> product_id;  // none: everything may be different
};
RECORD(ChangeRow, oldest_open, now, id, product_id);

/// Which products are read: those with these ids, or all. PostgreSQL plans with the value at hand, so that the one is a
/// walk along indexes and the other a join of whole tables.
using Ids = std::optional<std::vector<std::int64_t>>;
using Languages = std::vector<std::string>;

struct Sql {
    db::Statement<ChangeRow(std::string)> changes{"catalog.changes", R"(
        SELECT look.oldest_open::text AS oldest_open, now() AS now, c.id, c.product_id
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS oldest_open) AS look
        LEFT JOIN catalog_changes c ON c.xid >= $1::text::xid8)"};

    db::Statement<void()> prune_changes{"catalog.prune_changes", R"(
        DELETE FROM catalog_changes WHERE at < now() - interval '1 hour')"};

    db::Statement<CategoryRow()> categories{"catalog.categories", R"(
        SELECT id, market, parent_id, name, slug, icon, image_url, sort_order
        FROM categories WHERE is_active ORDER BY sort_order, id)"};

    db::Statement<CategoryTextRow()> category_texts{"catalog.category_texts", R"(
        SELECT category_id, language, name FROM category_translations)"};

    // A market's own word on a size or colour goes before that of ALL.
    db::Statement<AttributeRow()> attributes{"catalog.attributes", R"(
        SELECT DISTINCT ON (kind, value) kind, value, name, sort_order, swatch, family, size_systems
        FROM attribute_values ORDER BY kind, value, market = 'ALL')"};

    db::Statement<AttributeNameRow()> attribute_names{"catalog.attribute_names", R"(
        SELECT DISTINCT ON (kind, value, language) kind, value, language, name
        FROM attribute_value_translations ORDER BY kind, value, language, market = 'ALL')"};

    db::Statement<std::vector<std::string>()> synonyms{"catalog.synonyms", R"(
        SELECT words FROM search_synonyms ORDER BY market, id)"};

    db::Statement<ProductRow(Ids)> products{"catalog.products", R"(
        SELECT r.id, r.market, r.slug, r.name, r.brand, r.description, r.category_id, r.subcategory_id, r.image,
               coalesce(round(100.0 * s.rating_sum / nullif(s.reviews_count, 0)), 0)::integer AS rating_hundredths,
               coalesce(s.reviews_count, 0) AS reviews_count, coalesce(s.sales_count, 0) AS sales_count,
               r.is_featured, r.is_best_seller, r.created_at
        FROM products r LEFT JOIN product_stats s ON s.product_market = r.market AND s.product_id = r.id
        WHERE r.is_active AND ($1::bigint[] IS NULL OR r.id = ANY ($1::bigint[])))"};

    db::Statement<ProductTextRow(Ids, Languages)> product_texts{"catalog.product_texts", R"(
        SELECT product_id, language, name, description FROM product_translations
        WHERE ($1::bigint[] IS NULL OR product_id = ANY ($1::bigint[])) AND language = ANY ($2::text[]))"};

    db::Statement<FeatureRow(Ids, Languages)> features{"catalog.features", R"(
        SELECT product_id, language, sort_order, feature_text FROM product_features
        WHERE ($1::bigint[] IS NULL OR product_id = ANY ($1::bigint[])) AND language = ANY ($2::text[]))"};

    db::Statement<ImageRow(Ids)> images{"catalog.images", R"(
        SELECT product_id, sort_order, image_url FROM product_images
        WHERE ($1::bigint[] IS NULL OR product_id = ANY ($1::bigint[])))"};

    db::Statement<RelationRow(Ids)> relations{"catalog.relations", R"(
        SELECT product_id, kind, sort_order, related_id FROM product_relations
        WHERE ($1::bigint[] IS NULL OR product_id = ANY ($1::bigint[])))"};

    db::Statement<SkuRow(Ids)> skus{"catalog.skus", R"(
        SELECT k.id, k.product_id, k.sort_order, k.sku_code, k.size, k.color, k.variant_image,
               marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS price_minor,
               marque_original_price(p.price_minor, p.original_minor, p.sale_minor, p.sale_from, p.sale_until)
                   AS original_minor,
               coalesce(s.in_stock, false) AS in_stock,
               CASE WHEN p.sale_minor IS NOT NULL AND (p.sale_from IS NULL OR p.sale_from <= now())
                         AND now() < p.sale_until THEN p.sale_until END AS sale_until,
               least(CASE WHEN now() < p.sale_from THEN p.sale_from END,
                     CASE WHEN now() < p.sale_until THEN p.sale_until END) AS next_change
        FROM skus k
        JOIN prices p ON p.sku_id = k.id AND p.owner_market = k.market
        LEFT JOIN stock s ON s.sku_id = k.id AND s.market = p.market
        WHERE k.is_active AND ($1::bigint[] IS NULL OR k.product_id = ANY ($1::bigint[])))"};

    // A reduction began with the sale, or when the price was last changed. Before that a row of the history held from a
    // to b within the 30 days: at its sale price, which is the lower one, where the sale met that time.
    db::Statement<LowestRow(Ids)> lowest{"catalog.lowest", R"(
        WITH reduced AS MATERIALIZED (
            SELECT k.product_id, p.sku_id, p.price_minor, p.changed_at,
                   CASE WHEN p.sale_minor IS NOT NULL AND (p.sale_from IS NULL OR p.sale_from <= now())
                             AND (p.sale_until IS NULL OR now() < p.sale_until)
                        THEN greatest(p.changed_at, p.sale_from) ELSE p.changed_at END AS began_at
            FROM skus k JOIN prices p ON p.sku_id = k.id AND p.owner_market = k.market
            WHERE k.is_active AND ($1::bigint[] IS NULL OR k.product_id = ANY ($1::bigint[]))
              AND marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until)
                  < marque_original_price(p.price_minor, p.original_minor, p.sale_minor, p.sale_from, p.sale_until)
        ), held AS (
            SELECT product_id, sku_id, price_minor AS minor FROM reduced WHERE changed_at < began_at
            UNION ALL
            SELECT r.product_id, r.sku_id,
                   CASE WHEN h.sale_minor IS NOT NULL AND coalesce(h.sale_from, '-infinity') < span.until
                             AND coalesce(h.sale_until, 'infinity') > span.since THEN h.sale_minor
                        ELSE h.price_minor END
            FROM reduced r JOIN price_history h ON h.sku_id = r.sku_id
                 AND h.valid_until > r.began_at - interval '30 days' AND h.valid_from < r.began_at
            CROSS JOIN LATERAL (SELECT greatest(h.valid_from, r.began_at - interval '30 days') AS since,
                                       least(h.valid_until, r.began_at) AS until) AS span
        )
        SELECT product_id, sku_id, min(minor) AS lowest_minor FROM held GROUP BY product_id, sku_id)"};
};
inline constexpr Sql sql;
RECORD(Sql, changes, prune_changes, categories, category_texts, attributes, attribute_names, synonyms, products,
       product_texts, features, images, relations, skus, lowest);

}  // namespace marque::catalog
