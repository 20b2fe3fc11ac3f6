// What a page of the shop needs, in one answer: the start page, what was looked at last, what is like a product.
#include "features/catalog/home_routes.h"

#include <algorithm>

#include "core/comma_list.h"
#include "core/page.h"
#include "features/catalog/catalog.h"
#include "features/catalog/category_routes.h"
#include "features/catalog/list_query.h"
#include "features/catalog/related.h"
#include "features/catalog/views.h"

namespace marque::catalog {
namespace {

using http::Context;
using http::Query;
using http::Rendered;
using http::Response;

constexpr Refusal product_not_found{404, "catalog.product_not_found", "This product is not sold in this market"};

/// Of each list on the start page.
constexpr std::size_t home_list_max = 12;
/// What a browser remembers as looked at last.
constexpr std::size_t batch_max = 50;

using Cards = std::vector<json::RawOf<ProductCard>>;

struct HomePage {
    std::vector<CategoryView> categories;
    Cards best_sellers;
    Cards featured;
    Cards new_arrivals;
};
RECORD(HomePage, categories, best_sellers, featured, new_arrivals);

struct BatchQuery {
    std::optional<CommaList<ProductId, batch_max>> ids;
    std::optional<CommaList<Slug, batch_max>> slugs;
};
RECORD(BatchQuery, ids, slugs);

struct ProductBatch {
    Cards items;
    std::vector<std::string> missing;  // what is not sold in this market, as it was asked for
};
RECORD(ProductBatch, items, missing);

struct RelatedQuery {
    PageLimit limit;
};
RECORD(RelatedQuery, limit);

struct RelatedProducts {
    Cards items;
    Cards goes_with;
};
RECORD(RelatedProducts, items, goes_with);

struct FeaturedQuery {
    PageLimit limit;
    std::optional<PageOffset> offset;
    std::optional<Cursor> cursor;
};
RECORD(FeaturedQuery, limit, offset, cursor);

/// The first of a sort order that are in stock and, where given, in a set.
Cards first_cards(const Snapshot& snapshot, Sort sort, const Bits* among, std::size_t language) {
    Cards cards;
    const auto& in_stock = snapshot.index().columns.in_stock;
    for (const Slot slot : snapshot.sorted(sort)) {
        if (!in_stock.test(slot) || (among != nullptr && !among->test(slot))) continue;
        cards.push_back({snapshot.card(snapshot.product(slot), language)});
        if (cards.size() == home_list_max) break;
    }
    return cards;
}

Cards cards_of(const Snapshot& snapshot, const std::vector<const Product*>& products, std::size_t language) {
    Cards cards;
    for (const auto* product : products) cards.push_back({snapshot.card(*product, language)});
    return cards;
}

/// Written at once: the cards are views into a snapshot that may be replaced.
template <class T>
Rendered<T> rendered(const T& value) {
    Response response;
    json::write(response.body, value);
    return {std::move(response)};
}

Rendered<HomePage> home(Context& context) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto language = snapshot->language_index(context.language);
    const auto& columns = snapshot->index().columns;
    HomePage page{.categories = {},
                  .best_sellers = first_cards(*snapshot, Sort::popular, &columns.best_sellers, language),
                  .featured = first_cards(*snapshot, Sort::popular, &columns.featured, language),
                  .new_arrivals = first_cards(*snapshot, Sort::newest, nullptr, language)};
    for (const auto number : snapshot->shelves().categories.top) {
        page.categories.push_back(category_view(*snapshot, number, language, false));
    }
    return rendered(page);
}

Rendered<ProductBatch> batch(Context& context, Query<BatchQuery> query) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto language = snapshot->language_index(context.language);
    const auto& [ids, slugs] = query.value;
    if (ids.has_value() == slugs.has_value()) {
        throw Refused{http::invalid_input, {}, {{"ids", "must be given, or slugs, and not both"}}};
    }
    ProductBatch answer;
    const auto add = [&](const Product* product, std::string asked) {
        if (product == nullptr) {
            answer.missing.push_back(std::move(asked));
        } else {
            answer.items.push_back({snapshot->card(*product, language)});
        }
    };
    if (ids) {
        for (const auto id : ids->items()) add(snapshot->find(id), id.to_text());
    } else {
        for (const auto& slug : slugs->items()) add(snapshot->find(slug.to_text()), slug.to_text());
    }
    return rendered(answer);
}

Rendered<ProductPage> featured(Context& context, Query<FeaturedQuery> query) {
    auto snapshot = context.service<Snapshots>().get(context.market->code);
    Filter filter;
    filter.is_featured = true;
    const ListRequest request{.limit = query.value.limit, .offset = query.value.offset, .cursor = query.value.cursor};
    return {list_page(context, std::move(snapshot), filter, request)};
}

Rendered<RelatedProducts> related(Context& context, Slug slug, Query<RelatedQuery> query) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto* product = snapshot->find(slug.to_text());
    if (product == nullptr) throw Refused{product_not_found};
    const auto language = snapshot->language_index(context.language);
    const auto limit = static_cast<std::size_t>(query.value.limit.value());
    return rendered(RelatedProducts{cards_of(*snapshot, alike(*snapshot, *product, limit), language),
                                    cards_of(*snapshot, going_with(*snapshot, *product, limit), language)});
}

}  // namespace

http::Routes home_routes() {
    using http::Access;
    using http::get;
    constexpr auto kept = http::Cache::catalogue;
    return {
        get<"/api/v1/home", home>(
            {.summary = "The start page: categories, best sellers, featured products, new arrivals",
             .access = Access::guest,
             .refuses = {},
             .statements_max = 0,
             .cache = kept}),
        get<"/api/v1/products/batch", batch>(
            {.summary = "Up to 50 products by id or slug, in the order asked for; what is not sold here is named",
             .access = Access::guest,
             .refuses = {},
             .statements_max = 0,
             .cache = kept}),
        get<"/api/v1/products/featured", featured>({.summary = "Featured products of this market that are in stock",
                                                    .access = Access::guest,
                                                    .refuses = {},
                                                    .statements_max = 0,
                                                    .cache = kept}),
        get<"/api/v1/products/{slug}/related", related>(
            {.summary = "Products in stock that are like this one, and such as go with it",
             .access = Access::guest,
             .refuses = {&product_not_found},
             .statements_max = 0,
             .cache = kept}),
    };
}

}  // namespace marque::catalog
