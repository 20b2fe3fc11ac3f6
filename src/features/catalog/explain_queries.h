#pragma once
// SQL of explanations: what is so of one product or article in the market, whether or not it is sold.

#include <optional>
#include <string>

#include "core/record.h"
#include "db/statement.h"

namespace marque::catalog {

struct ExplainedProductRow {
    std::int64_t id = 0;
    std::string slug;
    std::string name;
    bool is_active = false;
    std::int64_t category_id = 0;
    std::string category_name;
    std::int64_t active_skus = 0;
    std::int64_t priced_skus = 0;
    std::int64_t stocked_skus = 0;
};
RECORD(ExplainedProductRow, id, slug, name, is_active, category_id, category_name, active_skus, priced_skus,
       stocked_skus);

struct ExplainedSkuRow {
    std::string sku_code;
    bool is_active = false;
    bool has_price = false;
    std::int64_t on_hand = 0;
    std::int64_t reserved = 0;
};
RECORD(ExplainedSkuRow, sku_code, is_active, has_price, on_hand, reserved);

struct ExplainSql {
    db::Statement<ExplainedProductRow(std::optional<std::string>, std::optional<std::string>)> product{
        "explain.product", R"(
        SELECT r.id, r.slug, r.name, r.is_active, r.category_id, c.name AS category_name,
               count(k.id) AS active_skus, count(p.sku_id) AS priced_skus,
               count(*) FILTER (WHERE p.sku_id IS NOT NULL AND s.in_stock) AS stocked_skus
        FROM products r
        JOIN categories c ON c.market = r.category_market AND c.id = r.category_id
        LEFT JOIN skus k ON k.market = r.market AND k.product_id = r.id AND k.is_active
        LEFT JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
        LEFT JOIN stock s ON s.market = p.market AND s.sku_id = k.id
        WHERE r.slug = $1 OR (r.market, r.id) IN (SELECT o.market, o.product_id FROM skus o WHERE o.sku_code = $2)
        GROUP BY r.market, r.id, c.market, c.id
        ORDER BY r.is_active DESC LIMIT 1)"};

    db::Statement<ExplainedSkuRow(std::string)> sku{"explain.sku", R"(
        SELECT k.sku_code, k.is_active, p.sku_id IS NOT NULL AS has_price, coalesce(s.on_hand, 0)::bigint AS on_hand,
               coalesce(s.reserved, 0)::bigint AS reserved
        FROM skus k
        LEFT JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
        LEFT JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id
        WHERE k.sku_code = $1)"};
};
inline constexpr ExplainSql explain_sql;
RECORD(ExplainSql, product, sku);

}  // namespace marque::catalog
