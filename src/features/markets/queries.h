#pragma once
// All SQL of markets and regions for loading and seeding. Run on the owner's connection; requests read memory.

#include <optional>
#include <string>
#include <vector>

#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::markets {

struct MarketRow {
    MarketCode code;
    std::string name;
    std::string currency;
    std::string currency_sign;
    std::string time_zone;
    std::vector<std::string> phone_prefixes;
    std::vector<std::string> languages;
    bool tax_inclusive = false;
    std::int64_t tax_milli_percent = 0;
    std::int64_t shipping_minor = 0;
    std::int64_t shipping_free_from_minor = 0;
    std::vector<std::string> payment_methods;
    std::string state;
    std::vector<std::string> phone_regions;
    std::vector<std::string> phone_types;
    std::string phone_example;
    std::vector<std::string> address_required;
    std::string postal_code_pattern;
    std::string tax_label;
    std::string sms_provider;
    std::vector<std::string> payment_gateways;
};
RECORD(MarketRow, code, name, currency, currency_sign, time_zone, phone_prefixes, languages, tax_inclusive,
       tax_milli_percent, shipping_minor, shipping_free_from_minor, payment_methods, state, phone_regions, phone_types,
       phone_example, address_required, postal_code_pattern, tax_label, sms_provider, payment_gateways);

struct RegionRow {
    std::string code;
    std::string name;
    std::string kind;
    std::vector<std::string> languages;
    std::vector<std::string> names;
};
RECORD(RegionRow, code, name, kind, languages, names);

struct Sql {
    db::Statement<MarketRow()> load{"markets.load", R"(
        SELECT code, name, currency, currency_sign, time_zone, phone_prefixes, languages, tax_inclusive,
               tax_milli_percent, shipping_minor, shipping_free_from_minor, payment_methods, state, phone_regions,
               phone_types, phone_example, address_required, postal_code_pattern, tax_label, sms_provider,
               payment_gateways
        FROM markets ORDER BY code)"};

    db::Statement<void(MarketCode, std::string, std::string, std::string, std::string, std::vector<std::string>,
                       std::vector<std::string>, bool, std::int64_t, std::int64_t, std::int64_t,
                       std::vector<std::string>, std::string, std::vector<std::string>, std::vector<std::string>,
                       std::string, std::vector<std::string>, std::string, std::string, std::string)>
        insert{"markets.insert", R"(
        INSERT INTO markets (code, name, currency, currency_sign, time_zone, phone_prefixes, languages, tax_inclusive,
                             tax_milli_percent, shipping_minor, shipping_free_from_minor, payment_methods, state,
                             phone_regions, phone_types, phone_example, address_required, postal_code_pattern,
                             tax_label, sms_provider)
        VALUES ($1, $2, $3, $4, $5, $6::text[], $7::text[], $8::boolean, $9::bigint, $10::bigint,
                $11::bigint, $12::text[], $13, $14::text[], $15::text[], $16, $17::text[], $18, $19, $20)
        ON CONFLICT (code) DO NOTHING)"};

    // As the market's role: regions are its own.
    db::Statement<RegionRow()> regions{"markets.regions", R"(
        SELECT r.code, r.name, r.kind, array(SELECT jsonb_object_keys(r.names)) AS languages,
               array(SELECT value FROM jsonb_each_text(r.names)) AS names
        FROM regions r ORDER BY r.name, r.code)"};

    db::Statement<bool()> is_prepared{"markets.is_prepared", R"(
        SELECT to_regclass('public.market_directory') IS NOT NULL AS prepared)"};

    db::Statement<MarketCode()> directory{"markets.directory", "SELECT code FROM market_directory ORDER BY code"};

    db::Statement<void(MarketCode, std::string, std::string, std::string, std::optional<std::int64_t>, db::JsonText)>
        insert_region{"markets.insert_region", R"(
        INSERT INTO regions (market, code, name, kind, tax_milli_percent, names)
        VALUES ($1, $2, $3, $4, $5::bigint, $6::jsonb)
        ON CONFLICT (market, code) DO NOTHING)"};

    db::Statement<void(MarketCode, std::string, std::string, std::int64_t)> insert_rate{"markets.insert_rate", R"(
        INSERT INTO region_tax_rates (market, region, from_date, milli_percent)
        VALUES ($1, $2, $3::text::date, $4::bigint)
        ON CONFLICT (market, region, from_date) DO NOTHING)"};
};
inline constexpr Sql sql;
RECORD(Sql, load, insert, regions, is_prepared, directory, insert_region, insert_rate);

/// How a market writes addresses and takes money; read by the feature profile where it is needed, not kept in memory.
struct CustomsRow {
    std::string address_line;
    std::string delivery_service;
    std::vector<std::string> card_brands;
    std::vector<std::string> payment_gateways;
};
RECORD(CustomsRow, address_line, delivery_service, card_brands, payment_gateways);

struct CustomSql {
    db::Statement<CustomsRow(MarketCode)> get{"markets.customs", R"(
        SELECT address_line, delivery_service, card_brands, payment_gateways FROM markets WHERE code = $1)"};

    db::Statement<void(MarketCode, std::string, std::string, std::vector<std::string>, std::vector<std::string>)> set{
        "markets.set_customs", R"(
        UPDATE markets SET address_line = $2, delivery_service = $3, card_brands = $4::text[],
                           payment_gateways = $5::text[]
        WHERE code = $1)"};
};
inline constexpr CustomSql custom_sql;
RECORD(CustomSql, get, set);

}  // namespace marque::markets
