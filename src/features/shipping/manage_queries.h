#pragma once
// All SQL of managing shipping.

#include <optional>
#include <string>
#include <vector>

#include "db/codec.h"
#include "db/statement.h"
#include "features/shipping/rates.h"

namespace marque::shipping {

struct ManagedZoneRow {
    std::string code;
    db::JsonText names;
    std::vector<std::string> regions;
    std::int32_t sort_order = 0;
    std::int32_t version = 1;
};
RECORD(ManagedZoneRow, code, names, regions, sort_order, version);

struct ManagedOptionRow {
    std::string zone;
    std::string code;
    Kind kind = Kind::courier;
    db::JsonText names;
    PriceRule price_rule = PriceRule::flat;
    std::optional<std::int64_t> price_minor;
    db::JsonText tiers;
    std::optional<std::int64_t> free_from_minor;
    std::optional<std::int64_t> weight_max_g;
    std::int32_t days_from = 0;
    std::int32_t days_to = 0;
    std::int32_t sort_order = 0;
    bool is_active = false;
    std::int32_t version = 1;
};
RECORD(ManagedOptionRow, zone, code, kind, names, price_rule, price_minor, tiers, free_from_minor, weight_max_g,
       days_from, days_to, sort_order, is_active, version);

struct ManagedPointRow {
    std::string zone;
    std::string code;
    db::JsonText names;
    std::string address;
    std::string city;
    std::string region;
    std::string hours;
    bool is_active = false;
    std::int32_t version = 1;
};
RECORD(ManagedPointRow, zone, code, names, address, city, region, hours, is_active, version);

struct ManageSql {
    db::Statement<ManagedZoneRow()> zones{"shipping.zones", R"(
        SELECT code, names, regions, sort_order, version FROM shipping_zones ORDER BY sort_order, code)"};

    db::Statement<ManagedOptionRow()> options{"shipping.options", R"(
        SELECT zone, code, kind, names, price_rule, price_minor, tiers, free_from_minor, weight_max_g, days_from,
               days_to, sort_order, is_active, version
        FROM shipping_options ORDER BY sort_order, code)"};

    db::Statement<ManagedPointRow()> points{"shipping.points", R"(
        SELECT zone, code, names, address, city, region, hours, is_active, version FROM pickup_points ORDER BY code)"};

    // Zones are changed one after the other, so that none takes a region that another has just taken.
    db::Statement<std::int64_t(MarketCode)> lock{"shipping.lock", R"(
        SELECT count(*) AS locks FROM (
            SELECT pg_advisory_xact_lock(hashtextextended('marque shipping ' || $1::text, 0)) AS taken) AS lock)"};

    // A statement after the lock's: that one's view of the rows is older than the lock.
    db::Statement<std::string(std::string, std::vector<std::string>)> overlap{"shipping.overlap", R"(
        SELECT code FROM shipping_zones
        WHERE code <> $1 AND (regions && $2::text[] OR (regions = '{}' AND $2::text[] = '{}')))"};

    // Writes nothing where the version is not the one that was read: 0 for what is not there yet.
    db::Statement<std::int32_t(MarketCode, std::string, db::JsonText, std::vector<std::string>, std::int32_t,
                               std::int32_t)>
        put_zone{"shipping.put_zone", R"(
        INSERT INTO shipping_zones AS z (market, code, names, regions, sort_order)
        SELECT $1, $2, $3::jsonb, $4::text[], $5::integer
        WHERE $6::integer = 0 OR EXISTS (SELECT FROM shipping_zones WHERE code = $2)
        ON CONFLICT (market, code) DO UPDATE SET names = excluded.names, regions = excluded.regions,
            sort_order = excluded.sort_order, version = z.version + 1
        WHERE z.version = $6::integer RETURNING version)"};

    db::Statement<std::int32_t(MarketCode, std::string, std::string, Kind, db::JsonText, PriceRule,
                               std::optional<std::int64_t>, db::JsonText, std::optional<std::int64_t>,
                               std::optional<std::int64_t>, std::int32_t, std::int32_t, std::int32_t, bool,
                               std::int32_t)>
        put_option{"shipping.put_option", R"(
        INSERT INTO shipping_options AS o (market, zone, code, kind, names, price_rule, price_minor, tiers,
                                           free_from_minor, weight_max_g, days_from, days_to, sort_order, is_active)
        SELECT $1, $2, $3, $4, $5::jsonb, $6, $7::bigint, $8::jsonb, $9::bigint, $10::bigint, $11::integer,
               $12::integer, $13::integer, $14::boolean
        WHERE $15::integer = 0 OR EXISTS (SELECT FROM shipping_options WHERE zone = $2 AND code = $3)
        ON CONFLICT (market, zone, code) DO UPDATE SET kind = excluded.kind, names = excluded.names,
            price_rule = excluded.price_rule, price_minor = excluded.price_minor, tiers = excluded.tiers,
            free_from_minor = excluded.free_from_minor, weight_max_g = excluded.weight_max_g,
            days_from = excluded.days_from, days_to = excluded.days_to, sort_order = excluded.sort_order,
            is_active = excluded.is_active, version = o.version + 1
        WHERE o.version = $15::integer RETURNING version)"};

    db::Statement<std::int32_t(MarketCode, std::string, std::string, db::JsonText, std::string, std::string,
                               std::string, std::string, bool, std::int32_t)>
        put_point{"shipping.put_point", R"(
        INSERT INTO pickup_points AS p (market, code, zone, names, address, city, region, hours, is_active)
        SELECT $1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9::boolean
        WHERE $10::integer = 0 OR EXISTS (SELECT FROM pickup_points WHERE code = $2)
        ON CONFLICT (market, code) DO UPDATE SET zone = excluded.zone, names = excluded.names,
            address = excluded.address, city = excluded.city, region = excluded.region, hours = excluded.hours,
            is_active = excluded.is_active, version = p.version + 1
        WHERE p.version = $10::integer RETURNING version)"};
};
inline constexpr ManageSql manage_sql;
RECORD(ManageSql, zones, options, points, lock, overlap, put_zone, put_option, put_point);

}  // namespace marque::shipping
