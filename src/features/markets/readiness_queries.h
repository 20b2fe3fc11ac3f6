#pragma once
// SQL of what a market lacks before it can sell. As the market's role, but for the seller.

#include <string>
#include <vector>

#include "core/market.h"
#include "core/record.h"
#include "db/statement.h"

namespace marque::markets {

struct SellingRow {
    std::int64_t products = 0;
    std::int64_t unpriced = 0;
    std::int64_t sellable = 0;  // priced and in stock
    std::vector<std::string> unpriced_slugs;
    std::int64_t region_rates = 0;
    std::int64_t zones = 0;
    std::int64_t shipping_options = 0;  // a market without zones ships everywhere at its own price
};
RECORD(SellingRow, products, unpriced, sellable, unpriced_slugs, region_rates, zones, shipping_options);

struct UntranslatedRow {
    std::string language;
    std::int64_t products = 0;
    std::int64_t categories = 0;
};
RECORD(UntranslatedRow, language, products, categories);

struct ReadinessSql {
    db::Statement<SellingRow()> selling{"market.selling", R"(
        WITH offers AS (
            SELECT r.id, r.slug, count(p.sku_id) AS priced, bool_or(p.sku_id IS NOT NULL AND s.in_stock) AS sellable
            FROM products r
            LEFT JOIN skus k ON k.market = r.market AND k.product_id = r.id AND k.is_active
            LEFT JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
            LEFT JOIN stock s ON s.market = p.market AND s.sku_id = p.sku_id
            WHERE r.is_active GROUP BY r.market, r.id, r.slug
        )
        SELECT count(*) AS products, count(*) FILTER (WHERE priced = 0) AS unpriced,
               count(*) FILTER (WHERE sellable) AS sellable,
               array(SELECT slug FROM offers WHERE priced = 0 ORDER BY slug LIMIT 5) AS unpriced_slugs,
               (SELECT count(*) FROM regions WHERE tax_milli_percent IS NOT NULL)
                   + (SELECT count(*) FROM region_tax_rates) + (SELECT count(*) FROM market_tax_rates) AS region_rates,
               (SELECT greatest(count(*), 1) FROM shipping_zones) AS zones,
               (SELECT count(*) + (NOT EXISTS (SELECT FROM shipping_zones))::integer FROM shipping_options
                WHERE is_active) AS shipping_options
        FROM offers)"};

    // What is sold here without a text in one of the market's languages.
    db::Statement<UntranslatedRow(std::vector<std::string>)> untranslated{"market.untranslated", R"(
        SELECT l.language,
               (SELECT count(*) FROM products r WHERE r.is_active
                AND EXISTS (SELECT FROM skus k JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
                            WHERE k.market = r.market AND k.product_id = r.id)
                AND NOT EXISTS (SELECT FROM product_translations t WHERE t.market = r.market AND t.product_id = r.id
                                AND t.language = l.language)) AS products,
               (SELECT count(*) FROM categories c WHERE c.is_active
                AND NOT EXISTS (SELECT FROM category_translations t WHERE t.market = c.market
                                AND t.category_id = c.id AND t.language = l.language)) AS categories
        FROM unnest($1::text[]) WITH ORDINALITY AS l(language, place) ORDER BY l.place)"};

    db::Statement<std::string(MarketCode)> seller{"market.seller", "SELECT seller_name FROM markets WHERE code = $1"};
};
inline constexpr ReadinessSql readiness_sql;
RECORD(ReadinessSql, selling, untranslated, seller);

}  // namespace marque::markets
