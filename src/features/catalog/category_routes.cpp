// Categories as a tree of any depth with the number of products in each, and the sizes and colours of this market.
#include "features/catalog/category_routes.h"

#include "features/catalog/catalog.h"
#include "features/catalog/views.h"

namespace marque::catalog {

CategoryView category_view(const Snapshot& snapshot, std::int32_t number, std::size_t language, bool tree) {
    const auto& shelves = snapshot.shelves();
    const auto& category = shelves.categories.all[static_cast<std::size_t>(number)];
    CategoryView view{
        .id = category.id,
        .slug = category.slug,
        .name = category.names[language],
        .icon = category.icon,
        .image_url = category.image_url,
        .parent_slug = {},
        .path = shelves.path_of(number),
        .market = category.is_shared ? std::string_view{"all"} : std::string_view{shelves.market_word},
        .sort_order = category.sort_order,
        .product_count =
            snapshot.index().counts[static_cast<std::size_t>(Group::category)][static_cast<std::size_t>(number)],
        .children = {}};
    if (category.parent >= 0) {
        view.parent_slug = shelves.categories.all[static_cast<std::size_t>(category.parent)].slug;
    }
    if (!tree) return view;
    view.children.emplace();
    for (const auto child : category.children) view.children->push_back(category_view(snapshot, child, language, true));
    return view;
}

namespace {

using http::Context;
using http::Query;

struct CategoryQuery {
    bool tree = false;
};
RECORD(CategoryQuery, tree);

/// A snapshot may be replaced while its text is written; the answer is complete before the handler returns.
http::Rendered<CategoryList> listed(const Context& context, const Snapshot& snapshot,
                                    const std::vector<std::int32_t>& numbers, bool tree) {
    CategoryList list;
    const auto language = snapshot.language_index(context.language);
    for (const auto number : numbers) list.items.push_back(category_view(snapshot, number, language, tree));
    http::Response response;
    json::write(response.body, list);
    return {std::move(response)};
}

std::int32_t require_category(const Snapshot& snapshot, const Slug& slug) {
    const auto number = snapshot.shelves().categories.find(slug.to_text());
    if (number < 0) throw Refused{category_not_found};
    return number;
}

http::Rendered<CategoryList> list_categories(Context& context, Query<CategoryQuery> query) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    return listed(context, *snapshot, snapshot->shelves().categories.top, query.value.tree);
}

http::Rendered<CategoryView> get_category(Context& context, Slug slug, Query<CategoryQuery> query) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto number = require_category(*snapshot, slug);
    http::Response response;
    json::write(response.body,
                category_view(*snapshot, number, snapshot->language_index(context.language), query.value.tree));
    return {std::move(response)};
}

http::Rendered<CategoryList> list_subcategories(Context& context, Slug slug, Query<CategoryQuery> query) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto number = static_cast<std::size_t>(require_category(*snapshot, slug));
    return listed(context, *snapshot, snapshot->shelves().categories.all[number].children, query.value.tree);
}

http::Rendered<AttributeList> list_attributes(Context& context) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto language = snapshot->language_index(context.language);
    AttributeList list;
    const auto& shown = snapshot->shown();
    for (const Term term : shown.sizes.order) list.sizes.push_back({shown.sizes.text(term, language)});
    for (const Term term : shown.colors.order) list.colors.push_back({shown.colors.text(term, language)});
    for (const Term term : shown.families.order) list.color_families.push_back({shown.families.text(term, language)});
    http::Response response;
    json::write(response.body, list);
    return {std::move(response)};
}

}  // namespace

http::Routes category_routes() {
    using http::Access;
    using http::get;
    return {
        get<"/api/v1/categories", list_categories>(
            {.summary = "Top categories of this market, with all below on demand",
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
        get<"/api/v1/attributes", list_attributes>(
            {.summary = "Sizes and colours of this market in their order, with swatches and size systems",
             .access = Access::guest,
             .refuses = {},
             .statements_max = 0,
             .cache = http::Cache::catalogue}),
    };
}

}  // namespace marque::catalog
