#pragma once
// SQL of the first rows of shipping, run as the market's role on the owner's connection.

#include <optional>
#include <string>
#include <vector>

#include "core/market.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/shipping/rates.h"

namespace marque::shipping {

struct SeedSql {
    db::Statement<bool()> has_zones{"shipping.has_zones", "SELECT EXISTS (SELECT FROM shipping_zones) AS has_zones"};

    db::Statement<void(MarketCode, std::string, db::JsonText, std::vector<std::string>, std::int32_t)> zone{
        "shipping.seed_zone", R"(
        INSERT INTO shipping_zones (market, code, names, regions, sort_order)
        VALUES ($1, $2, $3::jsonb, $4::text[], $5::integer))"};

    db::Statement<void(MarketCode, std::string, std::string, Kind, db::JsonText, PriceRule, std::optional<std::int64_t>,
                       db::JsonText, std::optional<std::int64_t>, std::int32_t, std::int32_t, std::int32_t)>
        option{"shipping.seed_option", R"(
        INSERT INTO shipping_options (market, zone, code, kind, names, price_rule, price_minor, tiers, free_from_minor,
                                      days_from, days_to, sort_order)
        VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7::bigint, $8::jsonb, $9::bigint, $10::integer, $11::integer,
                $12::integer))"};

    db::Statement<void(MarketCode, std::string, std::string, db::JsonText, std::string, std::string, std::string,
                       std::string)>
        point{"shipping.seed_point", R"(
        INSERT INTO pickup_points (market, code, zone, names, address, city, region, hours)
        VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8))"};
};
inline constexpr SeedSql seed_sql;
RECORD(SeedSql, has_zones, zone, option, point);

}  // namespace marque::shipping
