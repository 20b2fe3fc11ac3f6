// Linear probing in a table that is at most two thirds full.
#include "features/catalog/search/table.h"

#include <functional>

namespace marque::catalog::search {

std::size_t StringTable::slot_of(std::string_view text, std::size_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot] != none && (*this)[slots_[slot]] != text) slot = (slot + 1) & mask;
    return slot;
}

std::uint32_t StringTable::find(std::string_view text) const {
    return slots_[slot_of(text, std::hash<std::string_view>{}(text))];
}

std::uint32_t StringTable::add(std::string_view text) {
    const std::size_t slot = slot_of(text, std::hash<std::string_view>{}(text));
    if (slots_[slot] != none) return slots_[slot];
    const std::uint32_t number = size();
    bytes_ += text;
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    slots_[slot] = number;
    if (std::size_t{size()} * 3 > slots_.size() * 2) grow();
    return number;
}

void StringTable::grow() {
    slots_.assign(slots_.size() * 2, none);
    for (std::uint32_t number = 0; number < size(); ++number) {
        const auto text = (*this)[number];
        slots_[slot_of(text, std::hash<std::string_view>{}(text))] = number;
    }
}

std::size_t StringTable::memory_bytes() const {
    return bytes_.capacity() + (ends_.capacity() + slots_.capacity()) * sizeof(std::uint32_t);
}

void StringTable::shrink() {
    bytes_.shrink_to_fit();
    ends_.shrink_to_fit();
}

}  // namespace marque::catalog::search
