#pragma once
// What a list of products is asked for: the query of /products as a record, and the filter that it means in a market.

#include "features/catalog/list_query.h"

namespace marque::catalog {

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

/// Refuses categories that are not here; mistakes in amounts are added to the errors.
[[nodiscard]] Filter filter_of(const Snapshot& snapshot, const ProductQuery& wanted, std::vector<FieldError>& errors);

}  // namespace marque::catalog
