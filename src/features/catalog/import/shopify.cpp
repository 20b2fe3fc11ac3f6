// Handles to products.
#include "features/catalog/import/shopify.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "features/catalog/import/html_text.h"
#include "features/catalog/import/slug_text.h"

namespace marque::catalog::import {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, lowered(name)) != words.end();
}

}  // namespace

std::expected<std::unique_ptr<ShopifyImport>, ImportError> ShopifyImport::open(TextStream& stream, TableOptions table) {
    auto opened = Table::open(stream, std::move(table), {"handle", "title", "variant sku", "variant price"});
    if (!opened) return std::unexpected(opened.error());
    return std::unique_ptr<ShopifyImport>{new ShopifyImport{std::move(*opened)}};
}

ShopifyImport::ShopifyImport(std::unique_ptr<Table> table) : table_(std::move(table)) {
    const auto find = [&](std::string_view name) { return table_->find(name); };
    handle_ = find("handle");
    title_ = find("title");
    body_ = find("body (html)");
    vendor_ = find("vendor");
    category_ = find("product category");
    type_ = find("type");
    published_ = find("published");
    status_ = find("status");
    sku_ = find("variant sku");
    price_ = find("variant price");
    compare_at_ = find("variant compare at price");
    stock_ = find("variant inventory qty");
    image_ = find("image src");
    variant_image_ = find("variant image");
    for (std::size_t i = 0; i < options_.size(); ++i) {
        options_[i] = {find(fmt::format("option{} name", i + 1)), find(fmt::format("option{} value", i + 1))};
    }
}

std::vector<std::string> ShopifyImport::notes() const {
    const auto unused = table_->unused();
    if (unused.empty()) return {};
    return {fmt::format("columns not used: {}", fmt::join(unused, ", "))};
}

RefusedRow ShopifyImport::refuse(const Fault& fault) const {
    std::string key{table_->get(sku_)};
    if (key.empty()) key = table_->get(handle_);
    return {.line = table_->line(),
            .key = utf8_length(key) ? key : "",
            .reason = fault.reason,
            .column = fault.column,
            .raw = table_->raw()};
}

std::expected<std::optional<ImportItem>, ImportError> ShopifyImport::next() {
    while (true) {
        if (waiting_) return std::exchange(waiting_, std::nullopt);
        if (ended_) return std::nullopt;
        const auto more = table_->next();
        if (!more) return std::unexpected(more.error());
        if (!*more) {
            ended_ = true;
            return finish_product();
        }
        ++counts_.rows;
        auto refused = add_row();
        if (!refused) continue;
        ++counts_.refused;
        if (!waiting_) return std::move(*refused);
        auto first = std::exchange(waiting_, std::nullopt);
        waiting_ = std::move(*refused);
        return first;
    }
}

std::optional<ImportItem> ShopifyImport::finish_product() {
    if (!current_) return std::nullopt;
    auto product = std::move(*current_);
    current_.reset();
    if (product.skus.empty()) return std::nullopt;
    if (auto fault = check_product(product)) {
        ++counts_.refused;
        return RefusedRow{product.line, product.key, fault->reason, fault->column, product.skus.front().raw};
    }
    ++counts_.products;
    counts_.skus += static_cast<long>(product.skus.size());
    return product;
}

std::optional<RefusedRow> ShopifyImport::add_row() {
    if (table_->fault()) return refuse({"", *table_->fault()});
    const std::string handle{table_->get(handle_)};
    if (handle.empty()) return refuse({"Handle", "is empty"});
    if (!current_ || current_->key != handle) {
        if (handle == refused_handle_) return refuse(refused_fault_);
        waiting_ = finish_product();
        if (auto fault = begin_product(handle)) {
            refused_handle_ = handle;
            refused_fault_ = *fault;
            return refuse(*fault);
        }
    }
    add_image();
    // A row of pictures only has no price and names no option.
    if (table_->get(price_).empty() && table_->get(sku_).empty()) return std::nullopt;
    auto sku = read_sku();
    if (!sku) return refuse(sku.error());
    const auto [seen, is_first] = lines_.try_emplace(std::hash<std::string>{}(sku->code), table_->line());
    if (!is_first) return refuse({"Variant SKU", fmt::format("stands on line {} already", seen->second)});
    const bool same = std::ranges::any_of(
        current_->skus, [&](const ImportedSku& other) { return other.size == sku->size && other.color == sku->color; });
    if (same) return refuse({"Option1 Value", "is the same as that of another variant of the product"});
    sku->raw = table_->raw();
    current_->skus.push_back(std::move(*sku));
    return std::nullopt;
}

