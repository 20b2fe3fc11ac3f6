#pragma once
// Writing products into a database: the one way for seeding and importing, in market ALL or one market.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
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
    std::optional<std::int64_t> sale_minor = {};  // less than price_minor, within the dates given
    std::optional<Timestamp> sale_from = {};
    std::optional<Timestamp> sale_until = {};
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

/// How a size or a colour that SKUs name is ordered and shown.
struct AttributeDraft {
    std::string owner = "ALL";
    std::string kind;   // "size" or "color"
    std::string value;  // as SKUs spell it
    std::string name;
    std::int32_t sort_order = 0;
    std::optional<std::string> swatch;                // colours: "#rrggbb" or a picture's path
    std::string family;                               // colours: the plain colour a filter offers
    std::map<std::string, std::string> size_systems;  // sizes: the same in "eu", "us", "ru"
    std::vector<std::pair<Language, std::string>> names;
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
    /// Inserts or overwrites by kind and value.
    void put_attribute(const AttributeDraft& draft);
    /// Says that products go together, in this order; those that the owner cannot see are left out.
    void put_relations(const std::string& owner, const std::string& slug, const std::string& kind,
                       const std::vector<std::string>& related_slugs);
    /// Words that a search takes for each other, in lower case.
    void put_synonyms(const std::string& owner, const std::vector<std::string>& words);
    /// Slugs of the products written by `source`.
    [[nodiscard]] std::vector<std::string> slugs_of(const std::string& source);

private:
    void act_as(std::string_view owner);
    void put_parts(const ProductDraft& draft, std::int64_t product_id);
    void put_offers(const ProductDraft& draft, std::int64_t product_id, MarketCode market);

    db::AdminConnection& connection_;
    std::vector<MarketCode> here_;
    bool wrote_ = false;
};

}  // namespace marque::catalog
