// What the columns hold is what csv_products.cpp and json_products.cpp of the import read.
#include "features/catalog/exporting/products.h"

#include <algorithm>
#include <map>

#include "core/check.h"
#include "features/catalog/bulk_queries.h"
#include "features/catalog/import/checks.h"
#include "features/catalog/import/json_text.h"

namespace marque::catalog::exporting {
namespace {

using import::join_path;
using import::join_pieces;
using import::text_at;
using import::texts_at;

/// A category by its owner and number.
using CategoryKey = std::pair<std::string, std::int64_t>;

/// The whole tree: some hundred rows even in a large shop.
class Tree {
public:
    explicit Tree(db::AdminConnection& connection) {
        for (auto& row : connection.rows(bulk_sql.categories)) {
            const CategoryKey key{row.market, row.id};
            nodes_.emplace(key, std::move(row));
        }
        for (auto& row : connection.rows(sql.category_texts)) {
            texts_.emplace(std::pair{CategoryKey{std::move(row.market), row.category_id}, row.language},
                           std::move(row.name));
        }
    }

    /// From the top down to the product's deepest category.
    [[nodiscard]] std::vector<const VisibleCategoryRow*> path_of(const ProductRow& product) const {
        std::vector<const VisibleCategoryRow*> path;
        std::optional<std::int64_t> id = product.subcategory_id.value_or(product.category_id);
        while (id && path.size() < levels_max) {
            const auto found = nodes_.find({product.category_market, *id});
            if (found == nodes_.end()) break;
            path.insert(path.begin(), &found->second);
            id = found->second.parent_id;
        }
        return path;
    }

    /// Names in a language, our own where a level has none; nothing where no level has one.
    [[nodiscard]] std::vector<std::string> names(const std::vector<const VisibleCategoryRow*>& path,
                                                 const std::string& language) const {
        std::vector<std::string> names;
        bool any = false;
        for (const auto* node : path) {
            const auto found = texts_.find({{node->market, node->id}, language});
            any = any || found != texts_.end();
            names.push_back(found == texts_.end() ? node->name : found->second);
        }
        return any ? names : std::vector<std::string>{};
    }

private:
    static constexpr std::size_t levels_max = 50;
    std::map<CategoryKey, VisibleCategoryRow> nodes_;
    std::map<std::pair<CategoryKey, std::string>, std::string> texts_;
};

/// The main picture is the first of a file's pictures.
std::vector<std::string> pictures_of(ProductRow& row) {
    auto pictures = std::move(row.images);
    if (!row.image) return pictures;
    const auto found = std::ranges::find(pictures, *row.image);
    if (found == pictures.end()) {
        pictures.insert(pictures.begin(), *row.image);
    } else {
        std::rotate(pictures.begin(), found, found + 1);
    }
    return pictures;
}

json::Value parsed(const db::JsonText& text) {
    auto value = json::parse(text.text, {.values_max = 1'000'000, .string_bytes_max = std::size_t{16} << 20U});
    check(value.has_value(), "PostgreSQL makes JSON that can be read");
    return std::move(*value);
}

std::optional<std::string> amount_at(const json::Value& value, std::string_view name) {
    const auto* member = value.member(name);
    const auto* number = member == nullptr ? nullptr : member->as<std::int64_t>();
    return number == nullptr ? std::nullopt : std::optional{amount_text(*number)};
}

std::optional<std::string> moment_at(const json::Value& value, std::string_view name) {
    const auto text = text_at(value, name);
    if (text.empty()) return std::nullopt;
    const auto moment = Timestamp::parse(text);
    check(moment.has_value(), "PostgreSQL's times can be read");
    return moment->to_text();
}

class Products {
public:
    Products(db::AdminConnection& connection, FileFormat format, Writer& writer)
        : tree_(connection), languages_(connection.rows(sql.languages)), format_(format), writer_(writer) {
        if (format_ == FileFormat::csv) write_header();
    }

    void put(ProductRow row) {
        const auto skus = parsed(row.skus);
        if (skus.as<json::Array>()->empty()) {
            ++counts.left_out;
        } else if (format_ == FileFormat::csv) {
            put_cells(std::move(row), *skus.as<json::Array>());
        } else {
            put_json(std::move(row), *skus.as<json::Array>());
        }
    }

    ExportCounts counts;

private:
    void write_header() {
        std::vector<std::string> names{
            "sku",    "product",  "slug",  "name",      "brand",      "category",       "category_slug", "description",
            "images", "size",     "color", "image",     "active",     "product_active", "featured",      "best_seller",
            "price",  "original", "sale",  "sale_from", "sale_until", "stock"};
        for (const auto& language : languages_) {
            for (const auto* family : {"name_", "description_", "features_", "category_"}) {
                names.push_back(family + language);
            }
        }
        if (languages_.empty()) names.emplace_back("features");
        writer_.cells(names);
    }

