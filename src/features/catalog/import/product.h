#pragma once
// What every import format produces: products with their SKUs in our words, and the rows that were refused.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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
};

struct RefusedRow {
    long line = 0;
    std::string key;  // The sku, or empty if the row has none.
    std::string reason;
};

using ImportItem = std::variant<ImportedProduct, RefusedRow>;

}  // namespace marque::catalog::import
