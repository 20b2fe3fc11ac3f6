#pragma once
// SQL of managing categories.

#include "features/catalog/bulk_queries.h"
#include "features/catalog/managing/categories.h"

namespace marque::catalog {

struct ManagedCategoryRow {
    CategoryId id;
    std::string market;
    std::optional<CategoryId> parent_id;
    std::string slug;
    std::string name;
    std::optional<std::string> icon;
    std::optional<std::string> image_url;
    bool is_active = false;
    std::int32_t sort_order = 0;
    std::int32_t version = 1;
    std::int64_t products = 0;
    std::vector<std::string> languages;
    std::vector<std::string> names;
};
RECORD(ManagedCategoryRow, id, market, parent_id, slug, name, icon, image_url, is_active, sort_order, version, products,
       languages, names);

/// A category with what is above it, uppermost first.
struct CategoryLineRow {
    std::string slug;
    std::optional<std::string> parent;
    std::string name;
    std::optional<std::string> icon;
    std::optional<std::string> image_url;
    std::int32_t sort_order = 0;
    bool is_active = false;
    std::vector<std::string> languages;
    std::vector<std::string> names;
};
RECORD(CategoryLineRow, slug, parent, name, icon, image_url, sort_order, is_active, languages, names);

struct CategorySql {
    db::Statement<ManagedCategoryRow()> all{"catalog.managed_categories", R"(
        SELECT c.id, c.market, c.parent_id, c.slug, c.name, c.icon, c.image_url, c.is_active, c.sort_order, c.version,
               (SELECT count(*) FROM products r WHERE r.category_market = c.market
                AND c.id IN (r.category_id, r.subcategory_id)) AS products,
               array(SELECT t.language FROM category_translations t
                     WHERE t.market = c.market AND t.category_id = c.id ORDER BY t.language) AS languages,
               array(SELECT t.name FROM category_translations t
                     WHERE t.market = c.market AND t.category_id = c.id ORDER BY t.language) AS names
        FROM categories c ORDER BY c.sort_order, c.id)"};

    db::Statement<CategoryLineRow(std::string, std::string)> line_of{"catalog.category_line", R"(
        WITH RECURSIVE up AS (
            SELECT c.*, 1 AS height FROM categories c WHERE c.market = $1 AND c.slug = $2
            UNION ALL
            SELECT c.*, up.height + 1 FROM up JOIN categories c ON c.market = up.market AND c.id = up.parent_id
        )
        SELECT up.slug, (SELECT p.slug FROM categories p WHERE p.market = up.market AND p.id = up.parent_id) AS parent,
               up.name, up.icon, up.image_url, up.sort_order, up.is_active,
               array(SELECT t.language FROM category_translations t
                     WHERE t.market = up.market AND t.category_id = up.id ORDER BY t.language) AS languages,
               array(SELECT t.name FROM category_translations t
                     WHERE t.market = up.market AND t.category_id = up.id ORDER BY t.language) AS names
        FROM up ORDER BY up.height DESC)"};

    db::Statement<std::int64_t(std::string, std::optional<std::string>, std::string, std::optional<std::string>,
                               std::optional<std::string>, std::int32_t, bool)>
        put_shared{"catalog.put_shared_category", R"(
        INSERT INTO categories AS c (market, parent_id, slug, name, icon, image_url, sort_order, is_active)
        VALUES ('ALL', (SELECT id FROM categories WHERE market = 'ALL' AND slug = $2), $1, $3, $4, $5, $6::integer,
                $7::boolean)
        ON CONFLICT (market, slug) DO UPDATE SET parent_id = excluded.parent_id, name = excluded.name,
            icon = excluded.icon, image_url = excluded.image_url, sort_order = excluded.sort_order,
            is_active = excluded.is_active
        WHERE (c.parent_id, c.name, c.icon, c.image_url, c.sort_order, c.is_active) IS DISTINCT FROM
              (excluded.parent_id, excluded.name, excluded.icon, excluded.image_url, excluded.sort_order,
               excluded.is_active)
        RETURNING id)"};

    // Names in other languages, instead of those there were.
    db::Statement<void(std::string, std::string, Texts, Texts)> put_texts{"catalog.put_category_texts", R"(
        WITH category AS (
            SELECT id FROM categories WHERE market = $1 AND slug = $2
        ), dropped AS (
            DELETE FROM category_translations t USING category
            WHERE t.market = $1 AND t.category_id = category.id AND t.language <> ALL ($3::text[])
        )
        INSERT INTO category_translations AS t (market, category_id, language, name)
        SELECT $1, category.id, w.language, w.name FROM category, unnest($3::text[], $4::text[]) AS w(language, name)
        ON CONFLICT (market, category_id, language) DO UPDATE SET name = excluded.name WHERE t.name <> excluded.name)"};

    // One change of the tree after the other, so that no two of them together close a circle.
    db::Statement<std::int64_t()> lock{"catalog.lock_categories", R"(
        SELECT (SELECT count(*) FROM categories) AS categories
        FROM (SELECT pg_advisory_xact_lock(hashtextextended('marque categories', 0)) AS taken) AS lock)"};

    db::Statement<std::int64_t(std::string, std::optional<std::int64_t>, std::string, std::string,
                               std::optional<std::string>, std::optional<std::string>, std::int32_t, bool)>
        insert{"catalog.insert_category", R"(
        INSERT INTO categories (market, parent_id, slug, name, icon, image_url, sort_order, is_active)
        VALUES ($1, $2::bigint, $3, $4, $5, $6, $7::integer, $8::boolean) RETURNING id)"};

    db::Statement<std::int64_t(std::string, std::string, std::int32_t, bool, std::optional<std::int64_t>, std::string,
                               std::optional<std::string>, std::optional<std::string>, std::int32_t, bool)>
        update{"catalog.update_category", R"(
        UPDATE categories SET parent_id = $5::bigint, name = $6, icon = $7, image_url = $8, sort_order = $9::integer,
               is_active = $10::boolean
        WHERE market = $1 AND slug = $2 AND (version = $3::integer OR $4::boolean) RETURNING id)"};

    // Changed names alone make what was read stale, too.
    db::Statement<void(std::string, std::string)> touch{"catalog.touch_category", R"(
        UPDATE categories SET version = version + 1 WHERE market = $1 AND slug = $2)"};

    // A category of the owner's and what is above it, lowest first.
    db::Statement<std::int64_t(std::string, std::string)> path{"catalog.category_path", R"(
        WITH RECURSIVE up AS (
            SELECT id, parent_id, 1 AS height FROM categories WHERE market = $1 AND slug = $2
            UNION ALL
            SELECT c.id, c.parent_id, up.height + 1 FROM up
            JOIN categories c ON c.market = $1 AND c.id = up.parent_id
        )
        SELECT id FROM up ORDER BY height)"};
};
inline constexpr CategorySql category_sql;
RECORD(CategorySql, all, line_of, put_shared, put_texts, lock, insert, update, touch, path);

}  // namespace marque::catalog
