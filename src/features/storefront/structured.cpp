// JSON-LD is put together as a tree, so that nothing has to be escaped by hand.
#include "features/storefront/structured.h"

#include <fmt/format.h>

#include "features/storefront/view.h"
#include "json/write.h"

namespace marque::storefront {
namespace {

using json::Array;
using json::Object;
using json::Value;

constexpr std::string_view context_address = "https://schema.org";

Value text(std::string_view value) { return {std::string{value}}; }
Value number(std::string value) { return {json::Decimal{std::move(value)}}; }
Value object(Object members) { return {std::move(members)}; }

std::string written(Object members) {
    members.insert(members.begin(), {"@context", text(context_address)});
    std::string out;
    json::append_value(out, object(std::move(members)));
    return out;
}

/// Enough for any product; more would only make the page long.
constexpr std::size_t offers_max = 100;

}  // namespace

std::string breadcrumb_data(const std::vector<CrumbData>& crumbs) {
    Array items;
    for (std::size_t i = 0; i < crumbs.size(); ++i) {
        items.push_back(object({{"@type", text("ListItem")},
                                {"position", {static_cast<std::int64_t>(i + 1)}},
                                {"name", text(crumbs[i].name)},
                                {"item", text(crumbs[i].address)}}));
    }
    return written({{"@type", text("BreadcrumbList")}, {"itemListElement", {std::move(items)}}});
}

std::string product_data(const View& view, const catalog::ProductDetail& product, std::string_view canonical) {
    const auto& pages = view.site.pages();
    Array images;
    for (const auto image : product.images) images.push_back(text(pages.absolute(image)));
    if (images.empty() && product.image) images.push_back(text(pages.absolute(*product.image)));
    Array offers;
    for (const auto& sku : product.skus) {
        if (offers.size() == offers_max) break;
        offers.push_back(object(
            {{"@type", text("Offer")},
             {"sku", text(sku.sku_code)},
             {"url", text(canonical)},
             {"price", number(sku.price.to_text())},
             {"priceCurrency", text(product.currency)},
             {"availability", text(sku.in_stock ? "https://schema.org/InStock" : "https://schema.org/OutOfStock")}}));
    }
    Object members{{"@type", text("Product")},
                   {"name", text(product.name)},
                   {"description", text(product.description)},
                   {"productID", text(product.id.to_text())},
                   {"image", {std::move(images)}},
                   {"offers", {std::move(offers)}}};
    if (!product.brand.empty()) {
        members.emplace_back("brand", object({{"@type", text("Brand")}, {"name", text(product.brand)}}));
    }
    if (product.reviews_count > 0) {
        members.emplace_back("aggregateRating", object({{"@type", text("AggregateRating")},
                                                        {"ratingValue", number(fmt::format("{:.2f}", product.rating))},
                                                        {"reviewCount", {std::int64_t{product.reviews_count}}}}));
    }
    return written(std::move(members));
}

std::string site_data(const View& view) {
    const auto& pages = view.site.pages();
    const std::string own = fmt::format("market={}&lang={}", view.market.code.to_text(), view.context.language);
    return written(
        {{"@type", text("WebSite")},
         {"name", text("Marque")},
         {"url", text(pages.absolute("/?" + own))},
         {"inLanguage", text(view.language_tag())},
         {"potentialAction", object({{"@type", text("SearchAction")},
                                     {"target", text(pages.absolute("/search?" + own + "&q={search_term_string}"))},
                                     {"query-input", text("required name=search_term_string")}})}});
}

}  // namespace marque::storefront
