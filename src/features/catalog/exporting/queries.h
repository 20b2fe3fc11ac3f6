#pragma once
// SQL of exports, under the role of the market that is exported: it sees its own rows and those of ALL, and of prices,
// stock and reviews its own only.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::catalog::exporting {

struct ProductRow {
    std::string key;
    std::string slug;
    std::string name;
    std::string brand;
    std::string description;
    std::string category_market;
    std::int64_t category_id = 0;
    std::optional<std::int64_t> subcategory_id;
    std::optional<std::string> image;
    bool is_active = false;
    bool is_featured = false;
    bool is_best_seller = false;
    std::vector<std::string> images;
    db::JsonText texts;     // {"ru": {"name": …, "description": …}}
    db::JsonText features;  // {"ru": ["…"]}
    db::JsonText skus;
};
RECORD(ProductRow, key, slug, name, brand, description, category_market, category_id, subcategory_id, image, is_active,
       is_featured, is_best_seller, images, texts, features, skus);

struct CategoryTextRow {
    std::string market;
    std::int64_t category_id = 0;
    std::string language;
    std::string name;
};
RECORD(CategoryTextRow, market, category_id, language, name);

struct PriceRow {
    std::string sku;
    std::int64_t price_minor = 0;
    std::optional<std::int64_t> original_minor;
    std::optional<std::int64_t> sale_minor;
    std::optional<Timestamp> sale_from;
    std::optional<Timestamp> sale_until;
};
RECORD(PriceRow, sku, price_minor, original_minor, sale_minor, sale_from, sale_until);

struct StockRow {
    std::string sku;
    std::int32_t on_hand = 0;
};
RECORD(StockRow, sku, on_hand);

struct ReviewRow {
    std::string product;
    std::int32_t rating = 0;
    std::string title;
    std::string comment;
    std::string author;
    std::string language;
    Timestamp created_at;
};
RECORD(ReviewRow, product, rating, title, comment, author, language, created_at);

struct Sql {
    db::Statement<std::string()> languages{"exports.languages", R"(
        SELECT language FROM product_translations UNION SELECT language FROM product_features
        UNION SELECT language FROM category_translations ORDER BY language)"};

    db::Statement<CategoryTextRow()> category_texts{"exports.category_texts", R"(
        SELECT market, category_id, language, name FROM category_translations ORDER BY market, category_id, language)"};

    // In the order of the slugs, whoever numbered the products. Sorted before their parts are fetched, so that what is
    // sorted is small.
    db::Statement<ProductRow()> products{"exports.products", R"(
        SELECT coalesce(r.source_key, r.slug) AS key, r.slug, r.name, r.brand, r.description, r.category_market,
               r.category_id, r.subcategory_id, r.image, r.is_active, r.is_featured, r.is_best_seller,
               ARRAY(SELECT i.image_url FROM product_images i WHERE i.market = r.market AND i.product_id = r.id
                     ORDER BY i.sort_order) AS images,
               coalesce((SELECT json_object_agg(t.language, json_build_object('name', t.name, 'description',
                                                                              t.description) ORDER BY t.language)
                         FROM product_translations t
                         WHERE t.market = r.market AND t.product_id = r.id), '{}') AS texts,
               coalesce((SELECT json_object_agg(l.language, l.texts ORDER BY l.language)
                         FROM (SELECT f.language, json_agg(f.feature_text ORDER BY f.sort_order) AS texts
                               FROM product_features f WHERE f.market = r.market AND f.product_id = r.id
                               GROUP BY f.language) AS l), '{}') AS features,
               coalesce((SELECT json_agg(json_build_object('sku', k.sku_code, 'size', k.size, 'color', k.color,
                                    'image', k.variant_image, 'active', k.is_active, 'price', p.price_minor,
                                    'original', p.original_minor, 'sale', p.sale_minor, 'sale_from', p.sale_from,
                                    'sale_until', p.sale_until, 'stock', s.on_hand) ORDER BY k.sort_order, k.sku_code)
                         FROM skus k
                         LEFT JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
                         LEFT JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id
                         WHERE k.market = r.market AND k.product_id = r.id), '[]') AS skus
        FROM (SELECT * FROM products ORDER BY slug COLLATE "C", market OFFSET 0) AS r)"};

    db::Statement<PriceRow()> prices{"exports.prices", R"(
        SELECT k.sku_code AS sku, p.price_minor, p.original_minor, p.sale_minor, p.sale_from, p.sale_until
        FROM prices p JOIN skus k ON k.market = p.owner_market AND k.id = p.sku_id ORDER BY k.sku_code COLLATE "C")"};

    db::Statement<StockRow()> stock{"exports.stock", R"(
        SELECT k.sku_code AS sku, s.on_hand
        FROM stock s JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id ORDER BY k.sku_code COLLATE "C")"};

    db::Statement<ReviewRow()> reviews{"exports.reviews", R"(
        SELECT r.slug AS product, v.rating, v.title, v.comment, v.author_label AS author, v.language, v.created_at
        FROM reviews v JOIN products r ON r.market = v.product_market AND r.id = v.product_id
        WHERE v.is_approved ORDER BY v.id)"};
};
inline constexpr Sql sql;
RECORD(Sql, languages, category_texts, products, prices, stock, reviews);

}  // namespace marque::catalog::exporting
