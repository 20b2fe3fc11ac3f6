#pragma once
// All SQL of the catalogue: reading one market's whole catalogue for the snapshot. The role limits it to the market's
// own rows and those of ALL; a SKU without a price here is not sold here (ruling 9).

#include <optional>
#include <string>
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

struct ProductRow {
    ProductId id;
    std::string market;
    std::string slug;
    std::string name;
    std::string brand;
    std::string description;
    CategoryId category_id;
    std::optional<CategoryId> subcategory_id;
    std::optional<std::string> image;
    std::string rating;
    std::int32_t reviews_count = 0;
    std::int32_t sales_count = 0;
    bool is_featured = false;
    bool is_best_seller = false;
    Timestamp created_at;
};
RECORD(ProductRow, id, market, slug, name, brand, description, category_id, subcategory_id, image, rating,
       reviews_count, sales_count, is_featured, is_best_seller, created_at);

struct SkuRow {
    SkuId id;
    ProductId product_id;
    std::string sku_code;
    std::string size;
    std::string color;
    std::optional<std::string> variant_image;
    std::int64_t price_minor = 0;
    std::optional<std::int64_t> original_minor;
    bool in_stock = false;
};
RECORD(SkuRow, id, product_id, sku_code, size, color, variant_image, price_minor, original_minor, in_stock);

struct TextRow {
    std::int64_t owner_id = 0;
    std::string language;
    std::string name;
    std::string description;
};
RECORD(TextRow, owner_id, language, name, description);

struct FeatureRow {
    ProductId product_id;
    std::string language;
    std::string feature_text;
};
RECORD(FeatureRow, product_id, language, feature_text);

struct ImageRow {
    ProductId product_id;
    std::string image_url;
};
RECORD(ImageRow, product_id, image_url);

/// One change of the log, beside what the next look starts from; without an id where there was none.
struct ChangeRow {
    std::string oldest_open;  // number of the oldest transaction that was not over yet
    Timestamp now;            // by PostgreSQL's clock
    std::optional<std::int64_t> id;
    std::optional<ProductId> product_id;  // none: everything may be different
};
RECORD(ChangeRow, oldest_open, now, id, product_id);

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

    db::Statement<TextRow()> category_texts{"catalog.category_texts", R"(
        SELECT category_id AS owner_id, language, name, '' AS description FROM category_translations)"};

    db::Statement<ProductRow()> products{"catalog.products", R"(
        SELECT r.id, r.market, r.slug, r.name, r.brand, r.description, r.category_id, r.subcategory_id, r.image,
               coalesce(round(s.rating_sum::numeric / nullif(s.reviews_count, 0), 2), 0)::text AS rating,
               coalesce(s.reviews_count, 0) AS reviews_count, coalesce(s.sales_count, 0) AS sales_count,
               r.is_featured, r.is_best_seller, r.created_at
        FROM products r LEFT JOIN product_stats s ON s.product_market = r.market AND s.product_id = r.id
        WHERE r.is_active ORDER BY r.id)"};

    db::Statement<TextRow()> product_texts{"catalog.product_texts", R"(
        SELECT product_id AS owner_id, language, name, description FROM product_translations)"};

    db::Statement<FeatureRow()> features{"catalog.features", R"(
        SELECT product_id, language, feature_text FROM product_features ORDER BY product_id, language, sort_order)"};

    db::Statement<ImageRow()> images{"catalog.images", R"(
        SELECT product_id, image_url FROM product_images ORDER BY product_id, sort_order)"};

    db::Statement<SkuRow()> skus{"catalog.skus", R"(
        SELECT k.id, k.product_id, k.sku_code, k.size, k.color, k.variant_image,
               marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS price_minor,
               marque_original_price(p.price_minor, p.original_minor, p.sale_minor, p.sale_from, p.sale_until)
                   AS original_minor,
               coalesce(s.in_stock, false) AS in_stock
        FROM skus k
        JOIN prices p ON p.sku_id = k.id AND p.owner_market = k.market
        LEFT JOIN stock s ON s.sku_id = k.id AND s.market = p.market
        WHERE k.is_active ORDER BY k.product_id, k.sort_order, k.id)"};
};
inline constexpr Sql sql;
RECORD(Sql, changes, prune_changes, categories, category_texts, products, product_texts, features, images, skus);

}  // namespace marque::catalog
