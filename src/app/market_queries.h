#pragma once
// SQL of the commands about markets, prices and stock. Statements on market-owned tables run as the market's role.

#include <optional>
#include <string>
#include <vector>

#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::app {

struct RegionRateRow {
    std::string code;
    std::string name;
    std::string kind;
    std::optional<std::int64_t> base_milli_percent;
    std::optional<std::int64_t> milli_percent;  // what applies on the market's day
    std::vector<std::string> changes;           // "2027-07-01 4500", those still to come
};
RECORD(RegionRateRow, code, name, kind, base_milli_percent, milli_percent, changes);

struct PriceRow {
    std::string sku_code;
    std::string owner;
    std::int64_t price_minor = 0;
    std::optional<std::int64_t> original_minor;
};
RECORD(PriceRow, sku_code, owner, price_minor, original_minor);

struct MarketSql {
    db::Statement<bool(std::string)> knows_time_zone{"market.knows_time_zone", R"(
        SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $1) AS known)"};

    db::Statement<bool(std::string)> compiles_pattern{"market.compiles_pattern", "SELECT '' ~ $1 AS matches"};

    db::Statement<void(MarketCode, std::string, std::string, std::string, std::string, std::vector<std::string>,
                       std::vector<std::string>, bool, std::int64_t, std::int64_t, std::int64_t,
                       std::vector<std::string>, std::string, std::vector<std::string>, std::vector<std::string>,
                       std::string, std::vector<std::string>, std::string, std::string, std::string)>
        update{"market.update", R"(
        UPDATE markets SET name = $2, currency = $3, currency_sign = $4, time_zone = $5, phone_prefixes = $6::text[],
            languages = $7::text[], tax_inclusive = $8::boolean, tax_milli_percent = $9::bigint,
            shipping_minor = $10::bigint, shipping_free_from_minor = $11::bigint, payment_methods = $12::text[],
            state = $13, phone_regions = $14::text[], phone_types = $15::text[], phone_example = $16,
            address_required = $17::text[], postal_code_pattern = $18, tax_label = $19, sms_provider = $20
        WHERE code = $1)"};

    db::Statement<void(MarketCode, std::string, std::string, std::string)> set_seller{"market.set_seller", R"(
        UPDATE markets SET seller_name = $2, seller_address = $3, seller_tax_id = $4 WHERE code = $1)"};

    db::Statement<void(MarketCode)> enter_directory{"market.enter_directory", R"(
        INSERT INTO market_directory (code) VALUES ($1) ON CONFLICT DO NOTHING)"};

    db::Statement<std::int64_t()> prices{"market.prices", "SELECT count(*) AS prices FROM prices"};

    db::Statement<RegionRateRow(MarketCode)> region_rates{"market.region_rates", R"(
        SELECT r.code, r.name, r.kind, r.tax_milli_percent AS base_milli_percent,
               coalesce((SELECT t.milli_percent FROM region_tax_rates t
                         WHERE t.region = r.code AND t.from_date <= m.today ORDER BY t.from_date DESC LIMIT 1),
                        r.tax_milli_percent) AS milli_percent,
               array(SELECT t.from_date || ' ' || t.milli_percent FROM region_tax_rates t
                     WHERE t.region = r.code AND t.from_date > m.today ORDER BY t.from_date) AS changes
        FROM regions r, (SELECT (now() AT TIME ZONE time_zone)::date AS today FROM markets WHERE code = $1) m
        ORDER BY r.name, r.code)"};

    db::Statement<std::string()> market_rates{"market.market_rates", R"(
        SELECT from_date || ' ' || milli_percent AS change FROM market_tax_rates ORDER BY from_date)"};

    db::Statement<void(MarketCode, std::string, std::string, std::int64_t)> set_region_rate{"market.set_region_rate",
                                                                                            R"(
        INSERT INTO region_tax_rates (market, region, from_date, milli_percent)
        VALUES ($1, $2, $3::text::date, $4::bigint)
        ON CONFLICT (market, region, from_date) DO UPDATE SET milli_percent = excluded.milli_percent)"};

    db::Statement<void(MarketCode, std::string, std::int64_t)> set_market_rate{"market.set_market_rate", R"(
        INSERT INTO market_tax_rates (market, from_date, milli_percent) VALUES ($1, $2::text::date, $3::bigint)
        ON CONFLICT (market, from_date) DO UPDATE SET milli_percent = excluded.milli_percent)"};

    db::Statement<void(MarketCode, std::string, std::string, std::string, std::optional<std::int64_t>)> put_region{
        "market.put_region", R"(
        INSERT INTO regions (market, code, name, kind, tax_milli_percent) VALUES ($1, $2, $3, $4, $5::bigint)
        ON CONFLICT (market, code) DO UPDATE SET name = excluded.name, kind = excluded.kind,
            tax_milli_percent = coalesce(excluded.tax_milli_percent, regions.tax_milli_percent))"};

    db::Statement<void(MarketCode, std::string, std::string, std::string)> name_region{"market.name_region", R"(
        UPDATE regions SET names = names || jsonb_build_object($3::text, $4::text) WHERE market = $1 AND code = $2)"};

    // Only SKUs of ALL can be sold in another market as well.
    db::Statement<PriceRow()> shared_prices{"market.shared_prices", R"(
        SELECT k.sku_code, k.market AS owner, p.price_minor, p.original_minor
        FROM prices p JOIN skus k ON k.market = p.owner_market AND k.id = p.sku_id
        WHERE k.market = 'ALL' AND k.is_active ORDER BY k.sku_code)"};

    db::Statement<void(MarketCode, std::string, std::vector<std::string>, std::vector<std::int64_t>,
                       std::vector<std::optional<std::int64_t>>, bool)>
        copy_prices{"market.copy_prices", R"(
        INSERT INTO prices (market, sku_id, owner_market, currency, price_minor, original_minor)
        SELECT $1, k.id, k.market, $2, w.price_minor, w.original_minor
        FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS w(code, price_minor, original_minor)
        JOIN skus k ON k.market = 'ALL' AND k.sku_code = w.code
        ON CONFLICT (market, sku_id) DO UPDATE SET price_minor = excluded.price_minor,
            original_minor = excluded.original_minor
        WHERE $6::boolean)"};

    db::Statement<void(MarketCode, std::string, std::string, std::int64_t, std::optional<std::int64_t>)> set_price{
        "market.set_price", R"(
        INSERT INTO prices (market, sku_id, owner_market, currency, price_minor, original_minor)
        SELECT $1, k.id, k.market, $2, $4::bigint, $5::bigint FROM skus k WHERE k.sku_code = $3
        ON CONFLICT (market, sku_id) DO UPDATE SET price_minor = excluded.price_minor,
            original_minor = excluded.original_minor)"};

    // The stock of one SKU, or of every SKU priced here; the ledger explains the difference.
    db::Statement<std::int64_t(MarketCode, std::optional<std::string>, std::int32_t)> set_stock{"market.set_stock", R"(
        WITH wanted AS (
            SELECT k.id, k.market AS owner FROM skus k
            JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
            WHERE $2::text IS NULL OR k.sku_code = $2
        ), before AS (
            SELECT s.sku_id, s.on_hand FROM stock s WHERE s.sku_id IN (SELECT id FROM wanted)
            ORDER BY s.sku_id FOR UPDATE
        ), after AS (
            INSERT INTO stock (market, sku_id, owner_market, on_hand)
            SELECT $1, w.id, w.owner, $3::integer FROM wanted w
            WHERE (SELECT count(*) FROM before) >= 0
            ON CONFLICT (market, sku_id) DO UPDATE SET on_hand = excluded.on_hand
            RETURNING sku_id, on_hand
        ), explained AS (
            INSERT INTO stock_ledger (market, sku_id, delta, reason)
            SELECT $1, a.sku_id, a.on_hand - coalesce(b.on_hand, 0), 'count'
            FROM after a LEFT JOIN before b USING (sku_id) WHERE a.on_hand <> coalesce(b.on_hand, 0)
        )
        SELECT count(*) AS skus FROM after)"};
};
inline constexpr MarketSql market_sql;
RECORD(MarketSql, knows_time_zone, compiles_pattern, update, set_seller, enter_directory, prices, region_rates,
       market_rates, set_region_rate, set_market_rate, put_region, name_region, shared_prices, copy_prices, set_price,
       set_stock);

}  // namespace marque::app
