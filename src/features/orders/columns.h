#pragma once
// An order's lines turned into columns, as the set-based inserts take them.

#include <optional>
#include <string>
#include <vector>

#include "features/orders/queries.h"
#include "features/orders/quote.h"

namespace marque::orders {

struct Columns {
    std::vector<SkuId> skus;
    std::vector<std::string> codes, slugs, names, brands, sizes, colors;
    std::vector<std::optional<std::string>> images;
    std::vector<std::int64_t> prices, discounts, taxables;
    std::vector<std::int32_t> quantities;
    std::vector<std::string> tax_classes;

    Columns(const std::vector<OrderableRow>& lines, const Quote& quote) {
        for (const auto& line : quote.lines) {
            discounts.push_back(line.discount_minor);
            taxables.push_back(line.taxable_minor);
        }
        for (const auto& line : lines) {
            skus.push_back(line.sku_id);
            codes.push_back(line.sku_code);
            slugs.push_back(line.product_slug);
            names.push_back(line.product_name);
            brands.push_back(line.product_brand);
            sizes.push_back(line.size);
            colors.push_back(line.color);
            images.push_back(line.image_url);
            prices.push_back(line.price_minor);
            quantities.push_back(line.quantity);
            tax_classes.push_back(line.tax_class);
        }
    }
};

}  // namespace marque::orders
