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
    std::string address_format;
    std::string delivery_service;
    std::vector<std::string> card_brands;
    std::vector<std::string> payment_gateways;
};
RECORD(MarketRow, code, name, currency, currency_sign, time_zone, phone_prefixes, languages, tax_inclusive,
       tax_milli_percent, shipping_minor, shipping_free_from_minor, payment_methods, state, address_format,
       delivery_service, card_brands, payment_gateways);

struct Sql {
    db::Statement<MarketRow()> load{"markets.load", R"(
        SELECT code, name, currency, currency_sign, time_zone, phone_prefixes, languages, tax_inclusive,
               tax_milli_percent, shipping_minor, shipping_free_from_minor, payment_methods, state, address_format,
               delivery_service, card_brands, payment_gateways
        FROM markets ORDER BY code)"};

    db::Statement<void(MarketCode, std::string, std::string, std::string, std::string, std::vector<std::string>,
                       std::vector<std::string>, bool, std::int64_t, std::int64_t, std::int64_t,
                       std::vector<std::string>)>
        insert{"markets.insert", R"(
        INSERT INTO markets (code, name, currency, currency_sign, time_zone, phone_prefixes, languages, tax_inclusive,
                             tax_milli_percent, shipping_minor, shipping_free_from_minor, payment_methods)
        VALUES ($1, $2, $3, $4, $5, $6::text[], $7::text[], $8::boolean, $9::bigint, $10::bigint,
                $11::bigint, $12::text[])
        ON CONFLICT (code) DO NOTHING)"};

    db::Statement<void(MarketCode, std::string, std::string, std::vector<std::string>, std::vector<std::string>)>
        set_formats{"markets.set_formats", R"(
        UPDATE markets SET address_format = $2, delivery_service = $3, card_brands = $4::text[],
                           payment_gateways = $5::text[]
        WHERE code = $1)"};

    db::Statement<void(MarketCode, std::string, std::string, std::string, std::optional<std::int64_t>)> insert_region{
        "markets.insert_region", R"(
        INSERT INTO regions (market, code, name, kind, tax_milli_percent) VALUES ($1, $2, $3, $4, $5::bigint)
        ON CONFLICT (market, code) DO NOTHING)"};
};
inline constexpr Sql sql;
RECORD(Sql, load, insert, set_formats, insert_region);

}  // namespace marque::markets
