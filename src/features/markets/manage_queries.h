#pragma once
// SQL of a market's settings, as managers read and change them.

#include <string>
#include <vector>

#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::markets {

struct SettingsRow {
    std::int32_t version = 1;
    std::string name;
    std::string tax_label;
    std::int64_t shipping_minor = 0;
    std::int64_t shipping_free_from_minor = 0;
    std::vector<std::string> payment_methods;
    std::vector<std::string> address_required;
    std::string phone_example;
    std::string seller_name;
    std::string seller_address;
    std::string seller_tax_id;
};
RECORD(SettingsRow, version, name, tax_label, shipping_minor, shipping_free_from_minor, payment_methods,
       address_required, phone_example, seller_name, seller_address, seller_tax_id);

struct ManageSql {
    db::Statement<SettingsRow(MarketCode)> settings{"markets.settings", R"(
        SELECT version, name, tax_label, shipping_minor, shipping_free_from_minor, payment_methods, address_required,
               phone_example, seller_name, seller_address, seller_tax_id
        FROM markets WHERE code = $1)"};

    // A trigger carries it over to the market, or drops the row where the market has another version by now.
    db::Statement<std::int64_t(MarketCode, std::int32_t, std::string, db::JsonText)> change{"markets.change", R"(
        INSERT INTO market_changes (market, version, changed_by, wanted)
        VALUES ($1, $2::integer, $3, jsonb_strip_nulls($4::jsonb)) RETURNING id)"};
};
inline constexpr ManageSql manage_sql;
RECORD(ManageSql, settings, change);

}  // namespace marque::markets
