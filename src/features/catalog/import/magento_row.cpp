// Fields of a Magento row as our values. Texts over a limit are refused, never cut: a shortened name would be wrong
// silently, a refused row is seen.
#include "features/catalog/import/magento_row.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "core/text.h"
#include "features/catalog/import/attributes.h"
#include "features/catalog/import/decimal.h"
#include "features/catalog/import/html_text.h"
#include "features/catalog/import/slug_text.h"

namespace marque::catalog::import {

namespace {

constexpr std::array<std::string_view, column_count> column_names = {
    "sku",
    "product_type",
    "categories",
    "name",
    "price",
    "visibility",
    "qty",
    "store_view_code",
    "description",
    "short_description",
    "weight",
    "product_online",
    "special_price",
    "special_price_from_date",
    "special_price_to_date",
    "url_key",
    "base_image",
    "additional_images",
    "additional_attributes",
    "is_in_stock",
    "configurable_variations",
};

constexpr std::size_t sku_code_characters_max = 64;
constexpr std::size_t size_characters_max = 40;
constexpr std::size_t name_characters_max = 200;
constexpr std::size_t brand_characters_max = 100;
constexpr std::size_t category_characters_max = 100;
constexpr std::size_t description_characters_max = 20'000;
constexpr std::size_t feature_characters_max = 500;
constexpr std::size_t features_max = 50;
constexpr std::size_t image_characters_max = 500;
constexpr std::size_t images_max = 50;

using Checked = std::expected<void, std::string>;
using Amount = std::expected<std::int64_t, std::string>;

Checked check_length(std::string_view field, std::string_view text, std::size_t minimum, std::size_t maximum) {
    const auto length = utf8_length(text);
    if (!length) {
        return std::unexpected(fmt::format("{} {}", field, length.error()));
    }
    if (*length < minimum || *length > maximum) {
        return std::unexpected(
            fmt::format("{} must have {} to {} characters, but has {}", field, minimum, maximum, *length));
    }
    return {};
}

Amount read_decimal(const MagentoRow& row, Column column, int places) {
    const auto name = column_names[static_cast<std::size_t>(column)];
    const auto text = row.get(column);
    if (text.empty()) {
        return std::unexpected(fmt::format("{} is empty", name));
    }
    auto value = parse_decimal(text, places);
    if (!value) {
        return std::unexpected(fmt::format("{} {}", name, value.error()));
    }
    if (*value > amount_minor_max) {
        return std::unexpected(fmt::format("{} is too large: \"{:.40}\"", name, text));
    }
    return value;
}

std::optional<int> take_number(std::string_view& text) {
    int value = 0;
    std::size_t digits = 0;
    while (digits < text.size() && digits < 4 && text[digits] >= '0' && text[digits] <= '9') {
        value = value * 10 + (text[digits] - '0');
        ++digits;
    }
    text.remove_prefix(digits);
    return digits > 0 ? std::optional(value) : std::nullopt;
}

// "2017-01-31 ..." and "1/31/17, ...", the two ways Magento writes dates; the time of day is not looked at.
std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
    const bool american = text.find('/') < text.find('-');
    std::array<int, 3> numbers{};
    for (std::size_t index = 0; index < numbers.size(); ++index) {
        if (index > 0) {
            if (!text.starts_with(american ? '/' : '-')) {
                return std::nullopt;
            }
            text.remove_prefix(1);
        }
        const auto number = take_number(text);
        if (!number) {
            return std::nullopt;
        }
        numbers[index] = *number;
    }
    if (!text.empty() && text.front() != ' ' && text.front() != ',' && text.front() != 'T') {
        return std::nullopt;
    }
    const auto [year, month, day] =
        american ? std::array{numbers[2] < 100 ? numbers[2] + 2000 : numbers[2], numbers[0], numbers[1]} : numbers;
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    return date.ok() ? std::optional(date) : std::nullopt;
}

// Whether today lies in the dates of the special price; an empty date leaves that side open, both days belong to it.
std::expected<bool, std::string> special_in_force(const MagentoRow& row, const MagentoOptions& options) {
    bool in_force = true;
    for (const auto column : {Column::special_price_from_date, Column::special_price_to_date}) {
        const auto text = row.get(column);
        if (text.empty()) {
            continue;
        }
        const auto date = parse_date(text);
        if (!date) {
            return std::unexpected(fmt::format("{} must be a date such as 2017-01-31 or 1/31/17, but is \"{:.40}\"",
                                               column_names[static_cast<std::size_t>(column)], text));
        }
        const bool begins = column == Column::special_price_from_date;
        in_force = in_force && (begins ? *date <= options.today : options.today <= *date);
    }
    return in_force;
}

Checked read_prices(const MagentoRow& row, const MagentoOptions& options, ImportedSku& sku) {
    const auto price = read_decimal(row, Column::price, 2);
    if (!price) {
        return std::unexpected(price.error());
    }
    if (*price == 0) {
        return std::unexpected("price must be above 0");
    }
    sku.price_minor = *price;
    if (row.get(Column::special_price).empty()) {
        return {};
    }
    const auto special = read_decimal(row, Column::special_price, 2);
    if (!special) {
        return std::unexpected(special.error());
    }
    const auto in_force = special_in_force(row, options);
    if (!in_force) {
        return std::unexpected(in_force.error());
    }
    // Like Magento, a special price that is not lower is no special price.
    if (*in_force && *special > 0 && *special < *price) {
        sku.price_minor = *special;
        sku.original_price_minor = *price;
    }
    return {};
}

Checked read_stock(const MagentoRow& row, ImportedSku& sku) {
    const auto text = row.get(Column::qty);
    // Backorders take Magento's quantity below zero; there is nothing to sell then.
    const bool negative = text.starts_with('-');
    const auto stock = negative ? parse_decimal(text.substr(1), 4) : read_decimal(row, Column::qty, 0);
    if (!stock) {
        return std::unexpected(negative ? "qty " + stock.error() : stock.error());
    }
    if (*stock > 1'000'000'000) {
        return std::unexpected(fmt::format("qty is too large: \"{:.40}\"", text));
    }
    sku.stock = negative || row.get(Column::is_in_stock) == "0" ? 0 : *stock;
    return {};
}

std::expected<std::vector<std::string>, std::string> read_images(const MagentoRow& row) {
    std::vector<std::string> images;
    auto listed = split_list(row.get(Column::additional_images));
    listed.insert(listed.begin(), std::string(row.get(Column::base_image)));
    for (auto& image : listed) {
        // Magento's export writes no_selection where a picture was taken away.
        if (image.empty() || image == "no_selection" || std::ranges::find(images, image) != images.end()) {
            continue;
        }
        if (auto checked = check_length("image", image, 1, image_characters_max); !checked) {
            return std::unexpected(checked.error());
        }
        if (images.size() == images_max) {
            return std::unexpected(fmt::format("additional_images has more than {} images", images_max));
        }
        images.push_back(std::move(image));
    }
    return images;
}

bool is_yes(std::string_view value) {
    const auto small = lowered(value);
    return small == "yes" || small == "1" || small == "true";
}

Checked read_description(const MagentoRow& row, ImportedProduct& product) {
    auto parts = split_bullets(html_to_text(row.get(Column::description)));
    product.features = std::move(parts.bullets);
    product.description = std::move(parts.prose);
    if (product.description.empty()) {
        product.description = split_bullets(html_to_text(row.get(Column::short_description))).prose;
    }
    if (product.features.size() > features_max) {
        return std::unexpected(fmt::format("description has more than {} bulleted lines", features_max));
    }
    for (const auto& feature : product.features) {
        if (auto checked = check_length("a bulleted line of description", feature, 1, feature_characters_max);
            !checked) {
            return checked;
        }
    }
    return check_length("description", product.description, 0, description_characters_max);
}

Checked read_category(const MagentoRow& row, ImportedProduct& product) {
    auto path = choose_category(row.get(Column::categories));
    if (!path) {
        return std::unexpected(fmt::format(
            "categories holds no path of a category (expected such as Default Category/Men/Tops), but is \"{:.80}\"",
            row.get(Column::categories)));
    }
    product.category = html_to_line(path->category);
    product.subcategory = html_to_line(path->subcategory);
    if (auto checked = check_length("category", product.category, 1, category_characters_max); !checked) {
        return checked;
    }
    return check_length("subcategory", product.subcategory, 0, category_characters_max);
}

bool is_online(const MagentoRow& row) {
    const auto online = row.get(Column::product_online);
    return online.empty() || online == "1";
}

}  // namespace

