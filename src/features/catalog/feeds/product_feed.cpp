// Items are made of the same record that the product's page is made of: the two cannot disagree on a price.
#include "features/catalog/feeds/product_feed.h"

#include <fmt/format.h>

#include "core/xml.h"
#include "features/catalog/digest.h"
#include "features/catalog/present.h"

namespace marque::catalog::feeds {
namespace {

constexpr std::size_t piece_bytes = 32 * 1024;
// Google's limits for these fields, in characters.
constexpr std::size_t title_max = 150;
constexpr std::size_t description_max = 5000;
constexpr std::size_t further_images_max = 10;

void element(std::string& out, std::string_view name, std::string_view text) {
    if (text.empty()) return;
    out.append("<").append(name).append(">");
    append_xml(out, text);
    out.append("</").append(name).append(">");
}

/// What all items of one product share.
std::string shared_elements(const ProductDetail& product, const Shelves& shelves, std::size_t language,
                            const std::string& link, const Pages& pages) {
    std::string out;
    element(out, "g:description",
            shortened(product.description.empty() ? product.name : product.description, description_max));
    element(out, "g:link", link);
    std::size_t further = 0;
    for (const auto image : product.images) {
        if (image == product.image || further == further_images_max) continue;
        element(out, "g:additional_image_link", pages.absolute(image));
        ++further;
    }
    element(out, "g:item_group_id", product.slug);
    element(out, "g:brand", product.brand);
    std::string type;
    for (const auto slug : product.category_path) {
        const auto number = shelves.categories.find(std::string{slug});
        if (!type.empty()) type += " > ";
        type += shelves.categories.all[static_cast<std::size_t>(number)].names[language];
    }
    element(out, "g:product_type", type);
    element(out, "g:condition", "new");
    element(out, "g:identifier_exists", "no");
    return out;
}

/// A size or colour as it is called in a language.
std::string_view name_of(const Attributes& attributes, std::string_view value, std::size_t language) {
    const auto found = attributes.find(value);
    return found == attributes.end() ? value : std::string_view{found->second.names[language]};
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
    const auto& slots = snapshot_->sorted(Sort::newest);
    while (next_ < slots.size() && out.size() < piece_bytes) write_product(out, snapshot_->product(slots[next_++]));
    if (next_ < slots.size()) return true;
    out += "</channel>\n</rss>\n";
    return false;
}

std::string FeedWriter::content_name() const {
    std::string name =
        fmt::format("feed {} {} {}\n{}\n{}\n{}", market_.code.to_text(), language_, market_.currency.to_text(),
                    market_.name, pages_.name(), digest_of(snapshot_->shelves()));
    for (const Slot slot : snapshot_->sorted(Sort::newest)) append_digest(name, snapshot_->product(slot).digest);
    return name;
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

void FeedWriter::write_product(std::string& out, const Product& entry) const {
    const auto& shelves = snapshot_->shelves();
    const auto language = snapshot_->language_index(language_);
    const auto product = detail_of(entry, shelves, snapshot_->vocabulary(), language);
    const auto link = pages_.product(product.slug, market_.code, language_);
    const auto shared = shared_elements(product, shelves, language, link, pages_);
    const std::string currency = " " + market_.currency.to_text();
    for (const auto& sku : skus_of(entry, shelves, snapshot_->vocabulary())) {
        const auto size = name_of(shelves.sizes, sku.size, language);
        const auto color = name_of(shelves.colors, sku.color, language);
        out += "<item>";
        element(out, "g:id", sku.sku_code);
        element(out, "g:title", shortened(fmt::format("{} {} {}", product.name, color, size), title_max));
        const auto image = sku.variant_image ? sku.variant_image : product.image;
        if (image) element(out, "g:image_link", pages_.absolute(*image));
        element(out, "g:price", sku.original_price.value_or(sku.price).to_text() + currency);
        if (sku.original_price) element(out, "g:sale_price", sku.price.to_text() + currency);
        element(out, "g:availability", sku.in_stock ? "in_stock" : "out_of_stock");
        element(out, "g:size", size);
        element(out, "g:color", color);
        out += shared;
        out += "</item>\n";
    }
}

}  // namespace marque::catalog::feeds
