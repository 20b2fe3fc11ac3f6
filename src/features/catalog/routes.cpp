// /products: lists, search, best sellers, and the page of one product.
#include "features/catalog/catalog.h"
#include "features/catalog/category_routes.h"
#include "features/catalog/list_query.h"
#include "features/catalog/search_routes.h"
#include "features/catalog/views.h"

namespace marque::catalog {
namespace {

using http::Context;
using http::Query;
using http::Rendered;
using http::Response;

constexpr Refusal product_not_found{404, "catalog.product_not_found", "This product is not sold in this market"};

struct ProductQuery {
    std::optional<SlugList> category;
    std::optional<SlugList> subcategory;
    std::optional<WordList> brand;
    std::optional<WordList> size;
    std::optional<WordList> color;
    std::optional<PriceBound> price_min;
    std::optional<PriceBound> price_max;
    std::optional<Percent> discount;
    std::optional<Stars> rating;
    bool in_stock = true;
    bool is_new = false;
    std::optional<Text<1, query_letters_max>> q;
    std::optional<Sort> sort;  // else by relevance where q is given, by popularity where not
    PageLimit limit;
    std::optional<PageOffset> offset;
    std::optional<Cursor> cursor;
    bool facets = false;
    std::optional<WordList> fields;
    std::optional<WordList> expand;
};
RECORD(ProductQuery, category, subcategory, brand, size, color, price_min, price_max, discount, rating, in_stock,
       is_new, q, sort, limit, offset, cursor, facets, fields, expand);

struct BestSellersQuery {
    PageLimit limit;
    std::optional<PageOffset> offset;
    std::optional<Cursor> cursor;
};
RECORD(BestSellersQuery, limit, offset, cursor);

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

Rendered<ProductPage> list_products(Context& context, Query<ProductQuery> query) {
    auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto& wanted = query.value;
    Errors errors;
    Filter filter = filter_of(*snapshot, wanted, errors);
    ListRequest request{.sort = wanted.sort.value_or(wanted.q ? Sort::relevance : Sort::popular),
                        .limit = wanted.limit,
                        .offset = wanted.offset,
                        .cursor = wanted.cursor,
                        .facets = wanted.facets,
                        .shape = Shape{wanted.fields, wanted.expand, errors},
                        .found = {}};
    if (request.sort == Sort::relevance && !wanted.q) errors.push_back({"sort", "by relevance needs q"});
    if (!errors.empty()) throw Refused{http::invalid_input, {}, std::move(errors)};
    if (wanted.q) {
        request.found = snapshot->search().find(*snapshot, wanted.q->to_text());
        filter.text = request.found->bits;
    }
    return {list_page(context, std::move(snapshot), filter, request)};
}

Rendered<ProductPage> best_sellers(Context& context, Query<BestSellersQuery> query) {
    auto snapshot = context.service<Snapshots>().get(context.market->code);
    Filter filter;
    filter.is_best_seller = true;
    const ListRequest request{.limit = query.value.limit, .offset = query.value.offset, .cursor = query.value.cursor};
    return {list_page(context, std::move(snapshot), filter, request)};
}

Rendered<ProductDetail> get_product(Context& context, Slug slug) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto* product = snapshot->find(slug.to_text());
    if (product == nullptr) throw Refused{product_not_found};
    Response response;
    write_detail(response.body, *snapshot, *product, snapshot->language_index(context.language));
    return {std::move(response)};
}

}  // namespace

http::Routes routes() {
    using http::Access;
    using http::get;
    http::Routes all{
        get<"/api/v1/products", list_products>(
            {.summary = "Products of this market: filtered (several values by comma), sorted, counted by facets",
             .access = Access::guest,
             .refuses = {&category_not_found},
             .statements_max = 0,
             .cache = http::Cache::catalogue}),
        get<"/api/v1/products/best-sellers", best_sellers>({.summary = "Best sellers of this market",
                                                            .access = Access::guest,
                                                            .refuses = {},
                                                            .statements_max = 0,
                                                            .cache = http::Cache::catalogue}),
        get<"/api/v1/products/{slug}", get_product>({.summary = "One product with its SKUs, prices and texts",
                                                     .access = Access::guest,
                                                     .refuses = {&product_not_found},
                                                     .statements_max = 0,
                                                     .cache = http::Cache::catalogue}),
    };
    std::ranges::move(category_routes(), std::back_inserter(all));
    std::ranges::move(search_routes(), std::back_inserter(all));
    return all;
}

}  // namespace marque::catalog
