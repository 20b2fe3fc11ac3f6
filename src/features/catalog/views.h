#pragma once
// The catalogue's answers as records. Texts are views: an answer is written from the snapshot's own memory.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/money.h"
#include "core/record.h"
#include "json/types.h"

namespace marque::catalog {

struct CategoryView {
    static constexpr std::array<std::string_view, 1> left_out_when_empty{"children"};
    CategoryId id;
    std::string_view slug;
    std::string_view name;
    std::optional<std::string_view> icon;
    std::optional<std::string_view> image_url;
    std::optional<std::string_view> parent_slug;
    std::vector<std::string_view> path;  // slugs from the top down to itself
    std::string_view market;
    std::int32_t sort_order = 0;
    std::int64_t product_count = 0;                     // in stock, with all below it
    std::optional<std::vector<CategoryView>> children;  // where `tree` was asked for
};
RECORD(CategoryView, id, slug, name, icon, image_url, parent_slug, path, market, sort_order, product_count, children);

struct CategoryList {
    std::vector<CategoryView> items;
};
RECORD(CategoryList, items);

struct SkuView {
    SkuId id;
    std::string_view sku_code;
    std::string_view size;
    std::string_view color;
    Money price;
    std::optional<Money> original_price;
    std::int32_t discount = 0;
    std::optional<Money> lowest_price_30_days;  // before it was reduced
    std::optional<Timestamp> sale_until;
    bool in_stock = false;
    std::optional<std::string_view> variant_image;
};
RECORD(SkuView, id, sku_code, size, color, price, original_price, discount, lowest_price_30_days, sale_until, in_stock,
       variant_image);

/// A product in lists. With `fields` an answer holds those members only, with `expand` the last ones, too.
struct ProductCard {
    static constexpr std::array<std::string_view, 4> left_out_when_empty{"description", "images", "features", "skus"};
    ProductId id;
    std::string_view slug;
    std::string_view name;
    std::string_view brand;
    std::string_view market;
    std::string_view category;
    std::optional<std::string_view> subcategory;
    std::vector<std::string_view> category_path;
    Money price;
    std::optional<Money> original_price;
    std::int32_t discount = 0;  // percent, rounded down
    std::optional<Money> lowest_price_30_days;
    std::string currency;
    std::optional<std::string_view> image;
    double rating = 0;
    std::int32_t reviews_count = 0;
    std::int32_t sales_count = 0;
    bool in_stock = false;
    bool is_featured = false;
    bool is_best_seller = false;
    Timestamp created_at;
    std::optional<std::string_view> description;
    std::optional<std::vector<std::string_view>> images;
    std::optional<std::vector<std::string_view>> features;
    std::optional<std::vector<SkuView>> skus;
};
RECORD(ProductCard, id, slug, name, brand, market, category, subcategory, category_path, price, original_price,
       discount, lowest_price_30_days, currency, image, rating, reviews_count, sales_count, in_stock, is_featured,
       is_best_seller, created_at, description, images, features, skus);

using SizeSystems = std::map<std::string, std::string>;

struct SizeView {
    std::string_view value;
    std::string_view name;
    json::RawOf<SizeSystems> systems;  // the same size elsewhere: {"eu":"38","us":"6"}
};
RECORD(SizeView, value, name, systems);

struct ColorView {
    std::string_view value;
    std::string_view name;
    std::optional<std::string_view> swatch;
    std::optional<std::string_view> family;
};
RECORD(ColorView, value, name, swatch, family);

/// A plain colour that shades belong to.
struct FamilyView {
    std::string_view value;
    std::string_view name;
};
RECORD(FamilyView, value, name);

struct AttributeList {
    std::vector<json::RawOf<SizeView>> sizes;
    std::vector<json::RawOf<ColorView>> colors;
    std::vector<json::RawOf<FamilyView>> color_families;
};
RECORD(AttributeList, sizes, colors, color_families);

struct ProductDetail {
    ProductId id;
    std::string_view slug;
    std::string_view name;
    std::string_view brand;
    std::string_view description;
    std::string_view market;
    std::string_view category;
    std::optional<std::string_view> subcategory;
    std::vector<std::string_view> category_path;
    Money price;
    std::optional<Money> original_price;
    std::int32_t discount = 0;
    std::optional<Money> lowest_price_30_days;
    std::optional<Timestamp> sale_until;
    std::string currency;
    std::optional<std::string_view> image;
    std::vector<std::string_view> images;
    std::vector<std::string_view> features;
    double rating = 0;
    std::int32_t reviews_count = 0;
    std::int32_t sales_count = 0;
    bool in_stock = false;
    bool is_featured = false;
    bool is_best_seller = false;
    Timestamp created_at;
    std::vector<json::RawOf<SizeView>> sizes;
    std::vector<json::RawOf<ColorView>> colors;
    std::vector<SkuView> skus;
    std::vector<json::RawOf<ProductCard>> related;
    std::vector<json::RawOf<ProductCard>> goes_with;
};
RECORD(ProductDetail, id, slug, name, brand, description, market, category, subcategory, category_path, price,
       original_price, discount, lowest_price_30_days, sale_until, currency, image, images, features, rating,
       reviews_count, sales_count, in_stock, is_featured, is_best_seller, created_at, sizes, colors, skus, related,
       goes_with);

struct CategoryCount {
    std::string_view slug;
    std::string_view name;
    std::optional<std::string_view> parent_slug;
    std::int64_t count = 0;
};
RECORD(CategoryCount, slug, name, parent_slug, count);

struct BrandCount {
    std::string_view value;
    std::int64_t count = 0;
};
RECORD(BrandCount, value, count);

struct SizeCount {
    std::string_view value;
    std::string_view name;
    json::RawOf<SizeSystems> systems;
    std::int64_t count = 0;
};
RECORD(SizeCount, value, name, systems, count);

struct ColorCount {
    std::string_view value;
    std::string_view name;
    std::optional<std::string_view> swatch;
    std::optional<std::string_view> family;
    std::int64_t count = 0;
};
RECORD(ColorCount, value, name, swatch, family, count);

struct FamilyCount {
    std::string_view value;
    std::string_view name;
    std::int64_t count = 0;
};
RECORD(FamilyCount, value, name, count);

/// How many products have so much or more.
struct ThresholdCount {
    std::int32_t at_least = 0;
    std::int64_t count = 0;
};
RECORD(ThresholdCount, at_least, count);

struct PriceSpan {
    Money min;
    Money max;
};
RECORD(PriceSpan, min, max);

/// What may be filtered by, and how many products each choice would leave: each facet with all filters but its own.
struct Facets {
    std::vector<CategoryCount> categories;
    std::vector<BrandCount> brands;  // the 100 with most products
    std::vector<SizeCount> sizes;
    std::vector<ColorCount> colors;
    std::vector<FamilyCount> color_families;
    std::optional<PriceSpan> price;
    std::vector<ThresholdCount> ratings;
    std::vector<ThresholdCount> discounts;
    std::int64_t in_stock = 0;
    std::int64_t sold_out = 0;
    std::int64_t is_new = 0;
};
RECORD(Facets, categories, brands, sizes, colors, color_families, price, ratings, discounts, in_stock, sold_out,
       is_new);

/// How a search was understood.
struct SearchView {
    std::optional<std::string_view> corrected_query;  // where typing errors or another keyboard layout were put right
    std::int64_t complete = 0;                        // products, before filters, that have every word
    std::vector<std::string_view> relaxed;            // words that not all products found have
    std::vector<ProductCard> suggestions;             // popular products, where nothing fits
};
RECORD(SearchView, corrected_query, complete, relaxed, suggestions);

struct SuggestedCategory {
    std::string_view slug;
    std::string_view name;
    std::int64_t product_count = 0;
};
RECORD(SuggestedCategory, slug, name, product_count);

struct SuggestedBrand {
    std::string_view name;
    std::int64_t product_count = 0;
};
RECORD(SuggestedBrand, name, product_count);

/// What somebody may mean who has typed so much of a query.
struct Suggestions {
    std::vector<std::string_view> queries;
    std::vector<SuggestedCategory> categories;
    std::vector<SuggestedBrand> brands;
    std::vector<ProductCard> products;
};
RECORD(Suggestions, queries, categories, brands, products);

struct ProductPage {
    static constexpr std::array<std::string_view, 2> left_out_when_empty{"facets", "search"};
    std::vector<ProductCard> items;
    std::int64_t total = 0;
    std::int32_t limit = 0;
    std::int32_t offset = 0;
    std::optional<std::string> next;
    std::optional<Facets> facets;
    std::optional<SearchView> search;  // where q was given
};
RECORD(ProductPage, items, total, limit, offset, next, facets, search);

}  // namespace marque::catalog
