// Relations of the database first; categories fill what is left.
#include "features/catalog/related.h"

#include <algorithm>

namespace marque::catalog {
namespace {

std::vector<const Product*> related_by_shop(const Snapshot& snapshot, const Product& product, bool goes_with,
                                            std::size_t limit) {
    std::vector<const Product*> found;
    for (const auto& relation : product.related) {
        if (found.size() == limit) break;
        if (relation.goes_with != goes_with) continue;
        const auto* other = snapshot.find(ProductId{relation.product_id});
        if (other != nullptr && other->in_stock) found.push_back(other);
    }
    return found;
}

/// The best sold products in stock of a category and all below it.
std::vector<Slot> best_sold(const Snapshot& snapshot, std::int32_t category, std::size_t limit) {
    const auto& index = snapshot.index();
    const auto& postings = index.postings[static_cast<std::size_t>(Group::category)];
    const auto term = static_cast<std::size_t>(category);
    if (term >= postings.size()) return {};
    Bits inside{snapshot.slots()};
    postings[term].add_to(inside);
    inside &= index.columns.in_stock;
    std::vector<Slot> slots;
    inside.for_each([&](Slot slot) { slots.push_back(slot); });
    const auto rank = [&](Slot slot) {
        return std::pair{index.columns.key(Sort::popular, slot), index.columns.ids[slot]};
    };
    const auto end = slots.begin() + static_cast<std::ptrdiff_t>(std::min(limit, slots.size()));
    std::ranges::partial_sort(slots, end, {}, rank);
    slots.erase(end, slots.end());
    return slots;
}

}  // namespace

std::vector<const Product*> alike(const Snapshot& snapshot, const Product& product, std::size_t limit) {
    auto found = related_by_shop(snapshot, product, false, limit);
    for (const auto category : {product.place(), product.category}) {
        if (found.size() >= limit) break;
        // As many more as may be there already, and the product itself.
        for (const Slot slot : best_sold(snapshot, category, limit + found.size() + 1)) {
            const auto* other = &snapshot.product(slot);
            if (found.size() == limit) break;
            if (other != &product && std::ranges::find(found, other) == found.end()) found.push_back(other);
        }
    }
    return found;
}

std::vector<const Product*> going_with(const Snapshot& snapshot, const Product& product, std::size_t limit) {
    return related_by_shop(snapshot, product, true, limit);
}

}  // namespace marque::catalog
