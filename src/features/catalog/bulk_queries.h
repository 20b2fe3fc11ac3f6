#pragma once
// SQL of the bulk writer: each statement takes a batch as arrays, so that a thousand products cost as many round trips
// as one. Run as the role of the rows' owner. What is there already and the same is left alone, and so keeps its time.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::catalog {

using Texts = std::vector<std::string>;
using MaybeTexts = std::vector<std::optional<std::string>>;
using Numbers = std::vector<std::int64_t>;
using MaybeNumbers = std::vector<std::optional<std::int64_t>>;
using Integers = std::vector<std::int32_t>;
using MaybeFlags = std::vector<std::optional<bool>>;
using MaybeTimes = std::vector<std::optional<Timestamp>>;

struct FoundProductRow {
    std::int32_t position = 0;  // in the list asked for, from 1
    std::int64_t id = 0;
    bool owned = false;
};
RECORD(FoundProductRow, position, id, owned);

struct FoundSkuRow {
    std::int32_t position = 0;
    std::int64_t id = 0;
    std::int64_t product_id = 0;
};
RECORD(FoundSkuRow, position, id, product_id);

struct NamedRow {
    std::int64_t id = 0;
    std::string name;
};
RECORD(NamedRow, id, name);

struct WrittenRow {
    std::int64_t id = 0;
    bool is_new = false;
};
RECORD(WrittenRow, id, is_new);

struct VisibleSkuRow {
    std::int32_t position = 0;
    std::int64_t id = 0;
    std::string market;
};
RECORD(VisibleSkuRow, position, id, market);

struct StockRow {
    std::int64_t sku_id = 0;
    std::int32_t on_hand = 0;
    std::int32_t reserved = 0;
};
RECORD(StockRow, sku_id, on_hand, reserved);

struct VisibleCategoryRow {
    std::string market;
    std::int64_t id = 0;
    std::optional<std::int64_t> parent_id;
    std::string slug;
    std::string name;
};
RECORD(VisibleCategoryRow, market, id, parent_id, slug, name);

struct BulkSql {
    db::Statement<VisibleCategoryRow()> categories{"catalog.bulk_categories", R"(
        SELECT market, id, parent_id, slug, name FROM categories ORDER BY id)"};

    db::Statement<std::int64_t(std::string, std::optional<std::int64_t>, std::string, std::string)> add_category{
        "catalog.bulk_add_category", R"(
        INSERT INTO categories (market, parent_id, slug, name, sort_order)
        VALUES ($1, $2::bigint, $3, $4, 100) RETURNING id)"};

    db::Statement<void(std::string, std::int64_t, std::string, std::string)> put_category_text{
        "catalog.bulk_put_category_text", R"(
        INSERT INTO category_translations (market, category_id, language, name) VALUES ($1, $2::bigint, $3, $4)
        ON CONFLICT (market, category_id, language) DO UPDATE SET name = excluded.name
        WHERE category_translations.name <> excluded.name)"};

    db::Statement<FoundProductRow(std::string, Texts)> find_products{"catalog.bulk_find_products", R"(
        SELECT w.position::integer AS position, r.id, r.market = $1 AS owned
        FROM unnest($2::text[]) WITH ORDINALITY AS w(slug, position)
        JOIN products r ON r.slug = w.slug AND r.market IN ($1, 'ALL'))"};

