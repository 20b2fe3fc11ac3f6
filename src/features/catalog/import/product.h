#pragma once
// What every import format produces: products with their SKUs in our words, and the rows that were refused.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/market.h"

namespace marque::catalog::import {

struct ImportedSku {
    std::string code;
    std::string size;                                  // Empty if the thing comes in one size.
    std::string color;                                 // Empty if it comes in one colour.
    std::int64_t price_minor = 0;                      // In the file's currency, before price rules.
    std::optional<std::int64_t> original_price_minor;  // Above the price, when the file says it is reduced today.
    std::int64_t stock = 0;
    std::optional<std::int64_t>
        weight_thousandths;  // In thousandths of the file's unit of weight, which it does not name.
    std::string image;       // A path in the file's own media folder; empty if none.
    bool is_active = true;
    long line = 0;
    bool is_priced = true;                   // False: the file names no price for it.
    bool is_counted = true;                  // False: the file names no stock for it.
    std::optional<std::int64_t> sale_minor;  // Below the price, within the dates.
    std::optional<Timestamp> sale_from;
    std::optional<Timestamp> sale_until;
    std::string raw;  // Its row as it stood in the file, for the file of refused rows; empty where there is none.
};

struct ImportedText {
    Language language;
    std::string name;
    std::string description;
};

// Which parts of a product the file has an opinion about. What it does not mention stays as it is in the shop.
struct Carried {
    bool description = true;
    bool features = true;
    bool images = true;
    bool flags = true;   // is_featured
    bool active = true;  // is_active, of the product and its SKUs
};

struct ImportedProduct {
    std::string key;  // The file's own identifier (sku of the product row): what a repeated import finds it by.
    std::string slug;
    std::string name;
    std::string brand;
    std::string description;  // Plain text without the feature lines.
    std::string category;
    std::string subcategory;  // Empty if the file gives one level.
    std::vector<std::string> features;
    std::vector<std::string> images;
    std::vector<ImportedSku> skus;  // At least one; no two with the same size and colour.
    bool is_featured = false;
    bool is_active = true;
    long line = 0;
    bool is_best_seller = false;
    std::vector<std::string> deeper;          // Levels of the category below the subcategory.
    std::vector<std::string> category_slugs;  // One for each level, or none.
    std::vector<std::pair<Language, std::vector<std::string>>> category_texts;  // The whole path in another language.
    std::vector<ImportedText> texts;
    std::vector<std::pair<Language, std::string>> feature_texts;  // Besides `features`, which are in no named language.
    Carried carried;
};

// One line of a file of prices: what a SKU costs in one market.
struct ImportedPrice {
    std::string code;
    MarketCode market;
    std::int64_t price_minor = 0;
    std::optional<std::int64_t> original_minor;
    std::optional<std::int64_t> sale_minor;
    std::optional<Timestamp> sale_from;
    std::optional<Timestamp> sale_until;
    long line = 0;
    std::string raw;
};

// One line of a file of stock: how many pieces one market has now.
struct ImportedStock {
    std::string code;
    MarketCode market;
    std::int32_t on_hand = 0;
    std::string reason;
    long line = 0;
    std::string raw;
};

struct ImportedReview {
    std::string product;  // The product's slug, its key in the file it came from, or a SKU's code.
    MarketCode market;
    std::int32_t rating = 0;
    std::string title;
    std::string comment;
    std::string author;  // As shown; never a customer of the shop.
    std::string language;
    std::optional<Timestamp> created_at;
    long line = 0;
    std::string raw;
};

struct RefusedRow {
    long line = 0;
    std::string key;  // The sku, or empty if the row has none.
    std::string reason;
    std::string column = {};  // Where the reason lies, when it is one column.
    std::string raw = {};     // The row as it stood in the file.
};

using ImportItem = std::variant<ImportedProduct, RefusedRow, ImportedPrice, ImportedStock, ImportedReview>;

struct ImportError {
    long line = 0;  // 0 when the error belongs to no line, such as a file that cannot be read.
    std::string message;
};

struct ImportCounts {
    long rows = 0;
    long products = 0;
    long skus = 0;
    long refused = 0;
    long repaired = 0;
};

// A format: pull it until it gives nothing. Memory holds one product and what the format must remember of earlier ones.
class Reader {
public:
    Reader() = default;
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    virtual ~Reader() = default;

    // The next thing the file says, nothing at the end. An error ends the import: the file is unusable from there on.
    virtual std::expected<std::optional<ImportItem>, ImportError> next() = 0;
    virtual const ImportCounts& counts() const = 0;
    // The first line of a file of refused rows; empty where rows cannot be given back.
    virtual std::string header_line() const { return ""; }
    // What the owner of the file should know though no row was refused for it.
    virtual std::vector<std::string> notes() const { return {}; }
};

}  // namespace marque::catalog::import
