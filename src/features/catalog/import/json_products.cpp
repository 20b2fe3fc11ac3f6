// Objects to products.
#include "features/catalog/import/json_products.h"

#include <fmt/format.h>

#include <algorithm>

namespace marque::catalog::import {
namespace {

std::optional<Fault> read_amount(const json::Value& value, std::string_view name, std::optional<std::int64_t>& out) {
    const auto text = text_at(value, name);
    if (text.empty()) return std::nullopt;
    const auto amount = parse_amount(text, false);
    if (!amount) return Fault{std::string{name}, amount.error()};
    out = *amount;
    return std::nullopt;
}

void read_texts(const json::Value& value, ImportedProduct& product) {
    if (const auto* texts = value.member("texts"); texts != nullptr && texts->as<json::Object>() != nullptr) {
        for (const auto& [language, text] : *texts->as<json::Object>()) {
            product.texts.push_back({language, text_at(text, "name"), text_at(text, "description")});
        }
    }
    if (const auto* lists = value.member("features"); lists != nullptr && lists->as<json::Object>() != nullptr) {
        for (const auto& [language, list] : *lists->as<json::Object>()) {
            for (auto& feature : texts_at(*lists, language)) product.feature_texts.emplace_back(language, feature);
        }
    } else {
        product.features = texts_at(value, "features");
    }
    if (const auto* paths = value.member("category_texts"); paths != nullptr && paths->as<json::Object>() != nullptr) {
        for (const auto& [language, path] : *paths->as<json::Object>()) {
            product.category_texts.emplace_back(language, texts_at(*paths, language));
        }
    }
}

}  // namespace

std::expected<std::optional<ImportItem>, ImportError> JsonProducts::next() {
    auto piece = pieces_.next();
    if (!piece) return std::unexpected(piece.error());
    if (!*piece) return std::nullopt;
    ++counts_.rows;
    const auto& [line, text] = **piece;
    const auto value = json::parse(text, {.values_max = 100'000, .string_bytes_max = 256 * 1024});
    auto product = value ? read(*value, line) : std::unexpected(Fault{"", "is no JSON: " + value.error().message});
    if (!product) {
        ++counts_.refused;
        return RefusedRow{.line = line,
                          .key = value ? text_at(*value, "slug") : "",
                          .reason = product.error().reason,
                          .column = product.error().column,
                          .raw = text + "\n"};
    }
    ++counts_.products;
    counts_.skus += static_cast<long>(product->skus.size());
    if (!product->skus.empty()) product->skus.front().raw = text + "\n";
    return std::move(*product);
}

std::expected<ImportedProduct, Fault> JsonProducts::read(const json::Value& value, long line) {
    ImportedProduct product{.slug = text_at(value, "slug"),
                            .name = text_at(value, "name"),
                            .brand = text_at(value, "brand"),
                            .description = text_at(value, "description"),
                            .images = texts_at(value, "images"),
                            .is_featured = flag_at(value, "is_featured", false),
                            .is_active = flag_at(value, "is_active", true),
                            .line = line,
                            .is_best_seller = flag_at(value, "is_best_seller", false)};
    const auto* skus = value.member("skus");
    if (skus == nullptr || skus->as<json::Array>() == nullptr || skus->as<json::Array>()->empty()) {
        return std::unexpected(Fault{"skus", "must be a list of at least one SKU"});
    }
    for (const auto& element : *skus->as<json::Array>()) {
        auto sku = read_sku(element, line);
        if (!sku) return std::unexpected(sku.error());
        const bool same = std::ranges::any_of(product.skus, [&](const ImportedSku& other) {
            return other.size == sku->size && other.color == sku->color;
        });
        if (same) return std::unexpected(Fault{"skus", "has two of the same size and color"});
        product.skus.push_back(std::move(*sku));
    }
    product.key = text_at(value, "key");
    if (product.key.empty()) product.key = product.slug.empty() ? product.skus.front().code : product.slug;
    if (product.slug.empty()) product.slug = slug_for(product.name, product.key);
    auto path = texts_at(value, "category");
    // A path may be one text, as in CSV.
    const auto* category = value.member("category");
    if (category != nullptr && category->as<json::Array>() == nullptr && !path.empty()) path = split_path(path.front());
    set_category(product, std::move(path));
    product.category_slugs = texts_at(value, "category_slug");
    product.carried = {.description = has(value, "description"),
                       .features = has(value, "features"),
                       .images = has(value, "images"),
                       .flags = has(value, "is_featured"),
                       .active = has(value, "is_active")};
    read_texts(value, product);
    if (auto fault = check_product(product)) return std::unexpected(std::move(*fault));
    for (const auto& sku : product.skus) {
        const auto [seen, is_first] = lines_.try_emplace(std::hash<std::string>{}(sku.code), line);
        if (!is_first)
            return std::unexpected(Fault{"sku", fmt::format("{} stands on line {} already", sku.code, seen->second)});
    }
    return product;
}

std::expected<ImportedSku, Fault> JsonProducts::read_sku(const json::Value& value, long line) {
    ImportedSku sku{.code = text_at(value, "sku"),
                    .size = text_at(value, "size"),
                    .color = text_at(value, "color"),
                    .image = text_at(value, "image"),
                    .is_active = flag_at(value, "is_active", true),
                    .line = line};
    std::optional<std::int64_t> price;
    if (auto fault = read_amount(value, "price", price)) return std::unexpected(std::move(*fault));
    if (auto fault = read_amount(value, "original", sku.original_price_minor))
        return std::unexpected(std::move(*fault));
    if (auto fault = read_amount(value, "sale", sku.sale_minor)) return std::unexpected(std::move(*fault));
    sku.is_priced = price.has_value();
    sku.price_minor = price.value_or(0);
    const auto from = parse_moment(text_at(value, "sale_from"));
    if (!from) return std::unexpected(Fault{"sale_from", from.error()});
    const auto until = parse_moment(text_at(value, "sale_until"));
    if (!until) return std::unexpected(Fault{"sale_until", until.error()});
    sku.sale_from = *from;
    sku.sale_until = *until;
    sku.is_counted = has(value, "stock");
    if (sku.is_counted) {
        const auto pieces = parse_pieces(text_at(value, "stock"));
        if (!pieces) return std::unexpected(Fault{"stock", pieces.error()});
        sku.stock = *pieces;
    }
    if (auto fault = check_sku(sku)) return std::unexpected(std::move(*fault));
    return sku;
}

}  // namespace marque::catalog::import
