#pragma once
// What filters ask of single SKUs: who looks for M in red up to 50 wants one SKU that is all of it. Sets of products
// answer what one SKU of many may decide alone; where more must come together, the SKUs of what is left are looked at.

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "features/catalog/bits.h"
#include "features/catalog/product.h"

namespace marque::catalog {

/// One product of another one's place, or a new one behind the last; nullptr: the slot is empty from now on.
struct SlotChange {
    Slot slot = 0;
    const Product* product = nullptr;
};

/// A SKU as filters see it.
struct Offer {
    std::int64_t price_minor = 0;
    Term size = no_term;
    Term color = no_term;
};

/// The SKUs of every product, all or those in stock, and products by the lowest and the highest of their prices.
struct Offers {
    std::vector<std::uint32_t> begins{0};
    std::vector<Offer> all;
    std::vector<std::int64_t> lowest_minor;  // by slot; means nothing where there is no SKU
    std::vector<std::int64_t> highest_minor;
    std::vector<Slot> by_lowest;  // those that have a SKU
    std::vector<Slot> by_highest;
    Ladder lowest_ladder;
    Ladder highest_ladder;

    [[nodiscard]] std::span<const Offer> of(Slot slot) const {
        return std::span{all}.subspan(begins[slot], begins[slot + 1] - begins[slot]);
    }
    [[nodiscard]] std::size_t memory_bytes() const;
};

/// The offers after some changes; `change_of` has the change of each slot, or nullptr.
[[nodiscard]] Offers changed_offers(const Offers& before, bool in_stock, std::size_t slots,
                                    const std::vector<const SlotChange*>& change_of,
                                    const std::vector<SlotChange>& changes);

/// Prices from and to, both included; minor units.
struct PriceRange {
    std::int64_t from = std::numeric_limits<std::int64_t>::min();
    std::int64_t to = std::numeric_limits<std::int64_t>::max();
};

/// Products told apart by where their prices lie.
struct PriceSets {
    PriceRange range;
    Bits some;       // a SKU may cost that much: the lowest price is not above and the highest not below the range
    Bits whole;      // every SKU does
    Bits straddled;  // the lowest price is below and the highest above the range: only a look at the SKUs tells
};
[[nodiscard]] PriceSets sets_of_prices(const Offers& offers, std::size_t slots, PriceRange range);

/// Terms by number, for a look-up in a blink.
using TermSet = std::vector<std::uint8_t>;
[[nodiscard]] inline bool holds(const TermSet& terms, Term term) { return term < terms.size() && terms[term] != 0; }

/// What one SKU must be all at once; nullptr: anything.
struct OfferTest {
    const TermSet* sizes = nullptr;
    const TermSet* colors = nullptr;
    const PriceSets* prices = nullptr;

    [[nodiscard]] bool fits(const Offer& offer) const {
        return (sizes == nullptr || holds(*sizes, offer.size)) && (colors == nullptr || holds(*colors, offer.color)) &&
               (prices == nullptr ||
                (prices->range.from <= offer.price_minor && offer.price_minor <= prices->range.to));
    }
    /// Takes out products none of whose SKUs fits; what is there fits each test with one SKU or another.
    void keep_fitting(Bits& products, const Offers& offers) const;
};

}  // namespace marque::catalog
