// From the words of a query to numbers of categories, brands, sizes and colours.
#include "features/catalog/product_query.h"

#include "features/catalog/category_routes.h"

namespace marque::catalog {
namespace {

using Errors = std::vector<FieldError>;

std::optional<std::vector<std::int32_t>> categories_of(const Snapshot& snapshot, const std::optional<SlugList>& list) {
    if (!list) return std::nullopt;
    std::vector<std::int32_t> categories;
    for (const auto& slug : list->slugs()) {
        categories.push_back(snapshot.shelves().categories.find(slug));
        if (categories.back() < 0) throw Refused{category_not_found, "There is no category \"" + slug + "\" here"};
    }
    return categories;
}

/// A word that nobody uses is no mistake: nothing fits it.
std::optional<std::vector<Term>> terms_of(const Words& words, const std::optional<WordList>& list) {
    if (!list) return std::nullopt;
    std::vector<Term> terms;
    for (const auto& word : list->words()) std::ranges::copy(words.find_all(word), std::back_inserter(terms));
    return terms;
}

std::optional<std::int64_t> minor_of(std::string_view name, const std::optional<PriceBound>& bound, Currency currency,
                                     Errors& errors) {
    if (!bound) return std::nullopt;
    const auto money = Money::parse(bound->to_text(), currency);
    if (money) return money->minor();
    errors.push_back({std::string{name}, money.error()});
    return std::nullopt;
}

}  // namespace

Filter filter_of(const Snapshot& snapshot, const ProductQuery& wanted, Errors& errors) {
    const auto& words = snapshot.vocabulary();
    Filter filter{.in_stock = wanted.in_stock,
                  .categories = categories_of(snapshot, wanted.category),
                  .subcategories = categories_of(snapshot, wanted.subcategory),
                  .brands = terms_of(words.brands, wanted.brand),
                  .sizes = terms_of(words.sizes, wanted.size),
                  .colors = {},
                  .price_min = minor_of("price_min", wanted.price_min, snapshot.shelves().currency, errors),
                  .price_max = minor_of("price_max", wanted.price_max, snapshot.shelves().currency, errors),
                  .discount_min = {},
                  .rating_min_hundredths = {},
                  .is_new = wanted.is_new,
                  .text = {}};
    if (wanted.color) filter.colors = {*terms_of(words.colors, wanted.color), *terms_of(words.families, wanted.color)};
    if (wanted.discount) filter.discount_min = wanted.discount->value();
    if (wanted.rating) filter.rating_min_hundredths = wanted.rating->hundredths();
    if (filter.price_min && filter.price_max && *filter.price_min > *filter.price_max) {
        errors.push_back({"price_min", "must not be above price_max"});
    }
    return filter;
}

}  // namespace marque::catalog
