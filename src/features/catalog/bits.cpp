// Counting and joining words of 64 products; compiled with the instruction that counts bits (CMakeLists.txt).
#include "features/catalog/bits.h"

#include <algorithm>

#include "core/check.h"

namespace marque::catalog {
namespace {

/// Below one product in so many a list of slots is smaller than bits.
constexpr std::size_t slots_of_a_list_entry = 32;

std::size_t count_words(const std::uint64_t* words, std::size_t size) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < size; ++i) count += static_cast<std::size_t>(std::popcount(words[i]));
    return count;
}

std::size_t count_common(const std::uint64_t* a, const std::uint64_t* b, std::size_t size) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < size; ++i) count += static_cast<std::size_t>(std::popcount(a[i] & b[i]));
    return count;
}

}  // namespace

std::size_t Bits::count() const { return count_words(words_.data(), words_.size()); }

std::size_t Bits::count_with(const Bits& other) const {
    check(slots_ == other.slots_, "sets of one snapshot");
    return count_common(words_.data(), other.words_.data(), words_.size());
}

Bits& Bits::operator&=(const Bits& other) {
    check(slots_ == other.slots_, "sets of one snapshot");
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
}

Bits& Bits::operator|=(const Bits& other) {
    check(slots_ == other.slots_, "sets of one snapshot");
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
}

Bits& Bits::operator-=(const Bits& other) {
    check(slots_ == other.slots_, "sets of one snapshot");
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
    return *this;
}

Posting::Posting(std::vector<Slot> slots, std::size_t all_slots) : count_(slots.size()) {
    if (slots.size() * slots_of_a_list_entry < all_slots) {
        few_ = std::move(slots);
        few_.shrink_to_fit();
        return;
    }
    many_ = Bits{all_slots};
    for (const Slot slot : slots) many_.set(slot);
}

std::size_t Posting::count_with(const Bits& bits) const {
    if (many_.slots() > 0) return many_.count_with(bits);
    return static_cast<std::size_t>(std::ranges::count_if(few_, [&](Slot slot) { return bits.test(slot); }));
}

void Posting::add_to(Bits& bits) const {
    if (many_.slots() > 0) bits |= many_;
    for (const Slot slot : few_) bits.set(slot);
}

std::size_t Posting::memory_bytes() const { return few_.capacity() * sizeof(Slot) + many_.slots() / 8; }

Ladder::Ladder(std::span<const Slot> order, std::size_t slots) : step_(order.size() / steps + 1) {
    Bits bits{slots};
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i % step_ == 0) firsts_.push_back(bits);
        bits.set(order[i]);
    }
    firsts_.push_back(std::move(bits));
}

Bits Ladder::first(std::span<const Slot> order, std::size_t count) const {
    if (count == order.size()) return firsts_.back();
    Bits bits = firsts_[count / step_];
    for (std::size_t i = count / step_ * step_; i < count; ++i) bits.set(order[i]);
    return bits;
}

Bits Ladder::range(std::span<const Slot> order, std::size_t from, std::size_t to) const {
    Bits bits = first(order, std::max(from, to));
    bits -= first(order, from);
    return bits;
}

}  // namespace marque::catalog
