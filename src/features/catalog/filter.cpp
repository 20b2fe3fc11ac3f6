// Narrowing down by joining sets, and cutting a page out of a sort order.
#include "features/catalog/filter.h"

#include <algorithm>

namespace marque::catalog {
namespace {

const Posting& posting_of(const Index& index, Group group, Term term) {
    return index.postings[static_cast<std::size_t>(group)][term];
}

/// The products whose key in a sort order lies in [from, to].
Bits with_keys(const Index& index, Sort sort, std::int64_t from, std::int64_t to) {
    const auto& order = index.order(sort);
    const auto key = [&](Slot slot) { return index.columns.key(sort, slot); };
    const auto begin = std::ranges::lower_bound(order, from, {}, key);
    const auto end = std::ranges::upper_bound(order, to, {}, key);
    return index.ladder(sort).range(order, static_cast<std::size_t>(begin - order.begin()),
                                    static_cast<std::size_t>(end - order.begin()));
}

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

Bits rated_from(const Index& index, std::int32_t hundredths) {
    return with_keys(index, Sort::rating, least, -(std::int64_t{hundredths} << 32));
}
Bits reduced_from(const Index& index, std::int32_t percent) {
    return with_keys(index, Sort::discount, least, -std::int64_t{percent});
}

}  // namespace

Bits created_from(const Index& index, std::int64_t us) { return with_keys(index, Sort::newest, least, -us); }

Filtered::Filtered(const Snapshot& snapshot, const Filter& filter)
    : in_stock_(filter.in_stock), offers_(&snapshot.index().offers_of(filter.in_stock)) {
    const Index& index = snapshot.index();
    alive_ = index.columns.alive;
    if (filter.in_stock) add(Part::stock, index.columns.in_stock);
    const auto add_categories = [&](const auto& categories) {
        if (!categories) return;
        add_terms(snapshot, Part::category, Group::category, {categories->begin(), categories->end()});
    };
    add_categories(filter.categories);
    add_categories(filter.subcategories);
    if (filter.brands) add_terms(snapshot, Part::brand, Group::brand, *filter.brands);
    if (filter.sizes) {
        add_terms(snapshot, Part::size, filter.in_stock ? Group::size_in_stock : Group::size, *filter.sizes);
        sizes_.resize(snapshot.vocabulary().sizes.size());
        for (const Term term : *filter.sizes) sizes_[term] = 1;
    }
    if (filter.colors) add_colors(snapshot, filter);
    add_numbers(snapshot, filter);
    if (filter.is_best_seller) add(Part::other, index.columns.best_sellers);
    if (filter.is_featured) add(Part::other, index.columns.featured);
    if (filter.text) add(Part::other, *filter.text);
    all_ = joined(Part::none);
    const bool only_stock = parts_.size() == 1 && in_stock_;
    count_ = only_stock ? index.in_stock_count : all_.count();
}

void Filtered::add_terms(const Snapshot& snapshot, Part part, Group group, const std::vector<Term>& terms) {
    Bits bits{snapshot.slots()};
    for (const Term term : terms) posting_of(snapshot.index(), group, term).add_to(bits);
    add(part, std::move(bits));
}

void Filtered::add_colors(const Snapshot& snapshot, const Filter& filter) {
    const auto& families = snapshot.vocabulary().family_of_color;
    Bits bits{snapshot.slots()};
    colors_.resize(snapshot.vocabulary().colors.size());
    for (const Term term : filter.colors->first) {
        posting_of(snapshot.index(), filter.in_stock ? Group::color_in_stock : Group::color, term).add_to(bits);
        colors_[term] = 1;
    }
    for (const Term family : filter.colors->second) {
        posting_of(snapshot.index(), filter.in_stock ? Group::family_in_stock : Group::family, family).add_to(bits);
        for (Term term = 0; term < families.size(); ++term) {
            if (families[term] == family) colors_[term] = 1;
        }
    }
    add(Part::color, std::move(bits));
}

void Filtered::add_numbers(const Snapshot& snapshot, const Filter& filter) {
    const Index& index = snapshot.index();
    if (filter.price_min || filter.price_max) {
        prices_ = sets_of_prices(*offers_, snapshot.slots(),
                                 {filter.price_min.value_or(least), filter.price_max.value_or(most)});
        add(Part::price, prices_.some);
    }
    if (filter.discount_min) add(Part::discount, reduced_from(index, *filter.discount_min));
    if (filter.rating_min_hundredths) add(Part::rating, rated_from(index, *filter.rating_min_hundredths));
    if (filter.is_new) add(Part::age, created_from(index, snapshot.new_from_us()));
}

bool Filtered::has(Part part) const {
    return std::ranges::any_of(parts_, [&](const auto& entry) { return entry.first == part; });
}

const Bits& Filtered::without(Part part) const {
    if (!has(part)) return all_;
    for (const auto& [known, bits] : without_) {
        if (known == part) return bits;
    }
    return without_.emplace_back(part, joined(part)).second;
}

OfferTest Filtered::test_without(Part part) const {
    OfferTest test;
    if (part != Part::size && has(Part::size)) test.sizes = &sizes_;
    if (part != Part::color && has(Part::color)) test.colors = &colors_;
    if (part != Part::price && has(Part::price)) test.prices = &prices_;
    return test;
}

Bits Filtered::joined(Part but) const {
    Bits bits = alive_;
    for (const auto& [part, set] : parts_) {
        if (part != but) bits &= set;
    }
    test_without(but).keep_fitting(bits, *offers_);
    return bits;
}

namespace {

/// Walking down the sort order until the page is full.
std::vector<Slot> walked(const Index& index, const Bits& bits, Sort sort, std::size_t wanted, std::size_t skip,
                         std::size_t from) {
    std::vector<Slot> page;
    page.reserve(wanted);
    const auto& order = index.order(sort);
    for (std::size_t i = from; i < order.size() && page.size() < wanted; ++i) {
        if (!bits.test(order[i])) continue;
        if (skip > 0) {
            --skip;
        } else {
            page.push_back(order[i]);
        }
    }
    return page;
}

/// Sorting just what is there, where that is so little that a walk would pass by nearly everything.
std::vector<Slot> gathered(const Index& index, const Bits& bits, std::size_t count, Sort sort, std::size_t wanted,
                           std::size_t skip, const std::optional<After>& after) {
    struct Entry {
        std::int64_t key;
        std::int64_t id;
        Slot slot;
        auto operator<=>(const Entry&) const = default;
    };
    std::vector<Entry> entries;
    entries.reserve(count);
    bits.for_each([&](Slot slot) {
        const Entry entry{index.columns.key(sort, slot), index.columns.ids[slot], slot};
        if (!after || std::tie(entry.key, entry.id) > std::tie(after->key, after->id)) entries.push_back(entry);
    });
    const std::size_t end = std::min(entries.size(), skip + wanted);
    std::ranges::partial_sort(entries, entries.begin() + static_cast<std::ptrdiff_t>(end));
    std::vector<Slot> page;
    for (std::size_t i = std::min(skip, end); i < end; ++i) page.push_back(entries[i].slot);
    return page;
}

}  // namespace

std::vector<Slot> page_of(const Index& index, const Bits& bits, std::size_t count, Sort sort, std::size_t limit,
                          std::size_t offset, const std::optional<After>& after) {
    if (count == 0 || (!after && offset >= count)) return {};
    const auto& order = index.order(sort);
    const std::size_t skip = after ? 0 : offset;
    const std::size_t wanted = limit + 1;
    // A step of the walk costs a bit, one gathered about eight times that.
    constexpr std::size_t cost_of_gathering = 8;
    const std::size_t steps = order.size() / count * (skip + wanted);
    if (count * cost_of_gathering < steps) return gathered(index, bits, count, sort, wanted, skip, after);
    std::size_t from = 0;
    if (after) {
        const auto behind = std::ranges::partition_point(order, [&](Slot slot) {
            return std::pair{index.columns.key(sort, slot), index.columns.ids[slot]} <=
                   std::pair{after->key, after->id};
        });
        from = static_cast<std::size_t>(behind - order.begin());
    }
    return walked(index, bits, sort, wanted, skip, from);
}

}  // namespace marque::catalog
