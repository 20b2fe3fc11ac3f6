#pragma once
// SQL of explained prices: an article's price as it stands, and whether its sale is on.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::orders {

struct PriceFactsRow {
    SkuId sku_id;
    std::int64_t list_minor = 0;
    std::int64_t price_minor = 0;
    std::optional<std::int64_t> original_minor;
    std::optional<std::int64_t> sale_minor;
    std::optional<Timestamp> sale_from;
    std::optional<Timestamp> sale_until;
};
RECORD(PriceFactsRow, sku_id, list_minor, price_minor, original_minor, sale_minor, sale_from, sale_until);

struct ExplainSql {
    db::Statement<PriceFactsRow(std::vector<SkuId>)> prices{"explain.prices", R"(
        SELECT p.sku_id, p.price_minor AS list_minor,
               marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until) AS price_minor,
               marque_original_price(p.price_minor, p.original_minor, p.sale_minor, p.sale_from, p.sale_until)
                   AS original_minor, p.sale_minor, p.sale_from, p.sale_until
        FROM prices p WHERE p.sku_id = ANY ($1::bigint[]) ORDER BY p.sku_id)"};
};
inline constexpr ExplainSql explain_sql;
RECORD(ExplainSql, prices);

}  // namespace marque::orders
