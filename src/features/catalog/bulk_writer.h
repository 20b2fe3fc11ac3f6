#pragma once
// Writing products by the thousand: a batch costs as many statements as one product, and one that PostgreSQL refuses is
// found by halving the batch, so that the others are written all the same.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/market.h"
#include "db/admin.h"
#include "features/catalog/bulk_queries.h"
#include "features/catalog/writer.h"

namespace marque::catalog {

struct BulkSku {
    std::string code;
    std::string size;
    std::string color;
    std::optional<std::string> image;
    std::optional<bool> is_active;
    std::int32_t sort_order = 0;
    std::vector<OfferDraft> offers;  // Of the markets that sell it.
    bool is_counted = true;          // False: its offers' stock means nothing.
};

/// A product as a file tells it. What is absent stays as it is where the product is known already.
struct BulkProduct {
    std::string slug;
    std::string name;
    std::string brand;
    std::optional<std::string> description;
    std::string category_market;  // The owner of both categories.
    std::int64_t category_id = 0;
    std::optional<std::int64_t> subcategory_id;
    std::optional<bool> is_active;
    std::optional<bool> is_featured;
    std::optional<bool> is_best_seller;
    std::vector<TextDraft> texts;
    std::optional<std::vector<std::pair<Language, std::string>>> features;
    std::optional<std::vector<std::string>> images;
    std::vector<BulkSku> skus;
    std::string source;
    std::optional<std::string> source_key;  // Its name in the file, where neither slug nor a SKU's code is the same.
};

enum class Written { added, changed, unchanged, refused };

struct BulkRefusal {
    std::size_t product = 0;         // Its place in the batch.
    std::optional<std::size_t> sku;  // Its place in the product; nothing: the whole product.
    std::string reason;
    std::string column;
};

struct BulkOutcome {
    std::vector<Written> products;  // One for each of the batch.
    std::vector<BulkRefusal> refusals;
    long skus_added = 0;
    long skus_changed = 0;
    long prices_added = 0;
    long prices_changed = 0;
    long stock_added = 0;
};

/// Inside a transaction of the caller's. `here`: the markets whose rows this database holds.
class BulkWriter {
public:
    BulkWriter(db::AdminConnection& connection, std::vector<MarketCode> here, std::string owner);

    /// Throws db::Error for what is no refusal of a row (a broken connection, a lock that was not to be had).
    BulkOutcome put(const std::vector<BulkProduct>& products);

private:
    struct Range {
        std::size_t begin;
        std::size_t end;
    };
    /// A SKU of the batch that is known by number.
    struct Place {
        std::size_t product;
        std::size_t sku;
        std::int64_t product_id;
        std::int64_t sku_id;
        bool is_new;
    };
    void put_range(const std::vector<BulkProduct>& products, Range range, BulkOutcome& outcome);
    void write(const std::vector<BulkProduct>& products, Range range, BulkOutcome& outcome);
    void find(const std::vector<BulkProduct>& products, Range range, BulkOutcome& outcome);
    void add(const std::vector<BulkProduct>& products, Range range, BulkOutcome& outcome);
    void change(const std::vector<BulkProduct>& products, Range range, BulkOutcome& outcome);
    void put_texts(const std::vector<BulkProduct>& products, Range range);
    void put_features(const std::vector<BulkProduct>& products, Range range);
    void put_images(const std::vector<BulkProduct>& products, Range range);
    std::vector<Place> put_skus(const std::vector<BulkProduct>& products, Range range, BulkOutcome& outcome);
    void put_offers(const std::vector<BulkProduct>& products, const std::vector<Place>& places, MarketCode market,
                    BulkOutcome& outcome);
    void mark_changed(const std::vector<std::int64_t>& product_ids);
    void act_as(std::string_view owner);

    db::AdminConnection& connection_;
    std::vector<MarketCode> here_;
    std::string owner_;
    std::map<std::string, std::string> currencies_;
    // Of the range being written: each product's number (0: not known), and which were touched.
    std::vector<std::int64_t> ids_;
    std::map<std::int64_t, std::size_t> places_by_id_;
    std::vector<bool> is_new_;
    std::vector<bool> is_changed_;
    std::vector<bool> is_refused_;
};

}  // namespace marque::catalog
