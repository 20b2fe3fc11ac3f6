// From a format's name to its reader.
#include "features/catalog/import/formats.h"

#include <fmt/format.h>

#include <algorithm>

#include "features/catalog/import/csv_products.h"
#include "features/catalog/import/json_products.h"
#include "features/catalog/import/lines.h"
#include "features/catalog/import/magento.h"
#include "features/catalog/import/saleor.h"
#include "features/catalog/import/shopify.h"

namespace marque::catalog::import {
namespace {

using Map = std::vector<std::pair<std::string, std::string>>;
using Opened = std::expected<std::unique_ptr<Reader>, ImportError>;

struct Preset {
    std::string_view name;
    Map map;
};

const std::vector<Preset>& product_presets() {
    static const std::vector<Preset> presets{{"fashion-styles",
                                              {{"sku", "id"},
                                               {"name", "productDisplayName"},
                                               {"category", "masterCategory"},
                                               {"subcategory", "subCategory"},
                                               {"category_3", "articleType"},
                                               {"color", "baseColour"}}}};
    return presets;
}

const std::vector<Preset>& review_presets() {
    static const std::vector<Preset> presets{
        {"magento", {{"product", "sku"}, {"rating", "rating_value"}, {"title", "title"}, {"comment", "review"}}},
        {"womens-clothing",
         {{"product", "Clothing ID"}, {"rating", "Rating"}, {"title", "Title"}, {"comment", "Review Text"}}}};
    return presets;
}

/// What the command line maps wins over what the preset says.
TableOptions with_preset(TableOptions table, const std::vector<Preset>& presets, std::string_view format) {
    const auto preset = std::ranges::find(presets, format, &Preset::name);
    table.undo_escapes = preset == presets.end();
    if (preset == presets.end()) return table;
    for (const auto& entry : preset->map) {
        if (std::ranges::find(table.map, entry.first, &Map::value_type::first) == table.map.end()) {
            table.map.push_back(entry);
        }
    }
    return table;
}

Opened open_lines(TextStream& stream, const FormatOptions& options) {
    const LineKind kind = options.subject == Subject::prices  ? LineKind::prices
                          : options.subject == Subject::stock ? LineKind::stock
                                                              : LineKind::reviews;
    LinesOptions lines{.markets = options.markets, .language = options.language};
    if (options.format == "jsonl") return Lines::open_json(stream, kind, std::move(lines));
    auto table = options.subject == Subject::reviews ? with_preset(options.table, review_presets(), options.format)
                                                     : with_preset(options.table, {}, options.format);
    return Lines::open_csv(stream, std::move(table), kind, std::move(lines));
}

}  // namespace

Subject subject_named(std::string_view word) {
    if (word == "prices") return Subject::prices;
    if (word == "stock") return Subject::stock;
    return word == "reviews" ? Subject::reviews : Subject::products;
}

std::vector<std::string> format_names(Subject subject) {
    if (subject == Subject::products) return {"csv", "jsonl", "magento", "shopify", "saleor", "fashion-styles"};
    if (subject == Subject::reviews) return {"csv", "jsonl", "magento", "womens-clothing"};
    return {"csv", "jsonl"};
}

Opened open_reader(TextStream& stream, FormatOptions options) {
    const auto names = format_names(options.subject);
    if (std::ranges::find(names, options.format) == names.end()) {
        return std::unexpected(ImportError{0, fmt::format("--format must be one of {}", fmt::join(names, ", "))});
    }
    if (options.subject != Subject::products) return open_lines(stream, options);
    if (options.format == "jsonl") return std::make_unique<JsonProducts>(stream);
    if (options.format == "saleor") return std::make_unique<SaleorImport>(stream, options.currency);
    if (options.format == "magento") {
        return std::make_unique<MagentoImport>(stream, MagentoOptions{.today = options.today});
    }
    if (options.format == "shopify") return ShopifyImport::open(stream, std::move(options.table));
    return CsvProducts::open(stream, with_preset(std::move(options.table), product_presets(), options.format),
                             CsvProductsOptions{.language = options.language});
}

}  // namespace marque::catalog::import
