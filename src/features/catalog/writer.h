#pragma once
// Writing products into a database: the one way for seeding and importing, in market ALL or one market.

#include <optional>
#include <string>
#include <vector>

#include "core/market.h"
#include "db/admin.h"

namespace marque::catalog {

struct TextDraft {
    Language language;
    std::string name;
    std::string description;
};

struct CategoryDraft {
    std::string owner = "ALL";  // "ALL" or a market's upper-case code
    std::string slug;
    std::string name;
    std::optional<std::string> parent_slug;
    std::optional<std::string> icon;
    std::optional<std::string> image_url;
    std::int32_t sort_order = 0;
    std::vector<TextDraft> texts;
};

/// A SKU's explicit price and first stock in one market.
struct OfferDraft {
    MarketCode market;
    std::int64_t price_minor = 0;
    std::optional<std::int64_t> original_minor;
    std::int32_t stock = 0;
};

struct SkuDraft {
    std::string code;
    std::string size;
    std::string color;
    std::optional<std::string> image;
    std::vector<OfferDraft> offers;
};

struct ProductDraft {
    std::string owner = "ALL";
    std::string slug;
    std::string name;
    std::string brand;
    std::string description;
    std::string category_slug;
    std::optional<std::string> subcategory_slug;
    std::vector<TextDraft> texts;
    std::vector<std::pair<Language, std::string>> features;
    std::vector<std::string> images;
    std::vector<SkuDraft> skus;
    std::int32_t sales_count = 0;
    bool is_featured = false;
    bool is_best_seller = false;
    std::string source;  // "demo", "magento": who wrote it
};

/// Writes into one database, for those of its markets that the drafts name. Use inside begin() … commit().
class Writer {
public:
    /// `here`: the markets whose rows this database holds.
    Writer(db::AdminConnection& connection, std::vector<MarketCode> here);

    void begin();
    void commit();
    void roll_back();

    /// Inserts the category where missing. Owner and parent must be visible here.
    void put_category(const CategoryDraft& draft);
    /// Inserts or updates by slug; SKUs by code, prices overwritten, stock set only for SKUs new to the market.
    /// Returns true when the product was new. A SKU code of another product is an error (db::Error).
    bool put_product(const ProductDraft& draft);
    /// Slugs of the products written by `source`.
    [[nodiscard]] std::vector<std::string> slugs_of(const std::string& source);
    /// Tells the servers that the catalogue changed; call once before commit().
    void raise_versions();

private:
    void act_as(std::string_view owner);
    void put_parts(const ProductDraft& draft, std::int64_t product_id);
    void put_offers(const ProductDraft& draft, MarketCode market);

    db::AdminConnection& connection_;
    std::vector<MarketCode> here_;
    bool wrote_ = false;
};

}  // namespace marque::catalog
