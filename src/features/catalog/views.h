#pragma once
// The catalogue's answers as records; the snapshot writes them once, the API sends their text.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/money.h"
#include "core/record.h"

namespace marque::catalog {

struct CategoryView {
    CategoryId id;
    std::string slug;
    std::string name;
    std::optional<std::string> icon;
    std::optional<std::string> image_url;
    std::optional<std::string> parent_slug;
    std::string market;
    std::int32_t sort_order = 0;
};
RECORD(CategoryView, id, slug, name, icon, image_url, parent_slug, market, sort_order);

struct CategoryList {
    std::vector<CategoryView> items;
};
RECORD(CategoryList, items);

struct ProductCard {
    ProductId id;
    std::string slug;
    std::string name;
    std::string brand;
    std::string market;
    std::string category;
    std::optional<std::string> subcategory;
    Money price;
    std::optional<Money> original_price;
    std::int32_t discount = 0;  // percent, rounded down
    std::string currency;
    std::optional<std::string> image;
    double rating = 0;
    std::int32_t reviews_count = 0;
    std::int32_t sales_count = 0;
    bool in_stock = false;
    bool is_featured = false;
    bool is_best_seller = false;
};
RECORD(ProductCard, id, slug, name, brand, market, category, subcategory, price, original_price, discount, currency,
       image, rating, reviews_count, sales_count, in_stock, is_featured, is_best_seller);

struct ProductPage {
    std::vector<ProductCard> items;
    std::int64_t total = 0;
    std::int32_t limit = 0;
    std::int32_t offset = 0;
    std::optional<std::string> next;
};
RECORD(ProductPage, items, total, limit, offset, next);

struct SkuView {
    SkuId id;
    std::string sku_code;
    std::string size;
    std::string color;
    Money price;
    std::optional<Money> original_price;
    std::int32_t discount = 0;
    bool in_stock = false;
    std::optional<std::string> variant_image;
};
RECORD(SkuView, id, sku_code, size, color, price, original_price, discount, in_stock, variant_image);

struct ProductDetail {
    ProductId id;
    std::string slug;
    std::string name;
    std::string brand;
    std::string description;
    std::string market;
    std::string category;
    std::optional<std::string> subcategory;
    Money price;
    std::optional<Money> original_price;
    std::int32_t discount = 0;
    std::string currency;
    std::optional<std::string> image;
    std::vector<std::string> images;
    std::vector<std::string> features;
    double rating = 0;
    std::int32_t reviews_count = 0;
    std::int32_t sales_count = 0;
    bool in_stock = false;
    bool is_featured = false;
    bool is_best_seller = false;
    Timestamp created_at;
    std::vector<SkuView> skus;
};
RECORD(ProductDetail, id, slug, name, brand, description, market, category, subcategory, price, original_price,
       discount, currency, image, images, features, rating, reviews_count, sales_count, in_stock, is_featured,
       is_best_seller, created_at, skus);

}  // namespace marque::catalog
