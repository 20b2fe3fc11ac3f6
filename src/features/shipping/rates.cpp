// Zones, options and their prices.
#include "features/shipping/rates.h"

#include <algorithm>

namespace marque::shipping {

Book::Book(Rows rows, std::int64_t market_price_minor, std::int64_t market_free_from_minor)
    : market_price_minor_(market_price_minor), market_free_from_minor_(market_free_from_minor) {
    if (rows.zones.empty()) {
        rows.zones.push_back({"everywhere", {}});
        rows.options.push_back({.zone = "everywhere", .code = "standard", .days_from = 1, .days_to = 7});
    }
    for (auto& zone : rows.zones) {
        const std::size_t place = zones_.size();
        if (zone.regions.empty() && !rest_) rest_ = place;
        for (const auto& region : zone.regions) zone_by_region_.try_emplace(region, place);
        zones_.push_back({std::move(zone.code), {}, {}});
    }
    const auto find = [&](const std::string& code) { return std::ranges::find(zones_, code, &Zone::code); };
    for (auto& option : rows.options) {
        if (const auto zone = find(option.zone); zone != zones_.end()) zone->options.push_back(std::move(option));
    }
    for (auto& point : rows.points) {
        if (const auto zone = find(point.zone); zone != zones_.end()) zone->points.push_back(std::move(point));
    }
}

const Zone* Book::zone_of(std::string_view region) const {
    const auto found = zone_by_region_.find(region);
    if (found != zone_by_region_.end()) return &zones_[found->second];
    return rest_ ? &zones_[*rest_] : nullptr;
}

const PointRow* Book::find_point(std::string_view code) const {
    for (const auto& zone : zones_) {
        const auto found = std::ranges::find(zone.points, code, &PointRow::code);
        if (found != zone.points.end()) return &*found;
    }
    return nullptr;
}

bool Book::carries(const OptionRow& option, std::int64_t weight_g) {
    return !option.weight_max_g || weight_g <= *option.weight_max_g;
}

std::int64_t Book::free_from(const OptionRow& option) const {
    return option.free_from_minor.value_or(market_free_from_minor_);
}

std::int64_t Book::price_of(const OptionRow& option, std::int64_t net_minor, std::int64_t weight_g) const {
    const std::int64_t free = free_from(option);
    if (free > 0 && net_minor >= free) return 0;
    if (option.price_rule == PriceRule::flat) return option.price_minor.value_or(market_price_minor_);
    const std::int64_t reached = option.price_rule == PriceRule::weight ? weight_g : net_minor;
    std::int64_t price = 0;
    for (const auto& tier : option.tiers) {
        if (tier.from > reached) break;
        price = tier.price;
    }
    return price;
}

const std::string& name_in(const std::map<std::string, std::string>& names, const std::string& language,
                           const std::string& code) {
    const auto found = names.find(language);
    if (found != names.end()) return found->second;
    return names.empty() ? code : names.begin()->second;
}

}  // namespace marque::shipping