std::optional<Fault> ShopifyImport::begin_product(const std::string& handle) {
    ImportedProduct product{.key = handle,
                            .slug = slug_from(handle),
                            .name = html_to_line(table_->get(title_)),
                            .brand = html_to_line(table_->get(vendor_)),
                            .line = table_->line()};
    auto parts = split_bullets(html_to_text(table_->get(body_)));
    product.description = std::move(parts.prose);
    product.features = std::move(parts.bullets);
    auto path = split_path(table_->get(category_));
    // Shopify's taxonomy begins with what every product of this shop is.
    while (path.size() > 1 && is_one_of(path.front(), {"apparel & accessories", "clothing"})) path.erase(path.begin());
    if (path.empty() && !table_->get(type_).empty()) path.emplace_back(table_->get(type_));
    if (path.empty()) return Fault{"Type", "is empty, and so is Product Category: nothing says what it is"};
    set_category(product, std::move(path));
    const auto published = parse_flag(table_->get(published_));
    const auto status = lowered(table_->get(status_));
    product.is_active = published.value_or(std::nullopt).value_or(true) && (status.empty() || status == "active");
    product.carried.flags = false;
    for (std::size_t i = 0; i < options_.size(); ++i) option_names_[i] = lowered(table_->get(options_[i].name));
    product.skus.clear();
    if (product.name.empty()) return Fault{"Title", "is empty in the first row of the product"};
    current_ = std::move(product);
    return std::nullopt;
}

void ShopifyImport::add_image() {
    for (const auto column : {image_, variant_image_}) {
        const std::string image{table_->get(column)};
        if (image.empty() || std::ranges::find(current_->images, image) != current_->images.end()) continue;
        current_->images.push_back(image);
    }
}

std::expected<ImportedSku, Fault> ShopifyImport::read_sku() {
    ImportedSku sku{.code = std::string{table_->get(sku_)},
                    .image = std::string{table_->get(variant_image_)},
                    .is_active = current_->is_active,
                    .line = table_->line()};
    if (sku.code.empty())
        return std::unexpected(Fault{"Variant SKU", "is empty; every variant needs a code of its own"});
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < options_.size(); ++i) {
        const std::string value{table_->get(options_[i].value)};
        if (value.empty() || is_one_of(value, {"default title"})) continue;
        if (is_one_of(option_names_[i], {"size", "размер", "größe", "taille"})) {
            sku.size = value;
        } else if (is_one_of(option_names_[i], {"color", "colour", "цвет", "farbe", "couleur"})) {
            sku.color = value;
        } else {
            rest.push_back(value);
        }
    }
    // What is neither size nor colour still tells two variants apart.
    for (const auto& value : rest) sku.size += (sku.size.empty() ? "" : " / ") + value;
    const auto price = parse_amount(table_->get(price_), table_->decimal_comma());
    if (!price) return std::unexpected(Fault{"Variant Price", price.error()});
    sku.price_minor = *price;
    if (const auto text = table_->get(compare_at_); !text.empty()) {
        const auto before = parse_amount(text, table_->decimal_comma());
        if (!before) return std::unexpected(Fault{"Variant Compare At Price", before.error()});
        if (*before > *price) sku.original_price_minor = *before;
    }
    auto stock = table_->get(stock_);
    sku.is_counted = !stock.empty();
    // Shopify counts below zero what was sold without being there.
    if (stock.starts_with('-')) stock = "0";
    if (sku.is_counted) {
        const auto pieces = parse_pieces(stock);
        if (!pieces) return std::unexpected(Fault{"Variant Inventory Qty", pieces.error()});
        sku.stock = *pieces;
    }
    if (auto fault = check_sku(sku)) return std::unexpected(std::move(*fault));
    return sku;
}

}  // namespace marque::catalog::import
