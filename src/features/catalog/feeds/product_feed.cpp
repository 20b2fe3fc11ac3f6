// Items are made of the product's own JSON, the same text that its page is made of: the two cannot disagree on a price.
#include "features/catalog/feeds/product_feed.h"

#include <fmt/format.h>

#include "core/check.h"
#include "core/xml.h"
#include "json/value.h"

namespace marque::catalog::feeds {
namespace {

constexpr std::size_t piece_bytes = 32 * 1024;
// Google's limits for these fields, in characters.
constexpr std::size_t title_max = 150;
constexpr std::size_t description_max = 5000;
constexpr std::size_t further_images_max = 10;

/// A member as the text that stands in the JSON: amounts keep their decimals; empty for null and where it is absent.
std::string text_of(const json::Value& object, std::string_view name) {
    const auto* member = object.member(name);
    if (member == nullptr) return {};
    if (const auto* text = member->as<std::string>()) return *text;
    if (const auto* decimal = member->as<json::Decimal>()) return decimal->text;
    if (const auto* number = member->as<std::int64_t>()) return std::to_string(*number);
    if (const auto* truth = member->as<bool>()) return *truth ? "true" : "false";
    return {};
}

const json::Array& list_of(const json::Value& object, std::string_view name) {
    static const json::Array none;
    const auto* member = object.member(name);
    const auto* list = member == nullptr ? nullptr : member->as<json::Array>();
    return list == nullptr ? none : *list;
}

void element(std::string& out, std::string_view name, std::string_view text) {
    if (text.empty()) return;
    out.append("<").append(name).append(">");
    append_xml(out, text);
    out.append("</").append(name).append(">");
}

/// What all items of one product share.
std::string shared_elements(const json::Value& product, const std::string& link, const Pages& pages) {
    std::string out;
    const auto description = text_of(product, "description");
    element(out, "g:description",
            shortened(description.empty() ? text_of(product, "name") : description, description_max));
    element(out, "g:link", link);
    std::size_t further = 0;
    const auto image = text_of(product, "image");
    for (const auto& each : list_of(product, "images")) {
        const auto* address = each.as<std::string>();
        if (address == nullptr || *address == image || further == further_images_max) continue;
        element(out, "g:additional_image_link", pages.absolute(*address));
        ++further;
    }
    element(out, "g:item_group_id", text_of(product, "slug"));
    element(out, "g:brand", text_of(product, "brand"));
    auto type = text_of(product, "category");
    if (const auto below = text_of(product, "subcategory"); !below.empty()) type += " > " + below;
    element(out, "g:product_type", type);
    element(out, "g:condition", "new");
    element(out, "g:identifier_exists", "no");
    return out;
}

}  // namespace

FeedWriter::FeedWriter(std::shared_ptr<const Snapshot> snapshot, const MarketInfo& market, Language language,
                       Pages pages)
    : snapshot_(std::move(snapshot)), market_(market), language_(std::move(language)), pages_(std::move(pages)) {}

bool FeedWriter::write(std::string& out) {
    if (!begun_) {
        begun_ = true;
        write_head(out);
    }
    const auto& products = snapshot_->products();
    while (next_ < products.size() && out.size() < piece_bytes) write_product(out, products[next_++]);
    if (next_ < products.size()) return true;
    out += "</channel>\n</rss>\n";
    return false;
}

void FeedWriter::write_head(std::string& out) const {
    out +=
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n<channel>\n";
    element(out, "title", market_.name);
    element(out, "link", pages_.absolute("/"));
    element(out, "description", fmt::format("Everything sold in {}, in {}", market_.name, market_.currency.to_text()));
    element(out, "language", language_tag(language_, market_.code));
    out += '\n';
}

void FeedWriter::write_product(std::string& out, const Snapshot::Product& entry) const {
    const auto product = json::parse(entry.detail_json[snapshot_->language_index(language_)]);
    check(product.has_value(), "a product's own JSON that cannot be read");
    const auto shared = shared_elements(*product, pages_.product(entry.slug, market_.code, language_), pages_);
    const std::string currency = " " + market_.currency.to_text();
    for (const auto& sku : list_of(*product, "skus")) {
        const auto size = text_of(sku, "size");
        const auto color = text_of(sku, "color");
        out += "<item>";
        element(out, "g:id", text_of(sku, "sku_code"));
        element(out, "g:title", shortened(fmt::format("{} {} {}", text_of(*product, "name"), color, size), title_max));
        const auto own_image = text_of(sku, "variant_image");
        element(out, "g:image_link", pages_.absolute(own_image.empty() ? text_of(*product, "image") : own_image));
        const auto price = text_of(sku, "price");
        const auto original = text_of(sku, "original_price");
        element(out, "g:price", (original.empty() ? price : original) + currency);
        if (!original.empty()) element(out, "g:sale_price", price + currency);
        element(out, "g:availability", text_of(sku, "in_stock") == "true" ? "in_stock" : "out_of_stock");
        element(out, "g:size", size);
        element(out, "g:color", color);
        out += shared;
        out += "</item>\n";
    }
}

}  // namespace marque::catalog::feeds
