// Filters, facets and pages against a naive scan of random products; the seed is printed with each failure.
#include "features/catalog/filter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "features/catalog/views.h"
#include "json/read.h"

namespace marque::catalog {
namespace {

using Numbers = std::mt19937;

int below(Numbers& numbers, int end) { return static_cast<int>(numbers() % static_cast<unsigned>(end)); }

Shelves shelves_of(int depth) {
    Shelves shelves{.market = *MarketCode::parse("kg"),
                    .market_word = "kg",
                    .currency = *Currency::parse("KGS"),
                    .languages = {"en"},
                    .categories = {},
                    .sizes = {},
                    .colors = {}};
    std::vector<CategoryRow> rows;
    for (int id = 1; id <= depth; ++id) {
        rows.push_back({CategoryId{id},
                        "ALL",
                        id > 1 ? std::optional{CategoryId{id / 2}} : std::nullopt,
                        "c",
                        "c" + std::to_string(id),
                        {},
                        {},
                        id});
    }
    MarketInfo market;
    market.languages = shelves.languages;
    shelves.categories = make_categories(rows, {}, market);
    for (const auto* color : {"navy", "sky", "blue"}) shelves.colors[color] = {1, {color}, {}, "blue", "{}"};
    shelves.colors["red"] = {1, {"red"}, {}, "sand", "{}"};  // a family that is called like a colour of another one
    return shelves;
}

std::shared_ptr<const Product> product_of(Numbers& numbers, std::int64_t id, const Shelves& shelves,
                                          Vocabulary& words) {
    static constexpr std::array colors{"navy", "sky", "red", "sand", "blue"};
    auto product = std::make_shared<Product>();
    product->id = id;
    product->created_us = below(numbers, 60) * std::int64_t{86'400'000'000};
    product->brand = words.brands.put("b" + std::to_string(below(numbers, 70)));
    product->category = below(numbers, static_cast<int>(shelves.categories.all.size()));
    product->sales_count = below(numbers, 50);
    product->reviews_count = below(numbers, 5);
    product->rating_hundredths = below(numbers, 501);
    product->discount = below(numbers, 80);
    product->locals.resize(1);
    product->text = "p" + std::to_string(id);
    product->slug = {0, static_cast<std::uint32_t>(product->text.size())};
    const int price_minor = 100 + below(numbers, 900);
    const bool same_price = below(numbers, 2) == 0;
    for (int i = 0; i <= below(numbers, 4); ++i) {
        product->skus.push_back(
            {.id = id * 10 + i,
             .price_minor = same_price ? price_minor : 100 + below(numbers, 900),
             .size = below(numbers, 9) == 0 ? no_term : words.sizes.put("s" + std::to_string(below(numbers, 5))),
             .color = below(numbers, 9) == 0
                          ? no_term
                          : words.put_color(colors[static_cast<std::size_t>(below(numbers, 5))], shelves.colors),
             .in_stock = below(numbers, 3) > 0});
        product->in_stock = product->in_stock || product->skus.back().in_stock;
    }
    return product;
}

/// The same rules, product by product.
bool fits(const Snapshot& snapshot, const Product& product, const Filter& filter) {
    const auto inside = [&](const auto& wanted) {
        return !wanted || std::ranges::any_of(*wanted, [&](std::int32_t category) {
            for (std::int32_t at = product.category; at >= 0;
                 at = snapshot.shelves().categories.all[static_cast<std::size_t>(at)].parent) {
                if (at == category) return true;
            }
            return false;
        });
    };
    const auto among = [](const std::vector<Term>& terms, Term term) {
        return std::ranges::find(terms, term) != terms.end();
    };
    const auto sku_fits = [&](const Sku& sku) {
        return (sku.in_stock || !filter.in_stock) && (!filter.sizes || among(*filter.sizes, sku.size)) &&
               (!filter.colors || among(filter.colors->first, sku.color) ||
                (sku.color != no_term &&
                 among(filter.colors->second, snapshot.vocabulary().family_of_color[sku.color]))) &&
               sku.price_minor >= filter.price_min.value_or(0) &&
               sku.price_minor <= filter.price_max.value_or(sku.price_minor);
    };
    return std::ranges::any_of(product.skus, sku_fits) && inside(filter.categories) && inside(filter.subcategories) &&
           (!filter.brands || among(*filter.brands, product.brand)) &&
           product.discount >= filter.discount_min.value_or(0) &&
           product.rating_hundredths >= filter.rating_min_hundredths.value_or(0) &&
           (!filter.is_new || product.created_us >= snapshot.new_from_us());
}

Filter filter_of(Numbers& numbers, const Snapshot& snapshot) {
    const auto asked = [&] { return below(numbers, 3) == 0; };
    const auto terms = [&](const Words& words) {
        std::vector<Term> list;
        for (int i = 0; i <= below(numbers, 3); ++i) {
            list.push_back(static_cast<Term>(below(numbers, static_cast<int>(words.size()))));
        }
        return list;
    };
    const auto& words = snapshot.vocabulary();
    Filter filter;
    filter.in_stock = below(numbers, 4) > 0;
    const int categories = static_cast<int>(snapshot.shelves().categories.all.size());
    if (asked()) filter.categories = {below(numbers, categories), below(numbers, categories)};
    if (asked()) filter.subcategories = {below(numbers, categories)};
    if (asked()) filter.brands = terms(words.brands);
    if (asked()) filter.sizes = terms(words.sizes);
    if (asked()) filter.colors = {terms(words.colors), asked() ? std::vector<Term>{0} : std::vector<Term>{}};
    if (asked()) filter.price_min = below(numbers, 500);
    if (asked()) filter.price_max = 400 + below(numbers, 600);
    if (asked()) filter.discount_min = 1 + below(numbers, 79);
    if (asked()) filter.rating_min_hundredths = below(numbers, 500);
    filter.is_new = below(numbers, 8) == 0;
    return filter;
}

std::vector<const Product*> naive(const Snapshot& snapshot, const Filter& filter, Sort sort) {
    std::vector<std::pair<std::pair<std::int64_t, std::int64_t>, const Product*>> found;
    snapshot.index().columns.alive.for_each([&](Slot slot) {
        const auto& product = snapshot.product(slot);
        if (fits(snapshot, product, filter)) {
            found.push_back({{snapshot.index().columns.key(sort, slot), product.id}, &product});
        }
    });
    std::ranges::sort(found);
    std::vector<const Product*> products;
    for (const auto& entry : found) products.push_back(entry.second);
    return products;
}

/// The list page by page, by cursor or by offset.
std::vector<const Product*> paged(const Snapshot& snapshot, const Filter& filter, Sort sort, std::size_t limit,
                                  bool by_cursor) {
    const Filtered filtered{snapshot, filter};
    std::vector<const Product*> products;
    std::optional<After> after;
    while (true) {
        auto page = page_of(snapshot.index(), filtered.all(), filtered.count(), sort, limit,
                            by_cursor ? 0 : products.size(), after);
        const bool more = page.size() > limit;
        if (more) page.pop_back();
        for (const Slot slot : page) products.push_back(&snapshot.product(slot));
        if (!more) return products;
        if (by_cursor) after = {snapshot.index().columns.key(sort, page.back()), products.back()->id};
    }
}

std::size_t total(const Snapshot& snapshot, const Filter& filter) {
    std::size_t count = 0;
    snapshot.index().columns.alive.for_each(
        [&](Slot slot) { count += fits(snapshot, snapshot.product(slot), filter) ? 1 : 0; });
    return count;
}

/// A list that asks for exactly the lowest or the highest price is not empty, and beyond them is nothing.
void compare_price(const Snapshot& snapshot, const Filter& filter, const json::Value& facets) {
    Filter one = filter;
    one.price_min.reset();
    one.price_max.reset();
    const bool none = total(snapshot, one) == 0;
    const auto* price = facets.member("price");
    REQUIRE(none == price->is_null());
    if (none) return;
    const auto minor = [&](std::string_view name) {
        return Money::parse(price->member(name)->as<json::Decimal>()->text, snapshot.shelves().currency)->minor();
    };
    const auto low = minor("min");
    const auto high = minor("max");
    const auto count = [&](std::optional<std::int64_t> from, std::optional<std::int64_t> to) {
        one.price_min = from;
        one.price_max = to;
        return total(snapshot, one);
    };
    REQUIRE(count(low, low) > 0);
    REQUIRE(count(high, high) > 0);
    REQUIRE(count({}, low - 1) == 0);
    REQUIRE(count(high + 1, {}) == 0);
}

/// Each value of a facet says how long the list is that asks for it, and one that is not told leaves nothing.
template <class With>
void compare_facet(const Snapshot& snapshot, const json::Value& facets, std::string_view name, const Words& words,
                   With with) {
    CAPTURE(name);
    std::map<std::string, std::size_t> told;
    for (const auto& entry : *facets.member(name)->as<json::Array>()) {
        told[*entry.member("value")->as<std::string>()] =
            static_cast<std::size_t>(*entry.member("count")->as<std::int64_t>());
    }
    for (Term term = 0; term < words.size(); ++term) {
        CAPTURE(words[term]);
        REQUIRE(told[words[term]] == total(snapshot, with(term)));
    }
}

void compare_facets(const Snapshot& snapshot, const Filter& filter, const json::Value& facets) {
    const auto& words = snapshot.vocabulary();
    const auto changed = [&](auto change) {
        return [&filter, change](Term term) {
            Filter one = filter;
            change(one, term);
            return one;
        };
    };
    compare_facet(snapshot, facets, "sizes", words.sizes, changed([](Filter& one, Term term) { one.sizes = {term}; }));
    // A word asks for the colour and the family of that name, and is offered where there is the one it is offered as.
    const auto with_namesakes = [&](Filter& one, std::pair<std::vector<Term>, std::vector<Term>> own,
                                    const std::string& word) {
        one.colors = std::move(own);
        if (total(snapshot, one) > 0) one.colors = {words.colors.find_all(word), words.families.find_all(word)};
    };
    compare_facet(snapshot, facets, "colors", words.colors,
                  changed([&](Filter& one, Term term) { with_namesakes(one, {{term}, {}}, words.colors[term]); }));
    compare_facet(snapshot, facets, "color_families", words.families,
                  changed([&](Filter& one, Term term) { with_namesakes(one, {{}, {term}}, words.families[term]); }));
    compare_facet(snapshot, facets, "brands", words.brands,
                  changed([](Filter& one, Term term) { one.brands = {term}; }));
    Filter other_stock = filter;
    other_stock.in_stock = !filter.in_stock;
    const auto [available, all] = std::minmax(total(snapshot, filter), total(snapshot, other_stock));
    REQUIRE(static_cast<std::size_t>(*facets.member("in_stock")->as<std::int64_t>()) == available);
    REQUIRE(static_cast<std::size_t>(*facets.member("sold_out")->as<std::int64_t>()) == all - available);
    compare_price(snapshot, filter, facets);
}

void compare(Numbers& numbers, const Snapshot& snapshot) {
    for (int i = 0; i < 60; ++i) {
        const Filter filter = filter_of(numbers, snapshot);
        const auto sort = static_cast<Sort>(below(numbers, static_cast<int>(sort_count)));
        const auto wanted = naive(snapshot, filter, sort);
        const Filtered filtered{snapshot, filter};
        REQUIRE(filtered.count() == wanted.size());
        const auto limit = static_cast<std::size_t>(1 + below(numbers, 40));
        REQUIRE(paged(snapshot, filter, sort, limit, true) == wanted);
        REQUIRE(paged(snapshot, filter, sort, limit, false) == wanted);
        if (i % 3 != 0) continue;
        std::string text;
        write_facets(text, snapshot, filter, filtered, 0);
        const auto facets = json::parse(text);
        REQUIRE(facets.has_value());
        compare_facets(snapshot, filter, *facets);
    }
}

TEST_CASE("[R63] [R68] filters, sorts, pages and facets agree with a scan, also after products changed") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    Numbers numbers{seed};
    for (const int size : {0, 1, 63, 64, 65, 700}) {
        CAPTURE(size);
        const Shelves shelves = shelves_of(15);
        Vocabulary words;
        words.brands.put("b0");
        words.sizes.put("s0");
        words.put_color("navy", shelves.colors);
        MadeProducts products;
        for (int id = 1; id <= size; ++id) products.emplace_back(id, product_of(numbers, id, shelves, words));
        const Timestamp at{Timestamp::Point{std::chrono::days{60}}};
        std::shared_ptr<const Snapshot> snapshot = std::make_shared<Snapshot>(shelves, words, std::move(products), at);
        compare(numbers, *snapshot);
        for (int round = 0; round < 3; ++round) {
            MadeProducts changed;
            std::set<std::int64_t> ids;
            for (int i = 0; i < 20; ++i) ids.insert(1 + below(numbers, size + 10));
            Vocabulary more = snapshot->vocabulary();
            for (const auto id : ids) {
                const bool gone = below(numbers, 3) == 0;
                changed.emplace_back(id, gone ? nullptr : product_of(numbers, id, shelves, more));
            }
            snapshot = snapshot->with(changed, std::move(more), at);
            for (const auto& [id, product] : changed) {
                REQUIRE(snapshot->find(ProductId{id}) == product.get());
                REQUIRE(snapshot->find("p" + std::to_string(id)) == product.get());
            }
            compare(numbers, *snapshot);
        }
    }
}

}  // namespace
}  // namespace marque::catalog
