// Rows to products.
#include "features/catalog/import/csv_products.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "features/catalog/import/slug_text.h"

namespace marque::catalog::import {

std::expected<std::unique_ptr<CsvProducts>, ImportError> CsvProducts::open(TextStream& stream, TableOptions table,
                                                                           CsvProductsOptions options) {
    auto opened = Table::open(stream, std::move(table), {"sku", "name", "category"});
    if (!opened) return std::unexpected(opened.error());
    return std::unique_ptr<CsvProducts>{new CsvProducts{std::move(*opened), std::move(options)}};
}

CsvProducts::CsvProducts(std::unique_ptr<Table> table, CsvProductsOptions options)
    : table_(std::move(table)), options_(std::move(options)) {
    const auto find = [&](std::string_view name) { return table_->find(name); };
    columns_ = {.sku = find("sku"),
                .product = find("product"),
                .slug = find("slug"),
                .name = find("name"),
                .brand = find("brand"),
                .category = find("category"),
                .subcategory = find("subcategory"),
                .category_3 = find("category_3"),
                .category_slug = find("category_slug"),
                .description = find("description"),
                .features = find("features"),
                .images = find("images"),
                .size = find("size"),
                .color = find("color"),
                .image = find("image"),
                .active = find("active"),
                .product_active = find("product_active"),
                .featured = find("featured"),
                .best_seller = find("best_seller"),
                .price = find("price"),
                .original = find("original"),
                .sale = find("sale"),
                .sale_from = find("sale_from"),
                .sale_until = find("sale_until"),
                .stock = find("stock"),
                .names = table_->find_family("name_"),
                .descriptions = table_->find_family("description_"),
                .feature_lists = table_->find_family("features_"),
                .categories = table_->find_family("category_")};
}

std::vector<std::string> CsvProducts::notes() const {
    std::vector<std::string> notes;
    if (const auto unused = table_->unused(); !unused.empty()) {
        notes.push_back(fmt::format("columns not used: {}", fmt::join(unused, ", ")));
    }
    if (!repaired_.empty()) {
        notes.push_back(fmt::format("rows with commas outside quotes, joined into the last column: lines {}",
                                    fmt::join(repaired_, ", ")));
    }
    return notes;
}

std::expected<std::optional<ImportItem>, ImportError> CsvProducts::next() {
    if (waiting_) return std::exchange(waiting_, std::nullopt);
    while (!ended_) {
        const auto more = table_->next();
        if (!more) return std::unexpected(more.error());
        if (!*more) {
            ended_ = true;
            break;
        }
        ++counts_.rows;
        // add_row() moves a finished product to waiting_ when the row begins another one.
        if (auto refused = add_row()) {
            ++counts_.refused;
            if (!waiting_) return std::move(*refused);
            auto first = std::exchange(waiting_, std::nullopt);
            waiting_ = std::move(*refused);
            return first;
        }
        if (waiting_) return std::exchange(waiting_, std::nullopt);
    }
    if (current_) return emit();
    return std::nullopt;
}

ImportItem CsvProducts::emit() {
    ++counts_.products;
    counts_.skus += static_cast<long>(current_->skus.size());
    ImportItem item = std::move(*current_);
    current_.reset();
    return item;
}

RefusedRow CsvProducts::refuse(std::string reason, std::string column) {
    return {.line = table_->line(),
            .key = std::string{table_->get(columns_.sku)},
            .reason = std::move(reason),
            .column = std::move(column),
            .raw = table_->raw()};
}

std::optional<RefusedRow> CsvProducts::add_row() {
    if (table_->fault()) {
        RefusedRow row{
            .line = table_->line(), .key = "", .reason = *table_->fault(), .column = "", .raw = table_->raw()};
        // The sku stands before the trouble more often than not, and finds the row better than its line.
        if (const auto key = table_->get(columns_.sku); utf8_length(key)) row.key = key;
        return row;
    }
    if (table_->repaired()) {
        ++counts_.repaired;
        if (repaired_.size() < 100) repaired_.push_back(table_->line());
    }
    auto sku = read_sku();
    if (!sku) return refuse(sku.error().reason, sku.error().column);
    const auto [seen, first] = lines_.try_emplace(std::hash<std::string>{}(sku->code), table_->line());
    if (!first) return refuse(fmt::format("stands on line {} already", seen->second), "sku");
    auto key = table_->get(columns_.product);
    if (key.empty()) key = table_->get(columns_.slug);
    if (key.empty()) key = table_->get(columns_.sku);
    if (!current_ || current_->key != key) {
        auto product = read_product(std::string{key});
        if (current_) waiting_ = emit();
        if (!product) {
            lines_.erase(std::hash<std::string>{}(sku->code));
            return refuse(product.error().reason, product.error().column);
        }
        current_ = std::move(*product);
    }
    const bool same = std::ranges::any_of(
        current_->skus, [&](const ImportedSku& other) { return other.size == sku->size && other.color == sku->color; });
    if (same) {
        return refuse(fmt::format("the product has another SKU of size \"{}\" and color \"{}\"", sku->size, sku->color),
                      "size");
    }
    sku->raw = table_->raw();
    current_->skus.push_back(std::move(*sku));
    return std::nullopt;
}

std::expected<ImportedSku, Fault> CsvProducts::read_sku() {
    ImportedSku sku{.code = std::string{table_->get(columns_.sku)},
                    .size = std::string{table_->get(columns_.size)},
                    .color = std::string{table_->get(columns_.color)},
                    .image = std::string{table_->get(columns_.image)},
                    .line = table_->line()};
    const auto active = parse_flag(table_->get(columns_.active));
    if (!active) return std::unexpected(Fault{"active", active.error()});
    sku.is_active = active->value_or(true);
    if (auto fault = read_offer(sku)) return std::unexpected(std::move(*fault));
    if (auto fault = check_sku(sku)) return std::unexpected(std::move(*fault));
    return sku;
}

std::optional<Fault> CsvProducts::read_offer(ImportedSku& sku) {
    const auto amount = [&](Column column, std::string_view name,
                            std::optional<std::int64_t>& out) -> std::optional<Fault> {
        const auto text = table_->get(column);
        if (text.empty()) return std::nullopt;
        const auto read = parse_amount(text, table_->decimal_comma());
        if (!read) return Fault{std::string{name}, read.error()};
        out = *read;
        return std::nullopt;
    };
    const auto moment = [&](Column column, std::string_view name,
                            std::optional<Timestamp>& out) -> std::optional<Fault> {
        const auto read = parse_moment(table_->get(column));
        if (!read) return Fault{std::string{name}, read.error()};
        out = *read;
        return std::nullopt;
    };
    std::optional<std::int64_t> price;
    if (auto fault = amount(columns_.price, "price", price)) return fault;
    if (auto fault = amount(columns_.original, "original", sku.original_price_minor)) return fault;
    if (auto fault = amount(columns_.sale, "sale", sku.sale_minor)) return fault;
    if (auto fault = moment(columns_.sale_from, "sale_from", sku.sale_from)) return fault;
    if (auto fault = moment(columns_.sale_until, "sale_until", sku.sale_until)) return fault;
    sku.is_priced = price.has_value();
    sku.price_minor = price.value_or(0);
    const auto stock = table_->get(columns_.stock);
    sku.is_counted = !stock.empty();
    if (!sku.is_counted) return std::nullopt;
    const auto pieces = parse_pieces(stock);
    if (!pieces) return Fault{"stock", pieces.error()};
    sku.stock = *pieces;
    return std::nullopt;
}

std::expected<ImportedProduct, Fault> CsvProducts::read_product(const std::string& key) {
    ImportedProduct product{.key = key,
                            .slug = std::string{table_->get(columns_.slug)},
                            .name = std::string{table_->get(columns_.name)},
                            .brand = std::string{table_->get(columns_.brand)},
                            .description = std::string{table_->get(columns_.description)},
                            .features = split_pieces(table_->get(columns_.features)),
                            .images = split_pieces(table_->get(columns_.images)),
                            .line = table_->line()};
    if (product.slug.empty()) product.slug = slug_for(product.name, key);
    auto path = split_path(table_->get(columns_.category));
    for (const auto column : {columns_.subcategory, columns_.category_3}) {
        if (const auto level = table_->get(column); !level.empty()) path.emplace_back(level);
    }
    set_category(product, std::move(path));
    product.category_slugs = split_path(table_->get(columns_.category_slug));
    product.carried = {.description = columns_.description.has_value(),
                       .features = columns_.features.has_value() || !columns_.feature_lists.empty(),
                       .images = columns_.images.has_value(),
                       .flags = columns_.featured.has_value(),
                       .active = columns_.product_active.has_value() || columns_.active.has_value()};
    struct Flag {
        Column column;
        std::string_view name;
        bool& out;
    };
    for (const auto& [column, name, out] : {Flag{columns_.product_active, "product_active", product.is_active},
                                            Flag{columns_.featured, "featured", product.is_featured},
                                            Flag{columns_.best_seller, "best_seller", product.is_best_seller}}) {
        const auto flag = parse_flag(table_->get(column));
        if (!flag) return std::unexpected(Fault{std::string{name}, flag.error()});
        out = flag->value_or(out);
    }
    read_texts(product);
    if (auto fault = check_product(product)) return std::unexpected(std::move(*fault));
    return product;
}

void CsvProducts::read_texts(ImportedProduct& product) {
    const auto in_language = [&](const Family& family, const std::string& language) -> std::string_view {
        const auto found = std::ranges::find(family, language, &std::pair<std::string, std::size_t>::first);
        return found == family.end() ? std::string_view{} : table_->get(found->second);
    };
    for (const auto& [language, column] : columns_.names) {
        const auto name = table_->get(column);
        if (name.empty()) continue;
        product.texts.push_back(
            {language, std::string{name}, std::string{in_language(columns_.descriptions, language)}});
    }
    for (const auto& [language, column] : columns_.feature_lists) {
        for (auto& piece : split_pieces(table_->get(column)))
            product.feature_texts.emplace_back(language, std::move(piece));
    }
    for (const auto& [language, column] : columns_.categories) {
        if (auto path = split_path(table_->get(column)); !path.empty()) {
            product.category_texts.emplace_back(language, std::move(path));
        }
    }
}

}  // namespace marque::catalog::import