std::expected<MagentoHeader, std::string> MagentoHeader::parse(const CsvRecord& record) {
    MagentoHeader header;
    header.positions_.fill(absent);
    header.width_ = record.fields.size();
    for (std::size_t position = 0; position < record.fields.size(); ++position) {
        const auto name = lowered(trimmed(record.fields[position]));
        const auto found = std::ranges::find(column_names, name);
        if (found == column_names.end()) {
            continue;
        }
        auto& place = header.positions_[static_cast<std::size_t>(found - column_names.begin())];
        if (place != absent) {
            return std::unexpected(fmt::format("column {} stands twice in the header", name));
        }
        place = position;
    }
    for (std::size_t column = 0; column < required_column_count; ++column) {
        if (header.positions_[column] == absent) {
            return std::unexpected(fmt::format(
                "column {} is missing from the header (is this Magento's product export?)", column_names[column]));
        }
    }
    return header;
}

std::string_view MagentoHeader::get(const CsvRecord& record, Column column) const {
    const auto position = positions_[static_cast<std::size_t>(column)];
    return position < record.fields.size() ? trimmed(record.fields[position]) : std::string_view{};
}

std::expected<void, std::string> MagentoHeader::check(const CsvRecord& record) const {
    if (record.fields.size() != width_) {
        return std::unexpected(
            fmt::format("the row has {} fields, but the header has {} columns", record.fields.size(), width_));
    }
    for (std::size_t column = 0; column < column_count; ++column) {
        if (const auto length = utf8_length(get(record, static_cast<Column>(column))); !length) {
            return std::unexpected(fmt::format("{} {}", column_names[column], length.error()));
        }
    }
    return {};
}

