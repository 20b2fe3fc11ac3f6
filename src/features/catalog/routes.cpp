// /products: lists, search, best sellers, and the page of one product.
#include "features/catalog/catalog.h"
#include "features/catalog/category_routes.h"
#include "features/catalog/product_query.h"
#include "features/catalog/search_routes.h"
#include "features/catalog/views.h"

namespace marque::catalog {
namespace {

using http::Context;
using http::Query;
using http::Rendered;
using http::Response;

constexpr Refusal product_not_found{404, "catalog.product_not_found", "This product is not sold in this market"};

struct BestSellersQuery {
    PageLimit limit;
    std::optional<PageOffset> offset;
    std::optional<Cursor> cursor;
};
RECORD(BestSellersQuery, limit, offset, cursor);

Rendered<ProductPage> list_products(Context& context, Query<ProductQuery> query) {
    auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto& wanted = query.value;
    std::vector<FieldError> errors;
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
