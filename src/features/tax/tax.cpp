// Looking up rates and rules, and taking the taxed part of a line.
#include "features/tax/tax.h"

#include <algorithm>

namespace marque::tax {
namespace {

std::int64_t us_of(Timestamp moment) { return moment.point().time_since_epoch().count(); }

/// Dated things stand in order of their dates.
template <class Dated>
const Dated* newest_begun(const std::vector<Dated>& dated, std::int64_t now_us) {
    const Dated* newest = nullptr;
    for (const auto& one : dated) {
        if (one.from_us <= now_us) newest = &one;
    }
    return newest;
}

}  // namespace

Book::Book(Rows rows) : rows_(std::move(rows)) {
    std::ranges::sort(rows_.rates, {}, &DatedRate::from_us);
    std::ranges::sort(rows_.rules, {}, &RuleRow::from_us);
    for (auto& region : rows_.regions) {
        std::ranges::sort(region.rates, {}, &DatedRate::from_us);
        regions_.emplace(region.code, regions_.size());
    }
}

const RegionRow* Book::find(std::string_view region) const {
    const auto found = regions_.find(region);
    return found == regions_.end() ? nullptr : &rows_.regions[found->second];
}

std::int64_t Book::milli_percent(std::string_view region, Timestamp now) const {
    if (const auto* place = find(region)) {
        if (const auto* rate = newest_begun(place->rates, us_of(now))) return rate->milli_percent;
        if (place->tax_milli_percent) return *place->tax_milli_percent;
    }
    const auto* rate = newest_begun(rows_.rates, us_of(now));
    return rate == nullptr ? rows_.milli_percent : rate->milli_percent;
}

bool Book::taxes_shipping(std::string_view region) const {
    const auto* place = find(region);
    return place == nullptr ? rows_.shipping_taxed : place->shipping_taxed.value_or(rows_.shipping_taxed);
}

const RuleRow* Book::find_rule(std::string_view region, std::string_view tax_class, Timestamp now) const {
    const RuleRow* own = nullptr;
    const RuleRow* general = nullptr;
    for (const auto& rule : rows_.rules) {
        if (rule.from_us > us_of(now)) break;
        if (rule.tax_class != tax_class) continue;
        if (rule.region == region) own = &rule;
        if (rule.region.empty()) general = &rule;
    }
    return own == nullptr ? general : own;
}

std::int64_t taxable_of(const RuleRow* rule, std::int64_t net_minor, std::int64_t quantity) {
    if (rule == nullptr || rule->kind == RuleKind::taxed) return net_minor;
    if (rule->kind == RuleKind::exempt) return 0;
    const std::int64_t piece = net_minor / quantity;
    const std::int64_t dearer = net_minor % quantity;
    const auto taxed = [&](std::int64_t price) -> std::int64_t {
        if (rule->kind == RuleKind::exempt_below) return price < rule->threshold_minor ? 0 : price;
        return std::max<std::int64_t>(0, price - rule->threshold_minor);
    };
    return (quantity - dearer) * taxed(piece) + (dearer == 0 ? 0 : dearer * taxed(piece + 1));
}

}  // namespace marque::tax
