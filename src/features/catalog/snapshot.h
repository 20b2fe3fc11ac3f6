#pragma once
// One market's catalogue as an immutable object in memory: products already written as JSON, sorted and ready to send.

#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/market.h"
#include "features/catalog/queries.h"

namespace marque::catalog {

/// How a list may be sorted; the words are the API's.
enum class Sort { popular, newest, price_asc, price_desc, rating };
ENUMERATION(Sort, popular, newest, price_asc, price_desc, rating)
inline constexpr std::size_t sort_count = 5;

/// Everything read from the database for one market, in one repeatable read.
struct CatalogRows {
    std::vector<CategoryRow> categories;
    std::vector<TextRow> category_texts;
    std::vector<ProductRow> products;
    std::vector<TextRow> product_texts;
    std::vector<FeatureRow> features;
    std::vector<ImageRow> images;
    std::vector<SkuRow> skus;
};

class Snapshot {
public:
    struct Product {
        std::string slug;
        std::string brand;
        std::int32_t category = -1;  // index into categories(); -1 where inactive
        std::int32_t subcategory = -1;
        bool in_stock = false;
        bool is_best_seller = false;
        bool is_featured = false;
        std::int64_t price_minor = 0;
        std::vector<std::string> search_texts;  // by language, lower-case name and brand
        std::vector<std::string> list_json;     // by language
        std::vector<std::string> detail_json;   // by language
    };
    struct Category {
        std::string slug;
        std::int32_t parent = -1;
        std::vector<std::string> json;  // by language, without subcategories
    };

    Snapshot(const MarketInfo& market, CatalogRows rows);

    [[nodiscard]] const std::vector<Product>& products() const { return products_; }
    [[nodiscard]] const std::vector<Category>& categories() const { return categories_; }
    [[nodiscard]] const Product* find(const std::string& slug) const;
    [[nodiscard]] std::int32_t find_category(const std::string& slug) const;
    /// Indexes of all products that are in stock, in this order.
    [[nodiscard]] const std::vector<std::uint32_t>& sorted(Sort sort) const {
        return orders_[static_cast<std::size_t>(sort)];
    }
    /// Index of a language in the market's list; the first for one it does not speak.
    [[nodiscard]] std::size_t language_index(std::string_view language) const;

private:
    friend class SnapshotBuilder;
    std::vector<Language> languages_;
    std::vector<Product> products_;
    std::vector<Category> categories_;
    std::unordered_map<std::string, std::uint32_t> by_slug_;
    std::unordered_map<std::string, std::int32_t> category_by_slug_;
    std::array<std::vector<std::uint32_t>, sort_count> orders_;
};

}  // namespace marque::catalog
