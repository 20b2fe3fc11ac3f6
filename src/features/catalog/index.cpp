// Building the index anew from numbers that lie side by side: no product's own memory is touched but that of changed
// ones.
#include "features/catalog/index.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "features/catalog/order.h"

namespace marque::catalog {
namespace {

constexpr int reviews_bits = 32;

/// Sorts that filters ask ranges of.
constexpr std::array ranged{Sort::newest, Sort::rating, Sort::discount};

/// Vectors of bits grow to the number of slots.
Bits grown(const Bits& before, std::size_t slots) {
    if (before.slots() == slots) return before;
    Bits bits{slots};
    before.for_each([&](Slot slot) { bits.set(slot); });
    return bits;
}

void put_bit(Bits& bits, Slot slot, bool value) { value ? bits.set(slot) : bits.clear(slot); }

Columns changed_columns(const Columns& before, std::size_t slots, const std::vector<SlotChange>& changes) {
    Columns columns = before;
    columns.ids.resize(slots);
    columns.price_minor.resize(slots);
    columns.created_us.resize(slots);
    columns.next_change_us.resize(slots, never_us);
    columns.sales.resize(slots);
    columns.log_sales.resize(slots);
    columns.reviews.resize(slots);
    columns.rating_hundredths.resize(slots);
    columns.discount.resize(slots);
    for (auto* bits : {&columns.alive, &columns.in_stock, &columns.best_sellers, &columns.featured}) {
        *bits = grown(*bits, slots);
    }
    for (const auto& [slot, product] : changes) {
        put_bit(columns.alive, slot, product != nullptr);
        put_bit(columns.in_stock, slot, product != nullptr && product->in_stock);
        put_bit(columns.best_sellers, slot, product != nullptr && product->is_best_seller);
        put_bit(columns.featured, slot, product != nullptr && product->is_featured);
        columns.next_change_us[slot] = product == nullptr ? never_us : product->next_change_us;
        if (product == nullptr) continue;
        columns.ids[slot] = product->id;
        columns.price_minor[slot] = product->cheapest_sku().price_minor;
        columns.created_us[slot] = product->created_us;
        columns.sales[slot] = product->sales_count;
        columns.log_sales[slot] = std::log1p(static_cast<float>(product->sales_count));
        columns.reviews[slot] = product->reviews_count;
        columns.rating_hundredths[slot] = static_cast<std::int16_t>(product->rating_hundredths);
        columns.discount[slot] = static_cast<std::int16_t>(product->discount);
    }
    return columns;
}

void add_once(std::vector<Term>& terms, Term term) {
    if (term != no_term && std::ranges::find(terms, term) == terms.end()) terms.push_back(term);
}

/// The terms of a product in a group, each once.
void terms_of(const Product& product, Group group, const Categories& categories, const Vocabulary& vocabulary,
              std::vector<Term>& terms) {
    terms.clear();
    if (group == Group::brand) return add_once(terms, product.brand);
    if (group == Group::category) {
        for (const auto category : {product.category, product.subcategory}) {
            if (category < 0) continue;
            for (const auto step : categories.all[static_cast<std::size_t>(category)].path) {
                add_once(terms, static_cast<Term>(step));
            }
        }
        return;
    }
    const bool in_stock =
        group == Group::size_in_stock || group == Group::color_in_stock || group == Group::family_in_stock;
    for (const auto& sku : product.skus) {
        if (in_stock && !sku.in_stock) continue;
        if (group == Group::size || group == Group::size_in_stock) {
            add_once(terms, sku.size);
        } else if (group == Group::color || group == Group::color_in_stock) {
            add_once(terms, sku.color);
        } else if (sku.color != no_term) {
            add_once(terms, vocabulary.family_of_color[sku.color]);
        }
    }
}

TermRows changed_rows(const TermRows& before, std::size_t slots, const std::vector<const SlotChange*>& change_of,
                      Group group, const Categories& categories, const Vocabulary& vocabulary) {
    TermRows rows;
    rows.begins.reserve(slots + 1);
    rows.terms.reserve(before.terms.size());
    std::vector<Term> terms;
    for (Slot slot = 0; slot < slots; ++slot) {
        if (change_of[slot] == nullptr) {
            const auto kept = before.of(slot);
            rows.terms.insert(rows.terms.end(), kept.begin(), kept.end());
        } else if (change_of[slot]->product != nullptr) {
            terms_of(*change_of[slot]->product, group, categories, vocabulary, terms);
            rows.terms.insert(rows.terms.end(), terms.begin(), terms.end());
        }
        rows.begins.push_back(static_cast<std::uint32_t>(rows.terms.size()));
    }
    return rows;
}

std::size_t terms_in(Group group, const Categories& categories, const Vocabulary& vocabulary) {
    switch (group) {
        case Group::category:
            return categories.all.size();
        case Group::brand:
            return vocabulary.brands.size();
        case Group::size:
        case Group::size_in_stock:
            return vocabulary.sizes.size();
        case Group::color:
        case Group::color_in_stock:
            return vocabulary.colors.size();
        case Group::family:
        case Group::family_in_stock:
            return vocabulary.families.size();
    }
    return 0;
}

void post(Index& index, Group group, std::size_t terms) {
    const auto number = static_cast<std::size_t>(group);
    const auto& rows = index.rows[number];
    std::vector<std::vector<Slot>> slots(terms);
    auto& counts = index.counts[number];
    counts.assign(terms, 0);
    index.columns.alive.for_each([&](Slot slot) {
        const bool in_stock = index.columns.in_stock.test(slot);
        for (const Term term : rows.of(slot)) {
            slots[term].push_back(slot);
            if (in_stock) ++counts[term];
        }
    });
    index.postings[number].clear();
    for (auto& list : slots) index.postings[number].emplace_back(std::move(list), index.columns.slots());
}

}  // namespace

std::int64_t Columns::key(Sort sort, Slot slot) const {
    switch (sort) {
        case Sort::popular:
            return -std::int64_t{sales[slot]};
        case Sort::newest:
            return -created_us[slot];
        case Sort::price_asc:
            return price_minor[slot];
        case Sort::price_desc:
            return -price_minor[slot];
        // Of two that are equally good the one that more people found so.
        case Sort::rating:
            return -((std::int64_t{rating_hundredths[slot]} << reviews_bits) + reviews[slot]);
        case Sort::discount:
            return -std::int64_t{discount[slot]};
        case Sort::relevance:
            break;
    }
    return 0;
}

void SlotTable::reset(std::size_t entries) { cells_.assign(std::bit_ceil(entries * 2 + 1), none); }

void SlotTable::put(std::size_t hash, Slot slot) {
    const std::size_t mask = cells_.size() - 1;
    std::size_t i = hash & mask;
    while (cells_[i] != none) i = (i + 1) & mask;
    cells_[i] = slot;
}

Index changed_index(const Index& before, std::size_t slots, const std::vector<SlotChange>& changes,
                    const Categories& categories, const Vocabulary& vocabulary) {
    Index index;
    index.columns = changed_columns(before.columns, slots, changes);
    std::vector<const SlotChange*> change_of(slots);
    for (const auto& change : changes) change_of[change.slot] = &change;
    for (std::size_t i = 0; i < group_count; ++i) {
        const auto group = static_cast<Group>(i);
        index.rows[i] = changed_rows(before.rows[i], slots, change_of, group, categories, vocabulary);
        post(index, group, terms_in(group, categories, vocabulary));
    }
    std::vector<Slot> changed;  // and alive
    for (const auto& change : changes) {
        if (change.product != nullptr) changed.push_back(change.slot);
    }
    const auto stays = [&](Slot slot) { return change_of[slot] == nullptr; };
    for (std::size_t i = 0; i < sort_count; ++i) {
        const auto key = [&](Slot slot) {
            return std::pair{index.columns.key(static_cast<Sort>(i), slot), index.columns.ids[slot]};
        };
        index.orders[i] = merged_order(before.orders[i], stays, changed, key);
    }
    for (const bool in_stock : {false, true}) {
        index.offers[in_stock ? 1 : 0] =
            changed_offers(before.offers_of(in_stock), in_stock, slots, change_of, changes);
    }
    for (const Sort sort : ranged) {
        const auto i = static_cast<std::size_t>(sort);
        index.ladders[i] = Ladder{index.orders[i], slots};
    }
    index.in_stock_count = index.columns.in_stock.count();
    return index;
}

}  // namespace marque::catalog
