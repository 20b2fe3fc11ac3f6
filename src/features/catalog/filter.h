#pragma once
// Filters of a list, and the sets of products they leave.

#include <optional>
#include <utility>
#include <vector>

#include "features/catalog/snapshot.h"

namespace marque::catalog {

/// What a list is narrowed to; several values of one kind widen that kind. Stock, size, colour and price are asked of
/// one SKU together: a product fits when one of its SKUs is all of them.
struct Filter {
    bool in_stock = true;                                    // else also what is sold out
    std::optional<std::vector<std::int32_t>> categories;     // each with all below it
    std::optional<std::vector<std::int32_t>> subcategories;  // the same, and both must fit
    std::optional<std::vector<Term>> brands;
    std::optional<std::vector<Term>> sizes;
    std::optional<std::pair<std::vector<Term>, std::vector<Term>>> colors;  // colours, and families of colours
    std::optional<std::int64_t> price_min;                                  // minor units
    std::optional<std::int64_t> price_max;
    std::optional<std::int32_t> discount_min;           // percent
    std::optional<std::int32_t> rating_min_hundredths;  // of a star
    bool is_new = false;
    bool is_best_seller = false;
    bool is_featured = false;
    std::optional<Bits> text;  // what fits the words that were searched
};

/// The parts of a filter, told apart because a facet ignores its own; `none` is no part.
enum class Part { none, stock, category, brand, size, color, price, discount, rating, age, other };

class Filtered {
public:
    Filtered(const Snapshot& snapshot, const Filter& filter);

    /// What fits all parts, and how many.
    [[nodiscard]] const Bits& all() const { return all_; }
    [[nodiscard]] std::size_t count() const { return count_; }
    /// What fits all parts but one; the same set as all() where that part was not asked for.
    [[nodiscard]] const Bits& without(Part part) const;
    /// What a SKU must be for all parts but one.
    [[nodiscard]] OfferTest test_without(Part part) const;
    [[nodiscard]] bool has(Part part) const;
    [[nodiscard]] bool in_stock() const { return in_stock_; }
    /// The SKUs that count: all, or those in stock.
    [[nodiscard]] const Offers& offers() const { return *offers_; }

private:
    void add(Part part, Bits bits) { parts_.emplace_back(part, std::move(bits)); }
    void add_terms(const Snapshot& snapshot, Part part, Group group, const std::vector<Term>& terms);
    void add_colors(const Snapshot& snapshot, const Filter& filter);
    void add_numbers(const Snapshot& snapshot, const Filter& filter);
    [[nodiscard]] Bits joined(Part but) const;

    bool in_stock_;
    const Offers* offers_;
    TermSet sizes_;  // these three where the filter has that part
    TermSet colors_;
    PriceSets prices_;
    std::vector<std::pair<Part, Bits>> parts_;
    Bits alive_;
    Bits all_;
    std::size_t count_ = 0;
    mutable std::vector<std::pair<Part, Bits>> without_;
};

/// Where a list goes on: behind the product with this key and id in the sort order.
struct After {
    std::int64_t key = 0;
    std::int64_t id = 0;
};

/// One page of the products in `bits`, of which there are `count`, and one more where there is one: from an offset, or
/// behind a place, which stays the same place when the catalogue changes in between.
[[nodiscard]] std::vector<Slot> page_of(const Index& index, const Bits& bits, std::size_t count, Sort sort,
                                        std::size_t limit, std::size_t offset, const std::optional<After>& after);

/// Those rated so many hundredths of a star, reduced by so many percent, created at that time, or more.
[[nodiscard]] Bits rated_from(const Index& index, std::int32_t hundredths);
[[nodiscard]] Bits reduced_from(const Index& index, std::int32_t percent);
[[nodiscard]] Bits created_from(const Index& index, std::int64_t us);

/// The facets of a list as JSON; `filtered` is made of the same filter.
void write_facets(std::string& out, const Snapshot& snapshot, const Filter& filter, const Filtered& filtered,
                  std::size_t language);

}  // namespace marque::catalog
