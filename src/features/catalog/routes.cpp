// /products and /categories: lists are pieces of ready JSON put side by side.
#include <fmt/format.h>

#include <algorithm>

#include "core/page.h"
#include "core/text.h"
#include "features/catalog/catalog.h"
#include "features/catalog/views.h"

namespace marque::catalog {
namespace {

using http::Context;
using http::Query;
using http::Rendered;
using http::Response;

constexpr Refusal product_not_found{404, "catalog.product_not_found", "This product is not sold in this market"};
constexpr Refusal category_not_found{404, "catalog.category_not_found", "There is no such category in this market"};

struct ProductQuery {
    std::optional<Slug> category;
    std::optional<Slug> subcategory;
    std::optional<Text<1, 100>> brand;
    std::optional<Text<1, 100>> q;
    Sort sort = Sort::popular;
    PageLimit limit;
    PageOffset offset;
    std::optional<PageOffset> cursor;
};
RECORD(ProductQuery, category, subcategory, brand, q, sort, limit, offset, cursor);

struct SearchQuery {
    Text<0, 100> q;
    Sort sort = Sort::popular;
    PageLimit limit;
    PageOffset offset;
};
RECORD(SearchQuery, q, sort, limit, offset);

struct LimitQuery {
    PageLimit limit;
};
RECORD(LimitQuery, limit);

using Indexes = std::vector<std::uint32_t>;

/// The page [offset, offset + limit) of a list of products, as pieces of the snapshot's own text.
Response page_of(const Context& context, std::shared_ptr<const Snapshot> snapshot, const Indexes& order,
                 std::size_t offset, std::size_t limit) {
    static constexpr std::string_view comma = ",";
    const std::size_t language = snapshot->language_index(context.language);
    const std::size_t end = std::min(order.size(), offset + limit);
    Response response;
    response.parts.reserve(2 * limit + 2);
    response.parts.emplace_back(R"({"items":[)");
    for (std::size_t i = std::min(offset, order.size()); i < end; ++i) {
        if (response.parts.size() > 1) response.parts.push_back(comma);
        response.parts.push_back(snapshot->products()[order[i]].list_json[language]);
    }
    // The tail differs by page, so it needs an owner of its own beside the snapshot's pieces.
    struct Owned {
        std::shared_ptr<const Snapshot> snapshot;
        std::string tail;
    };
    const std::string next = end < order.size() ? fmt::format("\"{}\"", end) : "null";
    auto owned = std::make_shared<Owned>(
        std::move(snapshot),
        fmt::format(R"(],"total":{},"limit":{},"offset":{},"next":{}}})", order.size(), limit, offset, next));
    response.parts.push_back(owned->tail);
    response.owner = std::move(owned);
    return response;
}

/// Products of the sort order that fit all conditions.
template <class Fits>
Indexes filtered(const Snapshot& snapshot, Sort sort, Fits fits) {
    Indexes found;
    std::ranges::copy_if(snapshot.sorted(sort), std::back_inserter(found),
                         [&](std::uint32_t index) { return fits(snapshot.products()[index]); });
    return found;
}

bool text_fits(const Snapshot::Product& product, std::size_t language, const std::string& wanted) {
    return product.search_texts[language].find(wanted) != std::string::npos;
}

Rendered<ProductPage> list_products(Context& context, Query<ProductQuery> query) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto& wanted = query.value;
    const auto offset = static_cast<std::size_t>(wanted.cursor.value_or(wanted.offset).value());
    const auto limit = static_cast<std::size_t>(wanted.limit.value());
    if (!wanted.category && !wanted.subcategory && !wanted.brand && !wanted.q) {
        return {page_of(context, snapshot, snapshot->sorted(wanted.sort), offset, limit)};
    }
    const std::int32_t category = wanted.category ? snapshot->find_category(wanted.category->to_text()) : -1;
    const std::int32_t subcategory = wanted.subcategory ? snapshot->find_category(wanted.subcategory->to_text()) : -1;
    if ((wanted.category && category < 0) || (wanted.subcategory && subcategory < 0)) throw Refused{category_not_found};
    const std::string text = wanted.q ? lowered(wanted.q->to_text()) : "";
    const std::size_t language = snapshot->language_index(context.language);
    const auto found = filtered(*snapshot, wanted.sort, [&](const Snapshot::Product& product) {
        return (category < 0 || product.category == category) &&
               (subcategory < 0 || product.subcategory == subcategory) &&
               (!wanted.brand || product.brand == wanted.brand->to_text()) &&
               (text.empty() || text_fits(product, language, text));
    });
    return {page_of(context, snapshot, found, offset, limit)};
}

Rendered<ProductPage> search_products(Context& context, Query<SearchQuery> query) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const std::string text = lowered(query.value.q.to_text());
    const std::size_t language = snapshot->language_index(context.language);
    const auto found = filtered(*snapshot, query.value.sort,
                                [&](const Snapshot::Product& product) { return text_fits(product, language, text); });
    return {page_of(context, snapshot, found, static_cast<std::size_t>(query.value.offset.value()),
                    static_cast<std::size_t>(query.value.limit.value()))};
}

