#pragma once
// Products in the order of a key, kept from one snapshot to the next.

#include <algorithm>
#include <utility>
#include <vector>

#include "features/catalog/bits.h"

namespace marque::catalog {

/// The order before, of which those that do not stay are taken out, with others merged in. Keys are unique.
template <class Stays, class Key>
[[nodiscard]] std::vector<Slot> merged_order(const std::vector<Slot>& before, Stays stays,
                                             const std::vector<Slot>& others, Key key) {
    std::vector<std::pair<decltype(key(Slot{})), Slot>> entries;
    entries.reserve(others.size());
    for (const Slot slot : others) entries.emplace_back(key(slot), slot);
    std::ranges::sort(entries);
    std::vector<Slot> order;
    order.reserve(before.size() + entries.size());
    auto next = entries.begin();
    for (const Slot slot : before) {
        if (!stays(slot)) continue;
        if (next != entries.end()) {
            const auto here = key(slot);
            for (; next != entries.end() && next->first < here; ++next) order.push_back(next->second);
        }
        order.push_back(slot);
    }
    for (; next != entries.end(); ++next) order.push_back(next->second);
    return order;
}

}  // namespace marque::catalog
