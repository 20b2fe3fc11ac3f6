#pragma once
// Shipping as managers write it, in the market being managed. The endpoints stand in features/management.

#include "core/text.h"
#include "features/shipping/rates.h"
#include "http/route.h"
#include "json/types.h"

namespace marque::shipping {

inline constexpr Refusal zone_not_found{404, "shipping.zone_not_found", "There is no such zone"};
inline constexpr Refusal stale{409, "shipping.stale", "It was changed meanwhile; read it again"};

using Names = std::map<std::string, Text<1, 100>>;

/// `version` is the one that was read; what is new has none. Regions: none for wherever no other zone is.
struct ZoneInput {
    std::optional<Names> names;
    std::vector<Text<1, 10>> regions;
    std::optional<std::int32_t> sort_order;
    std::optional<std::int32_t> version;
};
RECORD(ZoneInput, names, regions, sort_order, version);

/// From so many grams, or from such an amount, by the option's rule; the first begins at 0.
struct TierInput {
    std::optional<std::int64_t> from_g;
    std::optional<json::AmountText> from_amount;
    json::AmountText price;
};
RECORD(TierInput, from_g, from_amount, price);

struct OptionInput {
    Kind kind = Kind::courier;
    std::optional<Names> names;
    PriceRule price_rule = PriceRule::flat;
    std::optional<json::AmountText> price;  // of a flat one; left out: the market's own
    std::optional<std::vector<TierInput>> tiers;
    std::optional<json::AmountText> free_from;  // left out: the market's own; 0: never free
    std::optional<std::int64_t> weight_max_g;
    std::int32_t days_from = 0;
    std::int32_t days_to = 0;
    std::optional<std::int32_t> sort_order;
    std::optional<bool> is_active;
    std::optional<std::int32_t> version;
};
RECORD(OptionInput, kind, names, price_rule, price, tiers, free_from, weight_max_g, days_from, days_to, sort_order,
       is_active, version);

struct PointInput {
    Slug zone;
    std::optional<Names> names;
    Text<3, 500> address;
    Text<1, 100> city;
    Text<1, 10> region;
    std::optional<Text<0, 200>> hours;
    std::optional<bool> is_active;
    std::optional<std::int32_t> version;
};
RECORD(PointInput, zone, names, address, city, region, hours, is_active, version);

struct TierView {
    std::optional<std::int64_t> from_g;
    std::optional<Money> from_amount;
    Money price;
};
RECORD(TierView, from_g, from_amount, price);

struct ManagedOption {
    std::string code;
    Kind kind = Kind::courier;
    std::map<std::string, std::string> names;
    PriceRule price_rule = PriceRule::flat;
    std::optional<Money> price;
    std::vector<TierView> tiers;
    std::optional<Money> free_from;
    std::optional<std::int64_t> weight_max_g;
    std::int32_t days_from = 0;
    std::int32_t days_to = 0;
    std::int32_t sort_order = 0;
    bool is_active = false;
    std::int32_t version = 1;
};
RECORD(ManagedOption, code, kind, names, price_rule, price, tiers, free_from, weight_max_g, days_from, days_to,
       sort_order, is_active, version);

struct ManagedPoint {
    std::string code;
    std::map<std::string, std::string> names;
    std::string address;
    std::string city;
    std::string region;
    std::string hours;
    bool is_active = false;
    std::int32_t version = 1;
};
RECORD(ManagedPoint, code, names, address, city, region, hours, is_active, version);

struct ManagedZone {
    std::string code;
    std::map<std::string, std::string> names;
    std::vector<std::string> regions;
    std::int32_t sort_order = 0;
    std::int32_t version = 1;
    std::vector<ManagedOption> options;
    std::vector<ManagedPoint> pickup_points;
};
RECORD(ManagedZone, code, names, regions, sort_order, version, options, pickup_points);

struct ManagedShipping {
    std::vector<ManagedZone> zones;
};
RECORD(ManagedShipping, zones);

/// All of the managed market's shipping. Those that write make what is not there, change what is there in the version
/// that was read (stale where it is another), and answer with all of it.
Task<ManagedShipping> list_managed(http::Context& context);
Task<ManagedShipping> put_zone(http::Context& context, Slug code, ZoneInput input);
Task<ManagedShipping> put_option(http::Context& context, Slug zone, Slug code, OptionInput input);
Task<ManagedShipping> put_point(http::Context& context, Slug code, PointInput input);

}  // namespace marque::shipping
