#pragma once
// All SQL of markets and regions. Run by the owner's connection before serving; the server reads memory.

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
};
RECORD(MarketRow, code, name, currency, currency_sign, time_zone, phone_prefixes, languages, tax_inclusive,
       tax_milli_percent, shipping_minor, shipping_free_from_minor, payment_methods, state, phone_regions, phone_types,
       phone_example, address_required, postal_code_pattern, tax_label, sms_provider);

struct Sql {
    db::Statement<MarketRow()> load{"markets.load", R"(
        SELECT code, name, currency, currency_sign, time_zone, phone_prefixes, languages, tax_inclusive,
               tax_milli_percent, shipping_minor, shipping_free_from_minor, payment_methods, state, phone_regions,
               phone_types, phone_example, address_required, postal_code_pattern, tax_label, sms_provider
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

    db::Statement<void(MarketCode, std::string, std::string, std::string, std::optional<std::int64_t>)> insert_region{
        "markets.insert_region", R"(
        INSERT INTO regions (market, code, name, kind, tax_milli_percent) VALUES ($1, $2, $3, $4, $5::bigint)
        ON CONFLICT (market, code) DO NOTHING)"};
};
inline constexpr Sql sql;
RECORD(Sql, load, insert, insert_region);

/// What profile's migration 0018 added to a market: how its addresses read, who delivers, which cards and gateways.
struct CustomSql {
    db::Statement<void(MarketCode, std::string, std::string, std::vector<std::string>, std::vector<std::string>)> set{
        "markets.set_customs", R"(
        UPDATE markets SET address_line = $2, delivery_service = $3, card_brands = $4::text[],
                           payment_gateways = $5::text[]
        WHERE code = $1)"};
};
inline constexpr CustomSql custom_sql;
RECORD(CustomSql, set);

}  // namespace marque::markets
