#pragma once
// SQL of the launch markets' tax rules, run as the market's role on the owner's connection.

#include <string>
#include <vector>

#include "db/codec.h"
#include "db/statement.h"
#include "features/tax/tax.h"

namespace marque::tax {

struct SeedSql {
    db::Statement<void(MarketCode, std::string, std::string, std::string, RuleKind, std::int64_t, std::string)> rule{
        "tax.seed_rule", R"(
        INSERT INTO tax_rules (market, region, tax_class, from_date, kind, threshold_minor, source)
        VALUES ($1, $2, $3, $4::text::date, $5, $6::bigint, $7)
        ON CONFLICT (market, region, tax_class, from_date) DO NOTHING)"};

    db::Statement<void(std::vector<std::string>)> tax_shipping{"tax.seed_shipping", R"(
        UPDATE regions SET shipping_taxed = true WHERE code = ANY ($1::text[]) AND shipping_taxed IS NULL)"};
};
inline constexpr SeedSql seed_sql;
RECORD(SeedSql, rule, tax_shipping);

}  // namespace marque::tax
