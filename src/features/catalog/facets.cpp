// Counting what each further choice would leave, in the cheapest of three ways: known counts, product by product, or
// set by set.
#include <algorithm>
#include <numeric>

#include "features/catalog/filter.h"
#include "features/catalog/views.h"
#include "json/write.h"

namespace marque::catalog {

namespace {

constexpr std::size_t brands_max = 100;
constexpr std::array rating_steps{4, 3, 2, 1};
constexpr std::array discount_steps{70, 50, 30, 20, 10};
constexpr std::int32_t hundredths_per_star = 100;
/// Counting one product's term costs about as much as joining so many words of two sets.
constexpr std::size_t words_per_product = 4;

using Counts = std::vector<std::uint32_t>;

/// How many of some products each term has.
Counts counts_of(const Snapshot& snapshot, bool in_stock, const Bits& bits, Group group) {
    const Index& index = snapshot.index();
    const auto number = static_cast<std::size_t>(group);
    const auto& postings = index.postings[number];
    if (in_stock && bits == index.columns.in_stock) return index.counts[number];
    Counts counts(postings.size());
    const std::size_t products = bits.count();
    constexpr std::size_t word_bits = 64;
    if (products * words_per_product < postings.size() * (bits.slots() / word_bits + 1)) {
        bits.for_each([&](Slot slot) {
            for (const Term term : index.rows[number].of(slot)) ++counts[term];
        });
        return counts;
    }
    for (std::size_t term = 0; term < postings.size(); ++term) {
        counts[term] = static_cast<std::uint32_t>(postings[term].count_with(bits));
    }
    return counts;
}

/// How many of some products have each term in a SKU that passes a test, a product counting once.
template <class TermOf>
void add_tested(Counts& counts, const Bits& bits, const Offers& offers, const OfferTest& test, TermOf term_of) {
    std::vector<Slot> last_seen(counts.size(), SlotTable::none);
    bits.for_each([&](Slot slot) {
        for (const auto& offer : offers.of(slot)) {
            if (!test.fits(offer)) continue;
            const Term term = term_of(offer);
            if (term == no_term || last_seen[term] == slot) continue;
            last_seen[term] = slot;
            ++counts[term];
        }
    });
}

/// What each size, colour or family would leave: the SKU that has it must also be what the other filters ask of one.
template <class TermOf>
Counts counts_of_skus(const Snapshot& snapshot, const Filtered& filtered, Group group, Part own, TermOf term_of) {
    const Bits& bits = filtered.without(own);
    const auto test = filtered.test_without(own);
    const bool by_price_alone = test.sizes == nullptr && test.colors == nullptr;
    if (by_price_alone && test.prices == nullptr) return counts_of(snapshot, filtered.in_stock(), bits, group);
    Counts counts(snapshot.index().postings[static_cast<std::size_t>(group)].size());
    if (!by_price_alone) {
        add_tested(counts, bits, filtered.offers(), test, term_of);
        return counts;
    }
    Bits sure = bits;
    sure &= test.prices->whole;
    counts = counts_of(snapshot, filtered.in_stock(), sure, group);
    Bits doubtful = bits;
    doubtful -= sure;
    add_tested(counts, doubtful, filtered.offers(), test, term_of);
    return counts;
}

/// Entries behind a name, each written by `entry` with its separator already there.
template <class Write>
void write_list(std::string& out, std::string_view name, const std::vector<Term>& order, const Counts& counts,
                Write write) {
    out += name;
    char separator = '[';
    for (const Term term : order) {
        if (counts[term] == 0) continue;
        out += separator;
        separator = ',';
        write(term, counts[term]);
    }
    if (separator == '[') out += '[';
    out += ']';
}

/// The JSON of a size or colour with the count as one more member.
void write_counted(std::string& out, const ShownTerms& shown, std::string_view name, const Counts& counts,
                   std::size_t language) {
    write_list(out, name, shown.order, counts, [&](Term term, std::uint32_t count) {
        out += shown.text(term, language);
        out.back() = ',';
        out += R"("count":)";
        json::append_integer(out, count);
        out += '}';
    });
}

/// Red the colour and red the family are one word of a query, which asks for both: counted alike. Nearly always the
/// colour is of that family, and the family's count is the answer.
void count_namesakes(Counts& colors, Counts& families, const Snapshot& snapshot, const Filter& filter) {
    const auto& family_of = snapshot.vocabulary().family_of_color;
    const auto total = [&](const std::vector<Term>& some_colors, const std::vector<Term>& some_families) {
        Filter one = filter;
        one.colors = {some_colors, some_families};
        return static_cast<std::uint32_t>(Filtered{snapshot, one}.count());
    };
    const Counts of_families = families;
    for (Term color = 0; color < colors.size(); ++color) {
        const auto& named = snapshot.shown().families_of_word[color];
        if (colors[color] == 0 || named.empty()) continue;
        const bool inside = named.size() == 1 && family_of[color] == named.front();
        colors[color] = inside ? of_families[named.front()] : total({color}, named);
    }
    for (Term family = 0; family < families.size(); ++family) {
        const auto& named = snapshot.shown().colors_of_word[family];
        const bool inside = std::ranges::all_of(named, [&](Term color) { return family_of[color] == family; });
        if (families[family] > 0 && !inside) families[family] = total(named, {family});
    }
}

void write_colors(std::string& out, const Snapshot& snapshot, const Filter& filter, const Filtered& filtered,
                  std::size_t language) {
    const bool in_stock = filtered.in_stock();
    const auto& family_of = snapshot.vocabulary().family_of_color;
    auto colors = counts_of_skus(snapshot, filtered, in_stock ? Group::color_in_stock : Group::color, Part::color,
                                 [](const Offer& offer) { return offer.color; });
    auto families =
        counts_of_skus(snapshot, filtered, in_stock ? Group::family_in_stock : Group::family, Part::color,
                       [&](const Offer& offer) { return offer.color == no_term ? no_term : family_of[offer.color]; });
    count_namesakes(colors, families, snapshot, filter);
    write_counted(out, snapshot.shown().colors, R"(,"colors":)", colors, language);
    write_counted(out, snapshot.shown().families, R"(,"color_families":)", families, language);
}

void write_categories(std::string& out, const Snapshot& snapshot, const Filtered& filtered, std::size_t language) {
    const auto& categories = snapshot.shelves().categories.all;
    std::vector<Term> order(categories.size());
    std::iota(order.begin(), order.end(), Term{0});
    const auto counts = counts_of(snapshot, filtered.in_stock(), filtered.without(Part::category), Group::category);
    write_list(out, R"("categories":)", order, counts, [&](Term term, std::uint32_t count) {
        const auto& category = categories[term];
        CategoryCount view{category.slug, category.names[language], {}, count};
        if (category.parent >= 0) view.parent_slug = categories[static_cast<std::size_t>(category.parent)].slug;
        json::write(out, view);
    });
}

void write_brands(std::string& out, const Snapshot& snapshot, const Filtered& filtered) {
    const auto& brands = snapshot.vocabulary().brands;
    const auto counts = counts_of(snapshot, filtered.in_stock(), filtered.without(Part::brand), Group::brand);
    std::vector<Term> order;
    for (Term term = 0; term < counts.size(); ++term) {
        if (counts[term] > 0) order.push_back(term);
    }
    const auto shown = std::min(order.size(), brands_max);
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(shown), [&](Term a, Term b) {
        return counts[a] != counts[b] ? counts[a] > counts[b] : brands[a] < brands[b];
    });
    order.resize(shown);
    write_list(out, R"(,"brands":)", order, counts,
               [&](Term term, std::uint32_t count) { json::write(out, BrandCount{brands[term], count}); });
}

/// The lowest and the highest price of a SKU that fits all but the range of prices. Products come in the order of the
/// price that no SKU of theirs is beyond, so a few of them tell.
void write_price(std::string& out, const Snapshot& snapshot, const Filtered& filtered) {
    const Bits& bits = filtered.without(Part::price);
    const auto test = filtered.test_without(Part::price);
    const Offers& offers = filtered.offers();
    std::optional<std::int64_t> low;
    std::optional<std::int64_t> high;
    for (const Slot slot : offers.by_lowest) {
        if (low && offers.lowest_minor[slot] >= *low) break;
        if (!bits.test(slot)) continue;
        for (const auto& offer : offers.of(slot)) {
            if (test.fits(offer)) low = std::min(low.value_or(offer.price_minor), offer.price_minor);
        }
    }
    for (auto slot = offers.by_highest.rbegin(); slot != offers.by_highest.rend(); ++slot) {
        if (high && offers.highest_minor[*slot] <= *high) break;
        if (!bits.test(*slot)) continue;
        for (const auto& offer : offers.of(*slot)) {
            if (test.fits(offer)) high = std::max(high.value_or(offer.price_minor), offer.price_minor);
        }
    }
    std::optional<PriceSpan> span;
    const Currency currency = snapshot.shelves().currency;
    if (low && high) span = {Money{*low, currency}, Money{*high, currency}};
    out += R"(,"price":)";
    json::write(out, span);
}

template <class Steps, class From>
void write_thresholds(std::string& out, std::string_view name, const Steps& steps, const Bits& bits, From from) {
    std::vector<ThresholdCount> counts;
    for (const std::int32_t step : steps) {
        counts.push_back({step, static_cast<std::int64_t>(from(step).count_with(bits))});
    }
    out += name;
    json::write(out, counts);
}

/// A size or colour that is sold out counts where sold out ones are shown, so the other answer is another filter's.
void write_stock(std::string& out, const Snapshot& snapshot, Filter filter, const Filtered& filtered) {
    filter.in_stock = !filter.in_stock;
    const auto other = Filtered{snapshot, filter}.count();
    const auto available = static_cast<std::int64_t>(filtered.in_stock() ? filtered.count() : other);
    const auto all = static_cast<std::int64_t>(filtered.in_stock() ? other : filtered.count());
    out += R"(,"in_stock":)";
    json::append_integer(out, available);
    out += R"(,"sold_out":)";
    json::append_integer(out, all - available);
}

}  // namespace

