#pragma once
// What a snapshot is searched by: numbers of every product side by side, the products of every value, and sort orders.

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "core/record.h"
#include "features/catalog/bits.h"
#include "features/catalog/offers.h"
#include "features/catalog/product.h"
#include "features/catalog/shelves.h"

namespace marque::catalog {

/// How a list may be sorted; the words are the API's. Equal ones stand in order of their ids.
enum class Sort { popular, newest, price_asc, price_desc, rating, discount, relevance };
ENUMERATION(Sort, popular, newest, price_asc, price_desc, rating, discount, relevance)
/// All but relevance, which a search decides: products stand ready in each of these orders.
inline constexpr std::size_t sort_count = 6;

/// What products are grouped by. The second of a pair counts only what is in stock in that size or colour, for lists
/// of what is in stock: nobody who asks for M wants a dress of which M is sold out.
enum class Group { category, brand, size, size_in_stock, color, color_in_stock, family, family_in_stock };
inline constexpr std::size_t group_count = 8;

/// The numbers of all products by slot; a slot without a product is not alive and its numbers mean nothing.
struct Columns {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> price_minor;
    std::vector<std::int64_t> created_us;
    std::vector<std::int64_t> next_change_us;
    std::vector<std::int32_t> sales;
    std::vector<float> log_sales;  // ln(1 + sales)
    std::vector<std::int32_t> reviews;
    std::vector<std::int16_t> rating_hundredths;
    std::vector<std::int16_t> discount;
    Bits alive;
    Bits in_stock;
    Bits best_sellers;
    Bits featured;

    [[nodiscard]] std::size_t slots() const { return ids.size(); }
    /// Less comes first.
    [[nodiscard]] std::int64_t key(Sort sort, Slot slot) const;
};

/// The terms of each product in one group, row behind row.
struct TermRows {
    std::vector<std::uint32_t> begins{0};
    std::vector<Term> terms;

    [[nodiscard]] std::span<const Term> of(Slot slot) const {
        return std::span{terms}.subspan(begins[slot], begins[slot + 1] - begins[slot]);
    }
};

/// Found by key in constant time; holds slots only, so it is copied in a blink.
class SlotTable {
public:
    static constexpr Slot none = ~Slot{0};
    void put(std::size_t hash, Slot slot);
    /// The slot for which `is_it` holds.
    template <class IsIt>
    [[nodiscard]] Slot find(std::size_t hash, IsIt is_it) const {
        if (cells_.empty()) return none;
        const std::size_t mask = cells_.size() - 1;
        for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
            if (cells_[i] == none) return none;
            if (is_it(cells_[i])) return cells_[i];
        }
    }
    void reset(std::size_t entries);

private:
    std::vector<Slot> cells_;
};

struct Index {
    Columns columns;
    std::array<TermRows, group_count> rows;
    std::array<std::vector<Posting>, group_count> postings;      // by term
    std::array<std::vector<std::uint32_t>, group_count> counts;  // in stock, by term
    std::array<std::vector<Slot>, sort_count> orders;            // all that are alive
    std::array<Ladder, sort_count> ladders;                      // of age, rating and discount
    std::array<Offers, 2> offers;                                // of all SKUs, and of those in stock
    std::size_t in_stock_count = 0;

    [[nodiscard]] const std::vector<Slot>& order(Sort sort) const { return orders[static_cast<std::size_t>(sort)]; }
    [[nodiscard]] const Offers& offers_of(bool in_stock) const { return offers[in_stock ? 1 : 0]; }
    [[nodiscard]] const Ladder& ladder(Sort sort) const { return ladders[static_cast<std::size_t>(sort)]; }
};

/// The index after some changes, each slot at most once. `slots`: how many there are now.
[[nodiscard]] Index changed_index(const Index& before, std::size_t slots, const std::vector<SlotChange>& changes,
                                  const Categories& categories, const Vocabulary& vocabulary);

}  // namespace marque::catalog