Rendered<ProductPage> best_sellers(Context& context, Query<LimitQuery> query) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto found = filtered(*snapshot, Sort::popular, [](const auto& product) { return product.is_best_seller; });
    return {page_of(context, snapshot, found, 0, static_cast<std::size_t>(query.value.limit.value()))};
}

Rendered<ProductDetail> get_product(Context& context, Slug slug) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto* product = snapshot->find(slug.to_text());
    if (product == nullptr) throw Refused{product_not_found};
    Response response;
    response.parts.emplace_back(product->detail_json[snapshot->language_index(context.language)]);
    response.owner = snapshot;
    return {std::move(response)};
}

/// The categories below `parent` (-1: the top level), as one list.
Response categories_below(const Context& context, const Snapshot& snapshot, std::int32_t parent) {
    const std::size_t language = snapshot.language_index(context.language);
    Response response;
    response.body = R"({"items":[)";
    for (const auto& category : snapshot.categories()) {
        if (category.parent != parent) continue;
        if (response.body.back() != '[') response.body += ',';
        response.body += category.json[language];
    }
    response.body += "]}";
    return response;
}

Rendered<CategoryList> list_categories(Context& context) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    return {categories_below(context, *snapshot, -1)};
}

Rendered<CategoryView> get_category(Context& context, Slug slug) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto index = snapshot->find_category(slug.to_text());
    if (index < 0) throw Refused{category_not_found};
    Response response;
    response.body =
        snapshot->categories()[static_cast<std::size_t>(index)].json[snapshot->language_index(context.language)];
    return {std::move(response)};
}

Rendered<CategoryList> list_subcategories(Context& context, Slug slug) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto index = snapshot->find_category(slug.to_text());
    if (index < 0) throw Refused{category_not_found};
    return {categories_below(context, *snapshot, index)};
}

}  // namespace

http::Routes routes() {
    using http::Access;
    using http::get;
    return {
        get<"/api/v1/products", list_products>({.summary = "Products in stock in this market, filtered and sorted",
                                                .access = Access::guest,
                                                .refuses = {&category_not_found},
                                                .statements_max = 0,
                                                .cache = http::Cache::catalogue}),
        get<"/api/v1/products/best-sellers", best_sellers>({.summary = "Best sellers of this market",
                                                            .access = Access::guest,
                                                            .refuses = {},
                                                            .statements_max = 0,
                                                            .cache = http::Cache::catalogue}),
        get<"/api/v1/products/search", search_products>({.summary = "Products whose name or brand holds a text",
                                                         .access = Access::guest,
                                                         .refuses = {},
                                                         .statements_max = 0,
                                                         .cache = http::Cache::catalogue}),
        get<"/api/v1/products/{slug}", get_product>({.summary = "One product with its SKUs, prices and texts",
                                                     .access = Access::guest,
                                                     .refuses = {&product_not_found},
                                                     .statements_max = 0,
                                                     .cache = http::Cache::catalogue}),
        get<"/api/v1/categories", list_categories>({.summary = "Top categories of this market",
                                                    .access = Access::guest,
                                                    .refuses = {},
                                                    .statements_max = 0,
                                                    .cache = http::Cache::catalogue}),
        get<"/api/v1/categories/{slug}", get_category>({.summary = "One category",
                                                        .access = Access::guest,
                                                        .refuses = {&category_not_found},
                                                        .statements_max = 0,
                                                        .cache = http::Cache::catalogue}),
        get<"/api/v1/categories/{slug}/subcategories", list_subcategories>({.summary = "What is below a category",
                                                                            .access = Access::guest,
                                                                            .refuses = {&category_not_found},
                                                                            .statements_max = 0,
                                                                            .cache = http::Cache::catalogue}),
    };
}

}  // namespace marque::catalog