void write_facets(std::string& out, const Snapshot& snapshot, const Filter& filter, const Filtered& filtered,
                  std::size_t language) {
    const Index& index = snapshot.index();
    const bool in_stock = filtered.in_stock();
    out += '{';
    write_categories(out, snapshot, filtered, language);
    write_brands(out, snapshot, filtered);
    write_counted(out, snapshot.shown().sizes, R"(,"sizes":)",
                  counts_of_skus(snapshot, filtered, in_stock ? Group::size_in_stock : Group::size, Part::size,
                                 [](const Offer& offer) { return offer.size; }),
                  language);
    write_colors(out, snapshot, filter, filtered, language);
    write_price(out, snapshot, filtered);
    write_thresholds(out, R"(,"ratings":)", rating_steps, filtered.without(Part::rating),
                     [&](std::int32_t stars) { return rated_from(index, stars * hundredths_per_star); });
    write_thresholds(out, R"(,"discounts":)", discount_steps, filtered.without(Part::discount),
                     [&](std::int32_t percent) { return reduced_from(index, percent); });
    write_stock(out, snapshot, filter, filtered);
    out += R"(,"is_new":)";
    const auto fresh = created_from(index, snapshot.new_from_us()).count_with(filtered.without(Part::age));
    json::append_integer(out, static_cast<std::int64_t>(fresh));
    out += '}';
}

}  // namespace marque::catalog
