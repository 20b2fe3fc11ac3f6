// Lists for pages: the same sets, orders and counts as the API's, without its JSON.
#include "features/catalog/window.h"

#include "features/catalog/present.h"
#include "features/catalog/product_query.h"
#include "features/catalog/related.h"

namespace marque::catalog {
namespace {

/// Products offered where nothing fits.
constexpr std::size_t offered_max = 8;

std::string_view word_of(const http::Pairs& words, std::string_view name) {
    const auto found = std::ranges::find(words, name, &http::Pairs::value_type::first);
    return found == words.end() ? std::string_view{} : std::string_view{found->second};
}

template <class T>
void read_text(const http::Pairs& words, std::string_view name, std::optional<T>& out) {
    const auto text = word_of(words, name);
    if (text.empty()) return;
    if (auto value = T::parse(text)) out = std::move(*value);
}

template <class T>
void read_number(const http::Pairs& words, std::string_view name, std::optional<T>& out) {
    const auto number = parse_integer(word_of(words, name));
    if (!number) return;
    if (auto value = T::parse(*number)) out = std::move(*value);
}

ProductQuery query_of(const http::Pairs& words) {
    ProductQuery query;
    read_text(words, "category", query.category);
    read_text(words, "brand", query.brand);
    read_text(words, "size", query.size);
    read_text(words, "color", query.color);
    read_text(words, "price_min", query.price_min);
    read_text(words, "price_max", query.price_max);
    read_number(words, "discount", query.discount);
    read_text(words, "rating", query.rating);
    read_text(words, "q", query.q);
    query.is_new = word_of(words, "is_new") == "true";
    if (word_of(words, "in_stock") == "false") query.in_stock = false;
    for (const auto sort : {Sort::popular, Sort::newest, Sort::price_asc, Sort::price_desc, Sort::rating,
                            Sort::discount, Sort::relevance}) {
        if (word_of(words, "sort") == enum_word(sort)) query.sort = sort;
    }
    if (query.sort == Sort::relevance && !query.q) query.sort.reset();
    return query;
}

ProductCard card(const Snapshot& snapshot, const Product& product, std::size_t language) {
    return card_of(product, snapshot.shelves(), snapshot.vocabulary(), language);
}

/// A market whose currency has no decimals knows nothing of 19.90: such a bound counts as absent.
Filter lenient_filter(const Snapshot& snapshot, ProductQuery& query) {
    std::vector<FieldError> errors;
    const auto known = [&](const std::string& slug) { return snapshot.shelves().categories.find(slug) >= 0; };
    if (query.category && !std::ranges::all_of(query.category->slugs(), known)) query.category.reset();
    Filter filter = filter_of(snapshot, query, errors);
    if (errors.empty()) return filter;
    query.price_min.reset();
    query.price_max.reset();
    errors.clear();
    return filter_of(snapshot, query, errors);
}

/// Who asks for red is shown the red one: the card's picture becomes that of the colour, whose word is returned.
std::string_view show_color(const Snapshot& snapshot, const Product& product, const Filter& filter, ProductCard& card) {
    if (!filter.colors) return {};
    const auto& [colors, families] = *filter.colors;
    const auto& vocabulary = snapshot.vocabulary();
    for (const auto& sku : product.skus) {
        if (sku.color == no_term || (filter.in_stock && !sku.in_stock)) continue;
        const bool asked = std::ranges::find(colors, sku.color) != colors.end() ||
                           std::ranges::find(families, vocabulary.family_of_color[sku.color]) != families.end();
        if (!asked) continue;
        if (sku.has_image) card.image = product.read(sku.image);
        return vocabulary.colors[sku.color];
    }
    return {};
}

}  // namespace

Window look_through(const Snapshot& snapshot, std::int32_t category, const http::Pairs& words, std::size_t limit,
                    std::size_t offset, std::size_t language) {
    ProductQuery query = query_of(words);
    Filter filter = lenient_filter(snapshot, query);
    if (category >= 0) filter.categories = {category};
    Window window{.sort = query.sort.value_or(query.q ? Sort::relevance : Sort::popular)};
    TextFound found;
    if (query.q) {
        found = snapshot.search().find(snapshot, query.q->to_text());
        filter.text = found.bits;
    }
    const Filtered filtered{snapshot, filter};
    auto page = window.sort == Sort::relevance
                    ? best_page(std::move(found.matches), filtered.all(), limit, offset)
                    : page_of(snapshot.index(), filtered.all(), filtered.count(), window.sort, limit, offset, {});
    if (page.size() > limit) page.resize(limit);
    for (const Slot slot : page) {
        const auto& product = snapshot.product(slot);
        window.cards.push_back(card(snapshot, product, language));
        window.colors.push_back(show_color(snapshot, product, filter, window.cards.back()));
    }
    window.total = static_cast<std::int64_t>(filtered.count());
    write_facets(window.facets, snapshot, filter, filtered, language);
    window.corrected_query = std::move(found.corrected_query);
    if (window.total == 0) window.offered = best_of(snapshot, Sort::popular, nullptr, offered_max, language);
    return window;
}

std::vector<ProductCard> best_of(const Snapshot& snapshot, Sort sort, const Bits* among, std::size_t count,
                                 std::size_t language) {
    std::vector<ProductCard> cards;
    const auto& in_stock = snapshot.index().columns.in_stock;
    for (const Slot slot : snapshot.sorted(sort)) {
        if (cards.size() == count) break;
        if (!in_stock.test(slot) || (among != nullptr && !among->test(slot))) continue;
        cards.push_back(card(snapshot, snapshot.product(slot), language));
    }
    return cards;
}

std::vector<ProductCard> beside(const Snapshot& snapshot, const Product& product, bool goes_with, std::size_t count,
                                std::size_t language) {
    std::vector<ProductCard> cards;
    for (const auto* other : goes_with ? going_with(snapshot, product, count) : alike(snapshot, product, count)) {
        cards.push_back(card(snapshot, *other, language));
    }
    return cards;
}

}  // namespace marque::catalog