    void put_cells(ProductRow row, const json::Array& skus) {
        const auto path = tree_.path_of(row);
        std::vector<std::string> names, slugs;
        for (const auto* node : path) {
            names.push_back(node->name);
            slugs.push_back(node->slug);
        }
        const std::string category = join_path(names);
        const std::string category_slugs = join_path(slugs);
        const std::string pictures = join_pieces(pictures_of(row));
        const auto texts = parsed(row.texts);
        const auto features = parsed(row.features);
        std::vector<std::string> translated;
        for (const auto& language : languages_) {
            const auto* text = texts.member(language);
            translated.push_back(text == nullptr ? "" : text_at(*text, "name"));
            translated.push_back(text == nullptr ? "" : text_at(*text, "description"));
            translated.push_back(join_pieces(texts_at(features, language)));
            translated.push_back(join_path(tree_.names(path, language)));
        }
        if (languages_.empty()) translated.emplace_back();
        const auto flag = [](bool set) { return std::string{set ? "yes" : "no"}; };
        for (const auto& sku : skus) {
            std::vector<std::string> cells{text_at(sku, "sku"),
                                           row.key,
                                           row.slug,
                                           row.name,
                                           row.brand,
                                           category,
                                           category_slugs,
                                           row.description,
                                           pictures,
                                           text_at(sku, "size"),
                                           text_at(sku, "color"),
                                           text_at(sku, "image"),
                                           flag(import::flag_at(sku, "active", true)),
                                           flag(row.is_active),
                                           flag(row.is_featured),
                                           flag(row.is_best_seller),
                                           amount_at(sku, "price").value_or(""),
                                           amount_at(sku, "original").value_or(""),
                                           amount_at(sku, "sale").value_or(""),
                                           moment_at(sku, "sale_from").value_or(""),
                                           moment_at(sku, "sale_until").value_or(""),
                                           text_at(sku, "stock")};
            cells.insert(cells.end(), translated.begin(), translated.end());
            writer_.cells(cells);
            ++counts.rows;
        }
    }

    void put_json(ProductRow row, const json::Array& skus) {
        const auto path = tree_.path_of(row);
        std::vector<std::string> names, slugs;
        for (const auto* node : path) {
            names.push_back(node->name);
            slugs.push_back(node->slug);
        }
        JsonLine translated;
        for (const auto& language : languages_) {
            if (const auto levels = tree_.names(path, language); !levels.empty()) translated.texts(language, levels);
        }
        std::string list;
        for (const auto& sku : skus) {
            JsonLine line;
            line.text("sku", text_at(sku, "sku"));
            line.text("size", text_at(sku, "size"));
            line.text("color", text_at(sku, "color"));
            if (import::has(sku, "image")) line.text("image", text_at(sku, "image"));
            line.flag("is_active", import::flag_at(sku, "active", true));
            for (const auto* name : {"price", "original", "sale"}) line.text_if(name, amount_at(sku, name));
            for (const auto* name : {"sale_from", "sale_until"}) line.text_if(name, moment_at(sku, name));
            if (import::has(sku, "stock")) line.number("stock", import::number_at(sku, "stock"));
            list += (list.empty() ? "[" : ",") + line.finish();
        }
        JsonLine line;
        line.text("key", row.key);
        line.text("slug", row.slug);
        line.text("name", row.name);
        line.text("brand", row.brand);
        line.text("description", row.description);
        line.texts("category", names);
        line.texts("category_slug", slugs);
        line.raw("category_texts", translated.finish());
        line.raw("texts", row.texts.text);
        line.raw("features", row.features.text);
        line.texts("images", pictures_of(row));
        line.flag("is_active", row.is_active);
        line.flag("is_featured", row.is_featured);
        line.flag("is_best_seller", row.is_best_seller);
        line.raw("skus", list + "]");
        writer_.line(line.finish());
        ++counts.rows;
    }

    Tree tree_;
    std::vector<std::string> languages_;
    FileFormat format_;
    Writer& writer_;
};

}  // namespace

ExportCounts write_products(db::AdminConnection& connection, FileFormat format, Writer& writer) {
    Products products{connection, format, writer};
    connection.stream<ProductRow>(sql.products, [&](ProductRow row) { products.put(std::move(row)); });
    return products.counts;
}

}  // namespace marque::catalog::exporting
