// Keeping the SKUs of all products side by side, and looking at no more of them than must be.
#include "features/catalog/offers.h"

#include <algorithm>

#include "features/catalog/order.h"

namespace marque::catalog {
namespace {

Bits below(const std::vector<Slot>& order, const Ladder& ladder, const std::vector<std::int64_t>& minors,
           std::int64_t end, bool included) {
    const auto minor_of = [&](Slot slot) { return minors[slot]; };
    const auto found = included ? std::ranges::upper_bound(order, end, {}, minor_of)
                                : std::ranges::lower_bound(order, end, {}, minor_of);
    return ladder.range(order, 0, static_cast<std::size_t>(found - order.begin()));
}

}  // namespace

std::size_t Offers::memory_bytes() const {
    return all.capacity() * sizeof(Offer) + begins.capacity() * sizeof(std::uint32_t) +
           (lowest_minor.capacity() + highest_minor.capacity()) * sizeof(std::int64_t) +
           (by_lowest.capacity() + by_highest.capacity()) * sizeof(Slot);
}

Offers changed_offers(const Offers& before, bool in_stock, std::size_t slots,
                      const std::vector<const SlotChange*>& change_of, const std::vector<SlotChange>& changes) {
    Offers offers;
    offers.begins.reserve(slots + 1);
    offers.all.reserve(before.all.size());
    offers.lowest_minor = before.lowest_minor;
    offers.highest_minor = before.highest_minor;
    offers.lowest_minor.resize(slots);
    offers.highest_minor.resize(slots);
    for (Slot slot = 0; slot < slots; ++slot) {
        if (change_of[slot] == nullptr) {
            const auto kept = before.of(slot);
            offers.all.insert(offers.all.end(), kept.begin(), kept.end());
        } else if (change_of[slot]->product != nullptr) {
            for (const auto& sku : change_of[slot]->product->skus) {
                if (in_stock && !sku.in_stock) continue;
                offers.all.push_back({sku.price_minor, sku.size, sku.color});
            }
        }
        offers.begins.push_back(static_cast<std::uint32_t>(offers.all.size()));
    }
    std::vector<Slot> priced;  // of what changed
    for (const auto& change : changes) {
        const auto own = offers.of(change.slot);
        if (own.empty()) continue;
        const auto [low, high] = std::ranges::minmax(own, {}, &Offer::price_minor);
        offers.lowest_minor[change.slot] = low.price_minor;
        offers.highest_minor[change.slot] = high.price_minor;
        priced.push_back(change.slot);
    }
    const auto stays = [&](Slot slot) { return change_of[slot] == nullptr; };
    const auto by = [](const std::vector<std::int64_t>& minors) {
        return [&minors](Slot slot) { return std::pair{minors[slot], slot}; };
    };
    offers.by_lowest = merged_order(before.by_lowest, stays, priced, by(offers.lowest_minor));
    offers.by_highest = merged_order(before.by_highest, stays, priced, by(offers.highest_minor));
    offers.lowest_ladder = Ladder{offers.by_lowest, slots};
    offers.highest_ladder = Ladder{offers.by_highest, slots};
    return offers;
}

PriceSets sets_of_prices(const Offers& offers, std::size_t slots, PriceRange range) {
    const auto lowest = [&](std::int64_t end, bool included) {
        return below(offers.by_lowest, offers.lowest_ladder, offers.lowest_minor, end, included);
    };
    const auto highest = [&](std::int64_t end, bool included) {
        return below(offers.by_highest, offers.highest_ladder, offers.highest_minor, end, included);
    };
    PriceSets sets{.range = range, .some = lowest(range.to, true), .whole = highest(range.to, true), .straddled = {}};
    if (range.from == PriceRange{}.from) {
        sets.straddled = Bits{slots};
        return sets;
    }
    sets.straddled = lowest(range.from, false);
    sets.some -= highest(range.from, false);
    const Bits cheaper = sets.straddled;
    sets.straddled -= sets.whole;
    sets.whole -= cheaper;
    return sets;
}

void OfferTest::keep_fitting(Bits& products, const Offers& offers) const {
    const int tests = int{sizes != nullptr} + int{colors != nullptr} + int{prices != nullptr};
    if (tests == 0 || (tests == 1 && prices == nullptr)) return;
    Bits doubtful = products;
    if (prices != nullptr && tests == 1) doubtful &= prices->straddled;
    if (prices != nullptr && tests == 2) doubtful -= prices->whole;
    doubtful.for_each([&](Slot slot) {
        if (std::ranges::none_of(offers.of(slot), [&](const Offer& offer) { return fits(offer); })) {
            products.clear(slot);
        }
    });
}

}  // namespace marque::catalog
