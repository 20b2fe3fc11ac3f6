#pragma once
// SQL of the catalogue's writer. Run as the role of the row's owner: marque_shared for ALL, else the market's.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::catalog {

struct PutProductRow {
    std::int64_t id = 0;
    bool inserted = false;
};
RECORD(PutProductRow, id, inserted);

using TextList = std::vector<std::string>;

struct WriterSql {
    // A category of ALL serves its markets, too (ruling 13); below one of another owner there can be none.
    db::Statement<void(std::string, std::optional<std::string>, std::string, std::string, std::optional<std::string>,
                       std::optional<std::string>, std::int32_t)>
        put_category{"catalog.put_category", R"(
        INSERT INTO categories (market, parent_id, name, slug, icon, image_url, sort_order)
        SELECT $1, parent.id, $3, $4, $5, $6, $7::integer
        FROM (SELECT 1) AS once LEFT JOIN categories parent ON parent.market = $1 AND parent.slug = $2
        WHERE NOT EXISTS (SELECT FROM categories seen WHERE seen.slug = $4 AND seen.market IN ($1, 'ALL'))
          AND ($2 IS NULL OR parent.id IS NOT NULL)
        ON CONFLICT (market, slug) DO NOTHING)"};

    db::Statement<void(std::string, std::string, std::string, std::string)> put_category_text{
        "catalog.put_category_text", R"(
        INSERT INTO category_translations (market, category_id, language, name)
        SELECT market, id, $3, $4 FROM categories WHERE market = $1 AND slug = $2
        ON CONFLICT DO NOTHING)"};

    db::Statement<PutProductRow(std::string, std::string, std::string, std::string, std::string, std::string,
                                std::optional<std::string>, std::optional<std::string>, bool, bool, std::string)>
        put_product{"catalog.put_product", R"(
        INSERT INTO products (market, slug, name, brand, description, category_market, category_id, subcategory_id,
                              image, is_featured, is_best_seller, source)
        SELECT $1, $2, $3, $4, $5, c.market, c.id,
               (SELECT s.id FROM categories s WHERE s.market = c.market AND s.slug = $7), $8, $9::boolean,
               $10::boolean, $11
        FROM categories c WHERE c.slug = $6 AND c.market IN ($1, 'ALL')
        ORDER BY c.market = $1 DESC LIMIT 1
        ON CONFLICT (market, slug) DO UPDATE SET
            name = excluded.name, brand = excluded.brand, description = excluded.description,
            category_market = excluded.category_market, category_id = excluded.category_id,
            subcategory_id = excluded.subcategory_id, image = excluded.image, is_featured = excluded.is_featured,
            updated_at = now()
        RETURNING id, xmax = 0 AS inserted)"};

    db::Statement<void(std::string, std::int64_t, TextList, TextList, TextList)> put_texts{"catalog.put_texts", R"(
        INSERT INTO product_translations (market, product_id, language, name, description)
        SELECT $1, $2::bigint, w.* FROM unnest($3::text[], $4::text[], $5::text[]) AS w
        ON CONFLICT (market, product_id, language) DO UPDATE SET name = excluded.name,
            description = excluded.description)"};

    db::Statement<void(std::string, std::int64_t)> clear_features{"catalog.clear_features", R"(
        DELETE FROM product_features WHERE market = $1 AND product_id = $2::bigint)"};

    db::Statement<void(std::string, std::int64_t, TextList, TextList)> put_features{"catalog.put_features", R"(
        INSERT INTO product_features (market, product_id, language, sort_order, feature_text)
        SELECT $1, $2::bigint, w.language, w.position, w.feature_text
        FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS w(language, feature_text, position))"};

    db::Statement<void(std::string, std::int64_t, TextList)> put_images{"catalog.put_images", R"(
        INSERT INTO product_images (market, product_id, sort_order, image_url)
        SELECT $1, $2::bigint, w.position, w.image_url
        FROM unnest($3::text[]) WITH ORDINALITY AS w(image_url, position)
        ON CONFLICT (market, product_id, sort_order) DO UPDATE SET image_url = excluded.image_url)"};

    db::Statement<void(std::string, std::int64_t, TextList, TextList, TextList,
                       std::vector<std::optional<std::string>>)>
        put_skus{"catalog.put_skus", R"(
        INSERT INTO skus (market, product_id, sku_code, size, color, variant_image, sort_order)
        SELECT $1, $2::bigint, w.code, w.size, w.color, w.image, w.position
        FROM unnest($3::text[], $4::text[], $5::text[], $6::text[])
             WITH ORDINALITY AS w(code, size, color, image, position)
        ON CONFLICT (market, sku_code) DO UPDATE SET size = excluded.size, color = excluded.color,
            variant_image = excluded.variant_image)"};

