#pragma once
// SQL of rulebooks. A whole one is one statement, so that all of it is of one moment.

#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::orders {

struct RulesRow {
    std::int64_t version = 0;
    std::string rules;
};
RECORD(RulesRow, version, rules);

struct RuleSql {
    db::Statement<std::int64_t()> version{"orders.rules_version", R"(
        SELECT rules_version + coalesce((SELECT version FROM rule_versions), 0) AS version FROM markets
        WHERE code = upper(substr(current_user, length('marque_') + 1)))"};

    // Dates become moments by the market's clocks, so that looking at them costs no calendar.
    db::Statement<RulesRow()> rules{"orders.rules", R"(
        SELECT m.rules_version + coalesce((SELECT version FROM rule_versions), 0) AS version, jsonb_build_object(
            'market', m.code, 'currency', m.currency, 'languages', m.languages, 'tax_inclusive', m.tax_inclusive,
            'tax_label', m.tax_label, 'shipping_minor', m.shipping_minor,
            'shipping_free_from_minor', m.shipping_free_from_minor, 'default_weight_g', m.default_weight_g,
            'rounding', m.rounding,
            'shipping', jsonb_build_object(
                'zones', (SELECT coalesce(jsonb_agg(jsonb_build_object('code', z.code, 'regions', z.regions)
                                                    ORDER BY z.sort_order, z.code), '[]') FROM shipping_zones z),
                'options', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'zone', o.zone, 'code', o.code, 'kind', o.kind, 'names', o.names, 'price_rule', o.price_rule,
                    'price_minor', o.price_minor, 'tiers', o.tiers, 'free_from_minor', o.free_from_minor,
                    'weight_max_g', o.weight_max_g, 'days_from', o.days_from, 'days_to', o.days_to)
                    ORDER BY o.sort_order, o.code), '[]') FROM shipping_options o WHERE o.is_active),
                'points', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'code', p.code, 'zone', p.zone, 'names', p.names, 'address', p.address, 'city', p.city,
                    'region', p.region, 'hours', p.hours) ORDER BY p.code), '[]')
                    FROM pickup_points p WHERE p.is_active)),
            'tax', jsonb_build_object(
                'milli_percent', m.tax_milli_percent, 'shipping_taxed', m.shipping_taxed,
                'rates', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'from_us', (extract(epoch FROM t.from_date::timestamp AT TIME ZONE m.time_zone) * 1000000)::bigint,
                    'milli_percent', t.milli_percent)), '[]') FROM market_tax_rates t),
                'regions', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'code', r.code, 'tax_milli_percent', r.tax_milli_percent, 'shipping_taxed', r.shipping_taxed,
                    'rates', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'from_us',
                        (extract(epoch FROM t.from_date::timestamp AT TIME ZONE m.time_zone) * 1000000)::bigint,
                        'milli_percent', t.milli_percent)), '[]')
                        FROM region_tax_rates t WHERE t.market = r.market AND t.region = r.code))), '[]')
                    FROM regions r),
                'rules', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'region', t.region, 'tax_class', t.tax_class,
                    'from_us', (extract(epoch FROM t.from_date::timestamp AT TIME ZONE m.time_zone) * 1000000)::bigint,
                    'kind', t.kind, 'threshold_minor', t.threshold_minor)), '[]') FROM tax_rules t)),
            'promotions', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', p.id, 'code', p.code, 'name', p.name, 'names', p.names, 'kind', p.kind,
                'milli_percent', p.milli_percent, 'amount_minor', p.amount_minor, 'buy_quantity', p.buy_quantity,
                'get_quantity', p.get_quantity, 'min_subtotal_minor', p.min_subtotal_minor,
                'categories', p.categories, 'brands', p.brands, 'products', p.products,
                'shipping_options', p.shipping_options, 'usage_limit', u.usage_limit,
                'per_buyer_limit', p.per_buyer_limit,
                'starts_us', (extract(epoch FROM p.starts_at) * 1000000)::bigint,
                'ends_us', (extract(epoch FROM p.ends_at) * 1000000)::bigint,
                'stacking', p.stacking, 'priority', p.priority)), '[]')
                FROM promotions p LEFT JOIN promotion_uses u ON u.market = p.market AND u.promotion_id = p.id
                WHERE p.is_active AND (p.ends_at IS NULL OR p.ends_at > now() - interval '1 day')))::text AS rules
        FROM markets m WHERE m.code = upper(substr(current_user, length('marque_') + 1)))"};
};
inline constexpr RuleSql rule_sql;
RECORD(RuleSql, version, rules);

}  // namespace marque::orders
