#pragma once
// What shipping an order costs: zones, options and points as rows say it, and the pure questions asked of them.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/market.h"
#include "core/record.h"

namespace marque::shipping {

enum class Kind { courier, pickup, express };
ENUMERATION(Kind, courier, pickup, express);

enum class PriceRule { flat, weight, subtotal };
ENUMERATION(PriceRule, flat, weight, subtotal);

/// From so many grams or minor units on, this price.
struct Tier {
    std::int64_t from = 0;
    std::int64_t price = 0;
    friend bool operator==(const Tier&, const Tier&) = default;
};
RECORD(Tier, from, price);

struct OptionRow {
    std::string zone;
    std::string code;
    Kind kind = Kind::courier;
    std::map<std::string, std::string> names;
    PriceRule price_rule = PriceRule::flat;
    std::optional<std::int64_t> price_minor;
    std::vector<Tier> tiers;
    std::optional<std::int64_t> free_from_minor;
    std::optional<std::int64_t> weight_max_g;
    std::int32_t days_from = 0;
    std::int32_t days_to = 0;
};
RECORD(OptionRow, zone, code, kind, names, price_rule, price_minor, tiers, free_from_minor, weight_max_g, days_from,
       days_to);

struct ZoneRow {
    std::string code;
    std::vector<std::string> regions;
};
RECORD(ZoneRow, code, regions);

struct PointRow {
    std::string code;
    std::string zone;
    std::map<std::string, std::string> names;
    std::string address;
    std::string city;
    std::string region;
    std::string hours;
};
RECORD(PointRow, code, zone, names, address, city, region, hours);

/// In the order in which they are offered.
struct Rows {
    std::vector<ZoneRow> zones;
    std::vector<OptionRow> options;
    std::vector<PointRow> points;
};
RECORD(Rows, zones, options, points);

struct Zone {
    std::string code;
    std::vector<OptionRow> options;
    std::vector<PointRow> points;
};

/// One market's rules, never changed. A market without rows ships everywhere at its own flat price.
class Book {
public:
    Book() = default;
    Book(Rows rows, std::int64_t market_price_minor, std::int64_t market_free_from_minor);

    /// The zone that names the region, else the one that names none; null where neither is there.
    [[nodiscard]] const Zone* zone_of(std::string_view region) const;
    [[nodiscard]] const PointRow* find_point(std::string_view code) const;
    /// Whether a parcel of this weight may go this way.
    [[nodiscard]] static bool carries(const OptionRow& option, std::int64_t weight_g);
    /// For goods that cost `net_minor`, discounts taken off.
    [[nodiscard]] std::int64_t price_of(const OptionRow& option, std::int64_t net_minor, std::int64_t weight_g) const;
    /// From which net amount on it costs nothing; 0: never.
    [[nodiscard]] std::int64_t free_from(const OptionRow& option) const;

private:
    std::vector<Zone> zones_;
    std::map<std::string, std::size_t, std::less<>> zone_by_region_;
    std::optional<std::size_t> rest_;
    std::int64_t market_price_minor_ = 0;
    std::int64_t market_free_from_minor_ = 0;
};

/// The name in this language, else in any, else `code`.
[[nodiscard]] const std::string& name_in(const std::map<std::string, std::string>& names, const std::string& language,
                                         const std::string& code);

}  // namespace marque::shipping