    db::Statement<void(MarketCode, std::string, std::string, TextList, std::vector<std::int64_t>,
                       std::vector<std::optional<std::int64_t>>, std::vector<std::optional<std::int64_t>>,
                       std::vector<std::optional<Timestamp>>, std::vector<std::optional<Timestamp>>)>
        put_prices{"catalog.put_prices", R"(
        INSERT INTO prices (market, sku_id, owner_market, currency, price_minor, original_minor, sale_minor, sale_from,
                            sale_until)
        SELECT $1, k.id, k.market, $2, w.price_minor, w.original_minor, w.sale_minor, w.sale_from::timestamptz,
               w.sale_until::timestamptz
        FROM unnest($4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[])
             AS w(code, price_minor, original_minor, sale_minor, sale_from, sale_until)
        JOIN skus k ON k.market = $3 AND k.sku_code = w.code
        ON CONFLICT (market, sku_id) DO UPDATE SET price_minor = excluded.price_minor,
            original_minor = excluded.original_minor, sale_minor = excluded.sale_minor,
            sale_from = excluded.sale_from, sale_until = excluded.sale_until)"};

    // A product's first count of sales in a market; afterwards sales are counted from orders.
    db::Statement<void(MarketCode, std::string, std::int64_t, std::int32_t)> put_stats{"catalog.put_stats", R"(
        INSERT INTO product_stats (market, product_market, product_id, sales_count)
        VALUES ($1, $2, $3::bigint, $4::integer) ON CONFLICT DO NOTHING)"};

    db::Statement<void(std::string, std::string, std::string, std::string, std::int32_t, std::optional<std::string>,
                       std::string, db::JsonText)>
        put_attribute{"catalog.put_attribute", R"(
        INSERT INTO attribute_values (market, kind, value, name, sort_order, swatch, family, size_systems)
        VALUES ($1, $2, $3, $4, $5::integer, $6, $7, $8::jsonb)
        ON CONFLICT (market, kind, value) DO UPDATE SET name = excluded.name, sort_order = excluded.sort_order,
            swatch = excluded.swatch, family = excluded.family, size_systems = excluded.size_systems)"};

    db::Statement<void(std::string, std::string, std::string, TextList, TextList)> put_attribute_names{
        "catalog.put_attribute_names", R"(
        INSERT INTO attribute_value_translations (market, kind, value, language, name)
        SELECT $1, $2, $3, w.* FROM unnest($4::text[], $5::text[]) AS w
        ON CONFLICT (market, kind, value, language) DO UPDATE SET name = excluded.name)"};

    db::Statement<void(std::string, std::string, std::string, TextList)> put_relations{"catalog.put_relations", R"(
        INSERT INTO product_relations (market, product_market, product_id, kind, related_market, related_id, sort_order)
        SELECT $1, r.market, r.id, $3, o.market, o.id, w.position
        FROM unnest($4::text[]) WITH ORDINALITY AS w(slug, position)
        JOIN products o ON o.slug = w.slug AND o.market IN ($1, 'ALL')
        JOIN products r ON r.slug = $2 AND r.market IN ($1, 'ALL') AND (r.market, r.id) <> (o.market, o.id)
        ON CONFLICT (market, product_market, product_id, kind, related_market, related_id)
            DO UPDATE SET sort_order = excluded.sort_order)"};

    db::Statement<void(std::string, TextList)> put_synonyms{"catalog.put_synonyms", R"(
        INSERT INTO search_synonyms (market, words) SELECT $1, $2::text[]
        WHERE NOT EXISTS (SELECT FROM search_synonyms WHERE market = $1 AND words = $2::text[]))"};

    // Stock of a SKU that is known here already is the shop's own business; only new ones get their first pieces.
    db::Statement<void(MarketCode, std::string, TextList, std::vector<std::int32_t>)> put_stock{"catalog.put_stock", R"(
        WITH added AS (
            INSERT INTO stock (market, sku_id, owner_market, on_hand)
            SELECT $1, k.id, k.market, w.on_hand
            FROM unnest($3::text[], $4::integer[]) AS w(code, on_hand)
            JOIN skus k ON k.market = $2 AND k.sku_code = w.code
            ON CONFLICT (market, sku_id) DO NOTHING
            RETURNING sku_id, on_hand
        )
        INSERT INTO stock_ledger (market, sku_id, delta, reason)
        SELECT $1, sku_id, on_hand, 'initial' FROM added WHERE on_hand > 0)"};

    db::Statement<std::string(std::string)> currency{"catalog.currency", R"(
        SELECT currency FROM markets WHERE code = $1)"};

    db::Statement<std::string(std::string)> slugs_of{"catalog.slugs_of", R"(
        SELECT slug FROM products WHERE source = $1)"};
};
inline constexpr WriterSql writer_sql;
RECORD(WriterSql, put_category, put_category_text, put_product, put_texts, clear_features, put_features, put_images,
       put_skus, put_prices, put_stats, put_attribute, put_attribute_names, put_relations, put_synonyms, put_stock,
       currency, slugs_of);

}  // namespace marque::catalog