std::expected<void, std::string> check_sku_texts(std::string_view code, std::string_view size, std::string_view color) {
    auto checked = check_length("sku", code, 1, sku_code_characters_max);
    if (checked) {
        checked = check_length("size", size, 0, size_characters_max);
    }
    if (checked) {
        checked = check_length("color", color, 0, size_characters_max);
    }
    return checked;
}

std::expected<ImportedSku, std::string> read_sku(const MagentoRow& row, const MagentoOptions& options) {
    const auto attributes = parse_attributes(row.get(Column::additional_attributes));
    ImportedSku sku{.code = std::string(row.get(Column::sku)),
                    .size = find_attribute(attributes, {"size"}),
                    .color = find_attribute(attributes, {"color", "colour"}),
                    .is_active = is_online(row),
                    .line = row.record.line};
    auto checked = check_sku_texts(sku.code, sku.size, sku.color);
    if (checked) {
        checked = read_prices(row, options, sku);
    }
    if (checked) {
        checked = read_stock(row, sku);
    }
    if (!checked) {
        return std::unexpected(checked.error());
    }
    if (!row.get(Column::weight).empty()) {
        const auto weight = read_decimal(row, Column::weight, 3);
        if (!weight) {
            return std::unexpected(weight.error());
        }
        sku.weight_thousandths = *weight;
    }
    const auto images = read_images(row);
    if (!images) {
        return std::unexpected(images.error());
    }
    sku.image = images->empty() ? "" : images->front();
    return sku;
}

std::expected<ImportedProduct, std::string> read_product(const MagentoRow& row, const MagentoOptions& options) {
    const auto attributes = parse_attributes(row.get(Column::additional_attributes));
    ImportedProduct product{.key = std::string(row.get(Column::sku)),
                            .name = html_to_line(row.get(Column::name)),
                            .brand = html_to_line(find_attribute(attributes, {"brand", "manufacturer"})),
                            .line = row.record.line};
    if (product.brand.empty()) {
        product.brand = options.default_brand;
    }
    // "Erin recommends" is the Luma shop's own way to mark what its front page shows.
    product.is_featured = is_yes(find_attribute(attributes, {"featured", "is_featured", "erin_recommends"}));
    auto checked = check_sku_texts(product.key, "", "");
    if (checked) {
        checked = check_length("name", product.name, 1, name_characters_max);
    }
    if (checked) {
        checked = check_length("brand", product.brand, 1, brand_characters_max);
    }
    if (checked) {
        checked = read_description(row, product);
    }
    if (checked) {
        checked = read_category(row, product);
    }
    if (!checked) {
        return std::unexpected(checked.error());
    }
    auto images = read_images(row);
    if (!images) {
        return std::unexpected(images.error());
    }
    product.images = std::move(*images);
    const auto visible = read_visibility(row);
    if (!visible) {
        return std::unexpected(visible.error());
    }
    product.is_active = is_online(row) && *visible;
    product.slug = slug_from(row.get(Column::url_key));
    if (product.slug.empty()) {
        product.slug = slug_from(product.name);
    }
    return product;
}

std::expected<bool, std::string> read_visibility(const MagentoRow& row) {
    const auto visibility = lowered(row.get(Column::visibility));
    if (visibility == "not visible individually") {
        return false;
    }
    if (visibility == "catalog, search" || visibility == "catalog" || visibility == "search") {
        return true;
    }
    return std::unexpected(fmt::format(
        "visibility must be \"Catalog, Search\", \"Catalog\", \"Search\" or \"Not Visible Individually\", but is "
        "\"{:.40}\"",
        row.get(Column::visibility)));
}

}  // namespace marque::catalog::import
