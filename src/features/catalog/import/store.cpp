// From imported products to the catalogue's writer.
#include "features/catalog/import/store.h"

#include <algorithm>
#include <set>

#include "features/catalog/import/slug_text.h"
#include "features/catalog/writer.h"

namespace marque::catalog::import {
namespace {

/// "men", and "men-tops" below it: the same word under two parents makes two slugs.
std::string category_slug(const std::string& category, const std::string& subcategory) {
    std::string slug = slug_from(category);
    if (!subcategory.empty()) slug += "-" + slug_from(subcategory);
    return slug;
}

void put_categories(Writer& writer, const ImportedProduct& product, const std::string& owner,
                    std::set<std::string>& known) {
    const std::string top = category_slug(product.category, "");
    if (known.insert(top).second)
        writer.put_category({.owner = owner, .slug = top, .name = product.category, .sort_order = 100});
    if (product.subcategory.empty()) return;
    const std::string sub = category_slug(product.category, product.subcategory);
    if (known.insert(sub).second) {
        writer.put_category(
            {.owner = owner, .slug = sub, .name = product.subcategory, .parent_slug = top, .sort_order = 100});
    }
}

/// The SKU with a price in every market, or why not.
std::expected<SkuDraft, std::string> sku_of(const ImportedSku& sku, const std::vector<MarketCode>& markets,
                                            const std::vector<PriceRule>& rules) {
    SkuDraft draft{.code = sku.code, .size = sku.size, .color = sku.color};
    if (!sku.image.empty()) draft.image = sku.image;
    for (const auto& market : markets) {
        const auto price = price_in_market(rules, market.to_text(), sku.price_minor, sku.original_price_minor);
        if (!price) return std::unexpected(price.error());
        const auto stock = static_cast<std::int32_t>(std::clamp<std::int64_t>(sku.stock, 0, 1'000'000));
        draft.offers.push_back({market, price->price_minor, price->original_price_minor, stock});
    }
    return draft;
}

}  // namespace

StoreCounts store(db::AdminConnection& connection, const std::vector<MarketCode>& here,
                  const std::vector<MarketCode>& markets, const std::vector<PriceRule>& rules,
                  const std::vector<ImportedProduct>& products, const std::string& source,
                  std::vector<RefusedRow>& refused) {
    const std::string owner = markets.size() > 1 ? "ALL" : std::string{markets.front().upper()};
    StoreCounts counts;
    Writer writer{connection, here};
    std::set<std::string> known_categories;
    writer.begin();
    for (const auto& product : products) {
        ProductDraft draft{.owner = owner,
                           .slug = product.slug,
                           .name = product.name,
                           .brand = product.brand,
                           .description = product.description,
                           .category_slug = category_slug(product.category, ""),
                           .texts = {{"en", product.name, product.description}},
                           .images = product.images,
                           .is_featured = product.is_featured,
                           .source = source};
        if (!product.subcategory.empty()) draft.subcategory_slug = category_slug(product.category, product.subcategory);
        for (const auto& feature : product.features) draft.features.emplace_back("en", feature);
        for (const auto& sku : product.skus) {
            auto sku_draft = sku_of(sku, markets, rules);
            if (sku_draft) {
                draft.skus.push_back(std::move(*sku_draft));
            } else {
                refused.push_back({sku.line, sku.code, sku_draft.error()});
            }
        }
        if (draft.skus.empty()) {
            refused.push_back({product.line, product.key, "none of its articles could be stored"});
            continue;
        }
        put_categories(writer, product, owner, known_categories);
        (writer.put_product(draft) ? counts.added : counts.updated) += 1;
    }
    writer.commit();
    return counts;
}

}  // namespace marque::catalog::import
