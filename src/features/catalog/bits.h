#pragma once
// Sets of products as bits, one for each slot of a snapshot: what filters are made of.

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace marque::catalog {

/// A product's place in a snapshot.
using Slot = std::uint32_t;

class Bits {
public:
    Bits() = default;
    explicit Bits(std::size_t slots) : words_((slots + word_bits - 1) / word_bits), slots_(slots) {}

    [[nodiscard]] std::size_t slots() const { return slots_; }
    [[nodiscard]] bool test(Slot slot) const { return (words_[slot / word_bits] >> (slot % word_bits) & 1) != 0; }
    void set(Slot slot) { words_[slot / word_bits] |= std::uint64_t{1} << (slot % word_bits); }
    void clear(Slot slot) { words_[slot / word_bits] &= ~(std::uint64_t{1} << (slot % word_bits)); }
    [[nodiscard]] std::size_t count() const;
    /// How many are in both.
    [[nodiscard]] std::size_t count_with(const Bits& other) const;
    Bits& operator&=(const Bits& other);
    Bits& operator|=(const Bits& other);
    /// Takes out what is in the other.
    Bits& operator-=(const Bits& other);

    /// Calls visit(slot) for each, in order of slots.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
                visit(static_cast<Slot>(i * word_bits + static_cast<std::size_t>(std::countr_zero(word))));
            }
        }
    }
    friend bool operator==(const Bits&, const Bits&) = default;

private:
    static constexpr std::size_t word_bits = 64;
    std::vector<std::uint64_t> words_;
    std::size_t slots_ = 0;
};

/// The products of one value (a brand, a size). Few are kept as a list, so that a thousand rare brands cost little.
class Posting {
public:
    Posting() = default;
    Posting(std::vector<Slot> slots, std::size_t all_slots);

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t count_with(const Bits& bits) const;
    void add_to(Bits& bits) const;
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    std::vector<Slot> few_;
    Bits many_;
    std::size_t count_ = 0;
};

/// Products in the order of a number, with sets of the first so and so many ready: a range of numbers is a range of
/// ranks, and its set is the difference of two of these and a few single ones.
class Ladder {
public:
    Ladder() = default;
    explicit Ladder(std::span<const Slot> order, std::size_t slots);
    /// The products at ranks [from, to) of the order it was made of, which must be given again.
    [[nodiscard]] Bits range(std::span<const Slot> order, std::size_t from, std::size_t to) const;

private:
    [[nodiscard]] Bits first(std::span<const Slot> order, std::size_t count) const;
    static constexpr std::size_t steps = 64;
    std::vector<Bits> firsts_;
    std::size_t step_ = 1;
};

}  // namespace marque::catalog
