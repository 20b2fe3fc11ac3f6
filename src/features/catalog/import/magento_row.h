#pragma once
// One row of Magento's product export: its columns by name, and its fields as our values.
// What a row means together with other rows is magento.h's business.

#include <array>
#include <chrono>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "features/catalog/import/csv.h"
#include "features/catalog/import/product.h"

namespace marque::catalog::import {

struct MagentoOptions {
    std::chrono::year_month_day today;  // Decides whether a special price is in force.
    std::string default_brand = "Luma";
    std::size_t pending_max = 100'000;  // How many SKUs may wait for the row they belong to.
};

enum class Column : std::size_t {
    sku,
    product_type,
    categories,
    name,
    price,
    visibility,
    qty,
    // From here on a file may leave columns out.
    store_view_code,
    description,
    short_description,
    weight,
    product_online,
    special_price,
    special_price_from_date,
    special_price_to_date,
    url_key,
    base_image,
    additional_images,
    additional_attributes,
    is_in_stock,
    configurable_variations,
};
constexpr std::size_t column_count = 21;
constexpr std::size_t required_column_count = 7;

class MagentoHeader {
public:
    // The error is a sentence naming the column that is missing or stands twice.
    static std::expected<MagentoHeader, std::string> parse(const CsvRecord& record);

    std::size_t width() const { return width_; }
    // The field trimmed; empty if the file has no such column.
    std::string_view get(const CsvRecord& record, Column column) const;
    // Says which column is not text PostgreSQL can store, or how the number of fields is wrong.
    std::expected<void, std::string> check(const CsvRecord& record) const;

private:
    static constexpr std::size_t absent = SIZE_MAX;
    std::array<std::size_t, column_count> positions_{};
    std::size_t width_ = 0;
};

struct MagentoRow {
    const MagentoHeader& header;
    const CsvRecord& record;

    std::string_view get(Column column) const { return header.get(record, column); }
};

// The row as a SKU with the size and colour of its own attributes.
std::expected<ImportedSku, std::string> read_sku(const MagentoRow& row, const MagentoOptions& options);

// The row as a product: everything but SKUs and the final slug, for which the wanted one is given.
std::expected<ImportedProduct, std::string> read_product(const MagentoRow& row, const MagentoOptions& options);

// Whether the row's visibility lets shoppers find it by itself.
std::expected<bool, std::string> read_visibility(const MagentoRow& row);

// Limits of a SKU's texts, which hold for those of a variation list too.
std::expected<void, std::string> check_sku_texts(std::string_view code, std::string_view size, std::string_view color);

}  // namespace marque::catalog::import
