// Putting Saleor's rows together by their numbers.
#include "features/catalog/import/saleor.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/text.h"
#include "features/catalog/import/html_text.h"
#include "features/catalog/import/slug_text.h"

namespace marque::catalog::import {
namespace {

constexpr std::size_t held_bytes_max = std::size_t{256} << 20U;

/// What Saleor calls the tables that make a product; the rest of a fixture is another shop's furniture.
const std::set<std::string, std::less<>>& wanted_tables() {
    static const std::set<std::string, std::less<>> names{"product.category",
                                                          "product.producttype",
                                                          "product.product",
                                                          "product.productmedia",
                                                          "product.productvariant",
                                                          "product.productvariantchannellisting",
                                                          "channel.channel",
                                                          "product.productchannellisting",
                                                          "warehouse.stock",
                                                          "attribute.attribute",
                                                          "attribute.attributevalue",
                                                          "attribute.assignedproductattributevalue",
                                                          "attribute.assignedvariantattribute",
                                                          "attribute.assignedvariantattributevalue"};
    return names;
}

/// A description is a list of an editor's blocks; their texts are paragraphs.
std::string description_of(const json::Value& fields) {
    std::string html;
    const auto* description = fields.member("description");
    const auto* blocks = description == nullptr ? nullptr : description->member("blocks");
    if (blocks == nullptr || blocks->as<json::Array>() == nullptr) return text_at(fields, "description_plaintext");
    for (const auto& block : *blocks->as<json::Array>()) {
        if (const auto* data = block.member("data")) html += "<p>" + text_at(*data, "text") + "</p>";
    }
    return html_to_text(html);
}

}  // namespace

std::expected<std::optional<ImportItem>, ImportError> SaleorImport::next() {
    if (!read_) {
        read_ = true;
        if (auto error = read_all()) return std::unexpected(std::move(*error));
        assemble();
    }
    if (ready_.empty()) return std::nullopt;
    auto item = std::move(ready_.front());
    ready_.pop_front();
    return item;
}

std::vector<std::string> SaleorImport::notes() const {
    std::vector<std::string> notes;
    if (codeless_ > 0) {
        notes.push_back(fmt::format("{} variants have no SKU of their own; each got its product's slug", codeless_));
    }
    std::vector<std::string> names;
    for (const auto& [name, count] : ignored_) names.push_back(fmt::format("{} ({})", name, count));
    if (!names.empty()) notes.push_back(fmt::format("tables not used: {}", fmt::join(names, ", ")));
    return notes;
}

std::optional<ImportError> SaleorImport::read_all() {
    while (true) {
        auto piece = pieces_.next();
        if (!piece) return piece.error();
        if (!*piece) break;
        ++counts_.rows;
        auto value = json::parse((*piece)->text, {.string_bytes_max = 256 * 1024});
        if (!value) return ImportError{(*piece)->line, "is no JSON: " + value.error().message};
        const std::string model = text_at(*value, "model");
        const auto* fields = value->member("fields");
        if (model.empty() || fields == nullptr) {
            return ImportError{(*piece)->line, "has no model and fields; is this a Saleor fixture (populatedb.json)?"};
        }
        if (!wanted_tables().contains(model)) {
            ++ignored_[model];
            continue;
        }
        held_bytes_ += (*piece)->text.size();
        if (held_bytes_ > held_bytes_max) {
            return ImportError{(*piece)->line, "holds more than 256 MB of products; import it in parts"};
        }
        tables_[model].insert_or_assign(number_at(*value, "pk"), Row{(*piece)->line, *fields});
    }
    if (!tables_.contains("product.product")) return ImportError{0, "the file holds no products (product.product)"};
    return std::nullopt;
}

const SaleorImport::Rows& SaleorImport::table(const std::string& model) const {
    static const Rows none;
    const auto found = tables_.find(model);
    return found == tables_.end() ? none : found->second;
}

void SaleorImport::assemble() {
    for (const auto& [id, row] : table("product.product")) assemble_product(id, row);
    tables_.clear();
}

void SaleorImport::refuse(long line, std::string key, std::string reason, std::string column) {
    ++counts_.refused;
    ready_.emplace_back(RefusedRow{line, std::move(key), std::move(reason), std::move(column)});
}

std::vector<std::string> SaleorImport::path_of(std::int64_t category) const {
    std::vector<std::string> path;
    for (int depth = 0; category != 0 && depth < 8; ++depth) {
        const auto found = table("product.category").find(category);
        if (found == table("product.category").end()) break;
        path.insert(path.begin(), text_at(found->second.fields, "name"));
        category = number_at(found->second.fields, "parent");
    }
    return path;
}

std::pair<std::string, std::string> SaleorImport::attribute(std::int64_t value) const {
    const auto found = table("attribute.attributevalue").find(value);
    if (found == table("attribute.attributevalue").end()) return {};
    const auto owner = table("attribute.attribute").find(number_at(found->second.fields, "attribute"));
    if (owner == table("attribute.attribute").end()) return {};
    return {text_at(owner->second.fields, "slug"), text_at(found->second.fields, "name")};
}

std::multimap<std::string, std::string> SaleorImport::attributes_of(std::int64_t product) const {
    std::multimap<std::string, std::string> attributes;
    for (const auto& [id, row] : table("attribute.assignedproductattributevalue")) {
        if (number_at(row.fields, "product") == product) attributes.insert(attribute(number_at(row.fields, "value")));
    }
    return attributes;
}

std::multimap<std::string, std::string> SaleorImport::variant_attributes(std::int64_t variant) const {
    std::multimap<std::string, std::string> attributes;
    for (const auto& [id, row] : table("attribute.assignedvariantattributevalue")) {
        const auto assigned = table("attribute.assignedvariantattribute").find(number_at(row.fields, "assignment"));
        if (assigned == table("attribute.assignedvariantattribute").end()) continue;
        if (number_at(assigned->second.fields, "variant") != variant) continue;
        attributes.insert(attribute(number_at(row.fields, "value")));
    }
    return attributes;
}

void SaleorImport::assemble_product(std::int64_t id, const Row& row) {
    const auto& fields = row.fields;
    ImportedProduct product{.key = text_at(fields, "slug"),
                            .slug = slug_from(text_at(fields, "slug")),
                            .name = html_to_line(text_at(fields, "name")),
                            .description = description_of(fields),
                            .line = row.line};
    const auto type = table("product.producttype").find(number_at(fields, "product_type"));
    if (type == table("product.producttype").end()) return refuse(row.line, product.key, "has no product type");
    if (!flag_at(type->second.fields, "is_shipping_required", true)) {
        return refuse(row.line, product.key,
                      fmt::format("product type \"{}\" has nothing to ship, by its own setting is_shipping_required",
                                  text_at(type->second.fields, "name")));
    }
    set_category(product, path_of(number_at(fields, "category")));
    for (const auto& [name, value] : attributes_of(id)) {
        if (name == "brand") product.brand = value;
        if (name == "material") product.features.push_back(value);
    }
    std::map<std::int64_t, std::string> media;
    for (const auto& [number, picture] : table("product.productmedia")) {
        if (number_at(picture.fields, "product") != id || text_at(picture.fields, "image").empty()) continue;
        media.emplace(number_at(picture.fields, "sort_order") * 1'000'000 + number, text_at(picture.fields, "image"));
    }
    for (auto& [order, image] : media) product.images.push_back(std::move(image));
    bool is_published = false;
    for (const auto& [number, listing] : table("product.productchannellisting")) {
        const bool mine = number_at(listing.fields, "product") == id;
        is_published = is_published || (mine && flag_at(listing.fields, "is_published", false));
    }
    product.is_active = is_published;
    product.carried.flags = false;
    std::vector<std::pair<std::int64_t, const Row*>> variants;
    for (const auto& [number, variant] : table("product.productvariant")) {
        if (number_at(variant.fields, "product") == id) variants.emplace_back(number, &variant);
    }
    for (const auto& [number, variant] : variants) {
        auto sku = sku_of(number, *variant, product, variants.size() == 1);
        if (sku) product.skus.push_back(std::move(*sku));
    }
    if (product.skus.empty()) return refuse(row.line, product.key, "none of its variants could be imported");
    if (auto fault = check_product(product)) return refuse(row.line, product.key, fault->reason, fault->column);
    ++counts_.products;
    counts_.skus += static_cast<long>(product.skus.size());
    ready_.emplace_back(std::move(product));
}

std::optional<ImportedSku> SaleorImport::sku_of(std::int64_t id, const Row& row, const ImportedProduct& product,
                                                bool only_one) {
    ImportedSku sku{.code = text_at(row.fields, "sku"), .is_active = product.is_active, .line = row.line};
    if (sku.code.empty()) {
        ++codeless_;
        sku.code = only_one ? product.slug : fmt::format("{}-{}", product.slug, id);
    }
    for (const auto& [name, value] : variant_attributes(id)) {
        (name.find("color") != std::string::npos ? sku.color : sku.size) = value;
    }
    sku.is_counted = false;
    for (const auto& [number, stock] : table("warehouse.stock")) {
        if (number_at(stock.fields, "product_variant") != id) continue;
        sku.is_counted = true;
        sku.stock += std::max<std::int64_t>(
            number_at(stock.fields, "quantity") - number_at(stock.fields, "quantity_allocated"), 0);
    }
    auto fault = read_price(id, sku);
    if (!fault) fault = check_sku(sku);
    if (!fault) return sku;
    refuse(row.line, sku.code, fault->reason, fault->column);
    return std::nullopt;
}

std::optional<Fault> SaleorImport::read_price(std::int64_t variant, ImportedSku& sku) const {
    for (const auto& [number, listing] : table("product.productvariantchannellisting")) {
        if (number_at(listing.fields, "variant") != variant) continue;
        if (text_at(listing.fields, "currency") != currency_) continue;
        const auto amount = parse_amount(text_at(listing.fields, "price_amount"), false);
        if (!amount) return Fault{"price_amount", amount.error()};
        sku.price_minor = *amount;
        return std::nullopt;
    }
    return Fault{"price_amount", fmt::format("is missing: no channel sells it in {}", currency_)};
}

}  // namespace marque::catalog::import