    // In the order of the slugs, which keeps the index of names that are seen once from being filled at random.
    db::Statement<NamedRow(std::string, std::string, Texts, Texts, Texts, Texts, Texts, Numbers, MaybeNumbers,
                           MaybeTexts, MaybeFlags, MaybeFlags, MaybeFlags, MaybeTexts)>
        add_products{"catalog.bulk_add_products", R"(
        INSERT INTO products (market, source, slug, name, brand, description, category_market, category_id,
                              subcategory_id, image, is_active, is_featured, is_best_seller, source_key)
        SELECT $1, $2, w.slug, w.name, w.brand, w.description, w.category_market, w.category_id, w.subcategory_id,
               w.image, coalesce(w.is_active, true), coalesce(w.is_featured, false), coalesce(w.is_best_seller, false),
               w.source_key
        FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
                    $10::text[], $11::boolean[], $12::boolean[], $13::boolean[], $14::text[])
             AS w(slug, name, brand, description, category_market, category_id, subcategory_id, image, is_active,
                  is_featured, is_best_seller, source_key)
        ORDER BY w.slug COLLATE "C"
        RETURNING id, slug AS name)"};

    db::Statement<std::int64_t(std::string, Numbers, Texts, Texts, MaybeTexts, Texts, Numbers, MaybeNumbers, MaybeTexts,
                               MaybeFlags, MaybeFlags, MaybeFlags)>
        change_products{"catalog.bulk_change_products", R"(
        UPDATE products r SET name = w.name, brand = w.brand, description = coalesce(w.description, r.description),
               category_market = w.category_market, category_id = w.category_id, subcategory_id = w.subcategory_id,
               image = coalesce(w.image, r.image), is_active = coalesce(w.is_active, r.is_active),
               is_featured = coalesce(w.is_featured, r.is_featured),
               is_best_seller = coalesce(w.is_best_seller, r.is_best_seller), updated_at = now()
        FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
                    $9::text[], $10::boolean[], $11::boolean[], $12::boolean[])
             AS w(id, name, brand, description, category_market, category_id, subcategory_id, image, is_active,
                  is_featured, is_best_seller)
        WHERE r.market = $1 AND r.id = w.id
          AND (r.name, r.brand, r.description, r.category_market, r.category_id, r.subcategory_id, r.image,
               r.is_active, r.is_featured, r.is_best_seller)
              IS DISTINCT FROM
              (w.name, w.brand, coalesce(w.description, r.description), w.category_market, w.category_id,
               w.subcategory_id, coalesce(w.image, r.image), coalesce(w.is_active, r.is_active),
               coalesce(w.is_featured, r.is_featured), coalesce(w.is_best_seller, r.is_best_seller))
        RETURNING r.id)"};

    db::Statement<std::int64_t(std::string, Numbers, Texts, Texts, Texts)> put_texts{"catalog.bulk_put_texts", R"(
        INSERT INTO product_translations AS t (market, product_id, language, name, description)
        SELECT $1, w.* FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS w
        ON CONFLICT (market, product_id, language) DO UPDATE SET name = excluded.name,
            description = excluded.description
        WHERE (t.name, t.description) IS DISTINCT FROM (excluded.name, excluded.description)
        RETURNING product_id)"};

    db::Statement<std::int64_t(std::string, Numbers, Texts, Integers, Texts)> put_features{"catalog.bulk_put_features",
                                                                                           R"(
        INSERT INTO product_features AS f (market, product_id, language, sort_order, feature_text)
        SELECT $1, w.* FROM unnest($2::bigint[], $3::text[], $4::integer[], $5::text[]) AS w
        ON CONFLICT (market, product_id, language, sort_order) DO UPDATE SET feature_text = excluded.feature_text
        WHERE f.feature_text <> excluded.feature_text
        RETURNING product_id)"};

    // Of the products in the first list, what the other lists do not name.
    db::Statement<std::int64_t(std::string, Numbers, Numbers, Texts, Integers)> drop_features{
        "catalog.bulk_drop_features", R"(
        DELETE FROM product_features f
        WHERE f.market = $1 AND f.product_id = ANY ($2::bigint[])
          AND NOT EXISTS (SELECT FROM unnest($3::bigint[], $4::text[], $5::integer[]) AS w(id, language, sort_order)
                          WHERE w.id = f.product_id AND w.language = f.language AND w.sort_order = f.sort_order)
        RETURNING product_id)"};

    db::Statement<std::int64_t(std::string, Numbers, Integers, Texts)> put_images{"catalog.bulk_put_images", R"(
        INSERT INTO product_images AS i (market, product_id, sort_order, image_url)
        SELECT $1, w.* FROM unnest($2::bigint[], $3::integer[], $4::text[]) AS w
        ON CONFLICT (market, product_id, sort_order) DO UPDATE SET image_url = excluded.image_url
        WHERE i.image_url <> excluded.image_url
        RETURNING product_id)"};

    db::Statement<std::int64_t(std::string, Numbers, Numbers, Integers)> drop_images{"catalog.bulk_drop_images", R"(
        DELETE FROM product_images i
        WHERE i.market = $1 AND i.product_id = ANY ($2::bigint[])
          AND NOT EXISTS (SELECT FROM unnest($3::bigint[], $4::integer[]) AS w(id, sort_order)
                          WHERE w.id = i.product_id AND w.sort_order = i.sort_order)
        RETURNING product_id)"};

    db::Statement<FoundSkuRow(std::string, Texts)> find_skus{"catalog.bulk_find_skus", R"(
        SELECT w.position::integer AS position, k.id, k.product_id
        FROM unnest($2::text[]) WITH ORDINALITY AS w(code, position)
        JOIN skus k ON k.market = $1 AND k.sku_code = w.code)"};

    db::Statement<NamedRow(std::string, Numbers, Texts, Texts, Texts, MaybeTexts, MaybeFlags, Integers)> add_skus{
        "catalog.bulk_add_skus", R"(
        INSERT INTO skus (market, product_id, sku_code, size, color, variant_image, is_active, sort_order)
        SELECT $1, w.product_id, w.code, w.size, w.color, w.image, coalesce(w.is_active, true), w.sort_order
        FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::integer[])
             AS w(product_id, code, size, color, image, is_active, sort_order)
        RETURNING id, sku_code AS name)"};

    db::Statement<std::int64_t(std::string, Numbers, Texts, Texts, MaybeTexts, MaybeFlags)> change_skus{
        "catalog.bulk_change_skus", R"(
        UPDATE skus k SET size = w.size, color = w.color, variant_image = coalesce(w.image, k.variant_image),
               is_active = coalesce(w.is_active, k.is_active)
        FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::boolean[])
             AS w(id, size, color, image, is_active)
        WHERE k.market = $1 AND k.id = w.id
          AND (k.size, k.color, k.variant_image, k.is_active) IS DISTINCT FROM
              (w.size, w.color, coalesce(w.image, k.variant_image), coalesce(w.is_active, k.is_active))
        RETURNING k.product_id)"};

    db::Statement<WrittenRow(MarketCode, Texts, std::string, Numbers, Numbers, MaybeNumbers, MaybeNumbers, MaybeTimes,
                             MaybeTimes)>
        put_prices{"catalog.bulk_put_prices", R"(
        INSERT INTO prices AS p (market, owner_market, currency, sku_id, price_minor, original_minor, sale_minor,
                                 sale_from, sale_until)
        SELECT $1, w.owner, $3, w.sku_id, w.price_minor, w.original_minor, w.sale_minor, w.sale_from::timestamptz,
               w.sale_until::timestamptz
        FROM unnest($2::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[])
             AS w(owner, sku_id, price_minor, original_minor, sale_minor, sale_from, sale_until)
        ON CONFLICT (market, sku_id) DO UPDATE SET price_minor = excluded.price_minor,
            original_minor = excluded.original_minor, sale_minor = excluded.sale_minor,
            sale_from = excluded.sale_from, sale_until = excluded.sale_until
        WHERE (p.price_minor, p.original_minor, p.sale_minor, p.sale_from, p.sale_until) IS DISTINCT FROM
              (excluded.price_minor, excluded.original_minor, excluded.sale_minor, excluded.sale_from,
               excluded.sale_until)
        RETURNING sku_id AS id, xmax = 0 AS is_new)"};

    // Stock of a SKU that is known here already is the shop's own business; only new ones get their first pieces.
    db::Statement<std::int64_t(MarketCode, Texts, Numbers, Integers)> add_stock{"catalog.bulk_add_stock", R"(
        WITH added AS (
            INSERT INTO stock (market, sku_id, owner_market, on_hand)
            SELECT $1, w.sku_id, w.owner, w.on_hand
            FROM unnest($2::text[], $3::bigint[], $4::integer[]) AS w(owner, sku_id, on_hand)
            ON CONFLICT (market, sku_id) DO NOTHING
            RETURNING sku_id, on_hand
        ), noted AS (
            INSERT INTO stock_ledger (market, sku_id, delta, reason)
            SELECT $1, sku_id, on_hand, 'initial' FROM added WHERE on_hand > 0
        )
        SELECT sku_id AS id FROM added)"};

    // A code may stand in ALL and in the market; the market's own comes first.
    db::Statement<VisibleSkuRow(Texts)> find_visible_skus{"catalog.bulk_find_visible_skus", R"(
        SELECT DISTINCT ON (w.position) w.position::integer AS position, k.id, k.market
        FROM unnest($1::text[]) WITH ORDINALITY AS w(code, position) JOIN skus k ON k.sku_code = w.code
        ORDER BY w.position, k.market = 'ALL')"};

    db::Statement<StockRow(Numbers)> lock_stock{"catalog.bulk_lock_stock", R"(
        SELECT sku_id, on_hand, reserved FROM stock WHERE sku_id = ANY ($1::bigint[]) ORDER BY sku_id FOR UPDATE)"};

    // The rows are locked and known by lock_stock, so that each delta is what really changed.
    db::Statement<void(MarketCode, Texts, Numbers, Integers, Integers, Texts)> set_stock{"catalog.bulk_set_stock", R"(
        WITH wanted AS (
            SELECT * FROM unnest($2::text[], $3::bigint[], $4::integer[], $5::integer[], $6::text[])
                          AS w(owner, sku_id, on_hand, delta, reason)
        ), written AS (
            INSERT INTO stock (market, sku_id, owner_market, on_hand)
            SELECT $1, sku_id, owner, on_hand FROM wanted
            ON CONFLICT (market, sku_id) DO UPDATE SET on_hand = excluded.on_hand
            RETURNING sku_id
        )
        INSERT INTO stock_ledger (market, sku_id, delta, reason)
        SELECT $1, wanted.sku_id, wanted.delta, wanted.reason FROM wanted JOIN written USING (sku_id)
        WHERE wanted.delta <> 0)"};

    // A product by its slug, by its name in the file it came from, or by the code of one of its SKUs.
    db::Statement<VisibleSkuRow(Texts)> find_named_products{"catalog.bulk_find_named_products", R"(
        SELECT DISTINCT ON (f.position) f.position::integer AS position, f.id, f.market
        FROM (
            SELECT w.position, r.id, r.market, 1 AS rank
            FROM unnest($1::text[]) WITH ORDINALITY AS w(name, position) JOIN products r ON r.slug = w.name
            UNION ALL
            SELECT w.position, r.id, r.market, 2
            FROM unnest($1::text[]) WITH ORDINALITY AS w(name, position) JOIN products r ON r.source_key = w.name
            UNION ALL
            SELECT w.position, k.product_id, k.market, 3
            FROM unnest($1::text[]) WITH ORDINALITY AS w(name, position) JOIN skus k ON k.sku_code = w.name
        ) f
        ORDER BY f.position, f.rank, f.market = 'ALL')"};

    // An imported review is nobody's of this shop; its key keeps it from being added twice, and one that an export took
    // from here is known by its time and its words.
    db::Statement<std::string(MarketCode, Texts, Numbers, Texts, Texts, Integers, Texts, Texts, MaybeTimes, Texts)>
        add_reviews{"catalog.bulk_add_reviews", R"(
        INSERT INTO reviews (market, product_market, product_id, author_label, language, rating, title, comment,
                             is_approved, created_at, demo_key)
        SELECT $1, w.product_market, w.product_id, w.author, w.language, w.rating, w.title, w.comment, true,
               coalesce(w.created_at::timestamptz, now()), w.key
        FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::text[], $9::text[],
                    $10::text[])
             AS w(product_market, product_id, author, language, rating, title, comment, created_at, key)
        WHERE NOT EXISTS (
            SELECT FROM reviews v
            WHERE v.market = $1 AND v.product_id = w.product_id AND v.created_at = w.created_at::timestamptz
              AND (v.product_market, v.author_label, v.rating, v.title, v.comment)
                  = (w.product_market, w.author, w.rating, w.title, w.comment))
        ON CONFLICT (market, demo_key) DO NOTHING
        RETURNING demo_key)"};
};
inline constexpr BulkSql bulk_sql;
RECORD(BulkSql, categories, add_category, put_category_text, find_products, add_products, change_products, put_texts,
       put_features, drop_features, put_images, drop_images, find_skus, add_skus, change_skus, put_prices, add_stock,
       find_visible_skus, lock_stock, set_stock, find_named_products, add_reviews);

}  // namespace marque::catalog
