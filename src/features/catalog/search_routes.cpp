// Searching for products, and what is suggested while somebody types.
#include "features/catalog/search_routes.h"

#include "features/catalog/catalog.h"
#include "features/catalog/list_query.h"
#include "features/catalog/present.h"
#include "features/catalog/views.h"
#include "json/write.h"

namespace marque::catalog {
namespace {

using http::Context;
using http::Query;
using http::Rendered;

/// Of queries, categories and brands each.
constexpr std::size_t words_suggested_max = 5;

struct SearchQuery {
    Text<0, query_letters_max> q;
    Sort sort = Sort::relevance;
    PageLimit limit;
    std::optional<PageOffset> offset;
    std::optional<Cursor> cursor;
    bool facets = false;
};
RECORD(SearchQuery, q, sort, limit, offset, cursor, facets);

class SuggestionLimit {
public:
    static constexpr IntegerFacts facts{.minimum = 1, .maximum = 20, .example = 5};
    [[nodiscard]] static Parsed<SuggestionLimit> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be between 1 and 20");
        SuggestionLimit limit;
        limit.value_ = number;
        return limit;
    }
    [[nodiscard]] std::int64_t value() const { return value_; }

private:
    std::int64_t value_ = 5;
};

struct SuggestionQuery {
    Text<1, query_letters_max> q;
    SuggestionLimit limit;
};
RECORD(SuggestionQuery, q, limit);

Rendered<ProductPage> search_products(Context& context, Query<SearchQuery> query) {
    auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto& wanted = query.value;
    Filter filter;
    ListRequest request{.sort = wanted.sort,
                        .limit = wanted.limit,
                        .offset = wanted.offset,
                        .cursor = wanted.cursor,
                        .facets = wanted.facets,
                        .shape = {},
                        .found = snapshot->search().find(*snapshot, wanted.q.to_text())};
    filter.text = request.found->bits;
    return {list_page(context, std::move(snapshot), filter, request)};
}

std::int64_t count_of(const Snapshot& snapshot, Group group, std::size_t term) {
    return snapshot.index().counts[static_cast<std::size_t>(group)][term];
}

/// The best products in stock of what was found.
std::vector<const Product*> best_in_stock(const Snapshot& snapshot, TextFound found, std::size_t count) {
    std::erase_if(found.matches,
                  [&](const search::Match& match) { return !snapshot.index().columns.in_stock.test(match.key); });
    search::best_first(found.matches, count);
    std::vector<const Product*> best;
    for (std::size_t i = 0; i < std::min(count, found.matches.size()); ++i) {
        best.push_back(&snapshot.product(found.matches[i].key));
    }
    return best;
}

Rendered<Suggestions> suggest(Context& context, Query<SuggestionQuery> query) {
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const auto language = snapshot->language_index(context.language);
    const auto& typed = query.value.q.to_text();
    const auto count = static_cast<std::size_t>(query.value.limit.value());
    const auto suggested = snapshot->search().suggest(typed, std::min(count, words_suggested_max));
    Suggestions view;
    for (const auto& text : suggested.queries) view.queries.emplace_back(text);
    for (const auto number : suggested.categories) {
        const auto& category = snapshot->shelves().categories.all[static_cast<std::size_t>(number)];
        view.categories.push_back({category.slug, category.names[language],
                                   count_of(*snapshot, Group::category, static_cast<std::size_t>(number))});
    }
    for (const auto brand : suggested.brands) {
        view.brands.push_back({snapshot->vocabulary().brands[brand], count_of(*snapshot, Group::brand, brand)});
    }
    for (const auto* product : best_in_stock(*snapshot, snapshot->search().find(*snapshot, typed), count)) {
        view.products.push_back(card_of(*product, snapshot->shelves(), snapshot->vocabulary(), language));
    }
    http::Response response;
    json::write(response.body, view);
    return {std::move(response)};
}

}  // namespace

http::Routes search_routes() {
    using http::Access;
    using http::get;
    return {
        get<"/api/v1/products/search", search_products>(
            {.summary = "Products that fit words, best first: forms, typing errors, alphabets and keyboards forgiven",
             .access = Access::guest,
             .refuses = {},
             .statements_max = 0,
             .cache = http::Cache::catalogue}),
        get<"/api/v1/products/suggestions", suggest>({.summary = "What somebody may mean who has typed so much",
                                                      .access = Access::guest,
                                                      .refuses = {},
                                                      .statements_max = 0,
                                                      .cache = http::Cache::catalogue}),
    };
}

}  // namespace marque::catalog
