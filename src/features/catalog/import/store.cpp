// Products: categories found or made, prices by rule, then the bulk writer.
#include "features/catalog/import/store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace marque::catalog::import {

std::string owner_for(const std::vector<MarketCode>& markets) {
    return markets.size() > 1 ? "ALL" : std::string{markets.front().upper()};
}

Store::Store(db::AdminConnection& connection, std::vector<MarketCode> here, StoreOptions options)
    : connection_(connection),
      here_(std::move(here)),
      options_(std::move(options)),
      owner_(owner_for(options_.markets)),
      writer_(connection, here_, owner_) {}

void Store::put(std::span<ImportItem> items, ImportSummary& summary, std::vector<RefusedRow>& refused) {
    put_products(items, summary, refused);
    put_prices(items, summary, refused);
    put_stock(items, summary, refused);
    put_reviews(items, summary, refused);
}

std::vector<std::string> Store::notes() const {
    if (!categories_ || categories_->cut().empty()) return {};
    const auto& cut = categories_->cut();
    const auto shown = std::span(cut).first(std::min<std::size_t>(cut.size(), 5));
    return {
        fmt::format("{} categories were not made, since below a category of all markets only an import for all of "
                    "them makes one; their products stand one level higher: {}{}",
                    cut.size(), fmt::join(shown, "; "), cut.size() > shown.size() ? "; …" : "")};
}

void Store::put_products(std::span<ImportItem> items, ImportSummary& summary, std::vector<RefusedRow>& refused) {
    std::vector<BulkProduct> batch;
    std::vector<const ImportedProduct*> sources;
    std::vector<std::vector<const ImportedSku*>> skus;
    for (const auto& item : items) {
        const auto* product = std::get_if<ImportedProduct>(&item);
        if (product == nullptr) continue;
        if (!categories_) categories_ = std::make_unique<CategoryTree>(connection_, owner_);
        const auto place = categories_->place(*product);
        if (!place) {
            for (const auto& sku : product->skus) {
                refused.push_back({sku.line, sku.code, place.error(), "category", sku.raw});
            }
            continue;
        }
        std::vector<const ImportedSku*> kept;
        auto made = product_of(*product, *place, refused, kept);
        if (kept.empty()) {
            refused.push_back({product->line, product->key, "none of its articles could be stored"});
            continue;
        }
        batch.push_back(std::move(made));
        sources.push_back(product);
        skus.push_back(std::move(kept));
    }
    const auto outcome = writer_.put(batch);
    for (const auto written : outcome.products) {
        summary.products_added += written == Written::added ? 1 : 0;
        summary.products_changed += written == Written::changed ? 1 : 0;
        summary.products_unchanged += written == Written::unchanged ? 1 : 0;
    }
    for (const auto& refusal : outcome.refusals) {
        for (std::size_t s = 0; s < skus[refusal.product].size(); ++s) {
            if (refusal.sku && *refusal.sku != s) continue;
            const auto& sku = *skus[refusal.product][s];
            refused.push_back({sku.line, sku.code, refusal.reason, refusal.column, sku.raw});
        }
    }
    summary.skus_added += outcome.skus_added;
    summary.skus_changed += outcome.skus_changed;
    summary.prices_added += outcome.prices_added;
    summary.prices_changed += outcome.prices_changed;
    summary.stock_added += outcome.stock_added;
}

BulkProduct Store::product_of(const ImportedProduct& product, const CategoryPlace& place,
                              std::vector<RefusedRow>& refused, std::vector<const ImportedSku*>& skus) const {
    BulkProduct made{.slug = product.slug,
                     .name = product.name,
                     .brand = product.brand,
                     .category_market = place.market,
                     .category_id = place.category_id,
                     .subcategory_id = place.subcategory_id,
                     .source = options_.source};
    if (product.carried.description) made.description = product.description;
    if (product.carried.active) made.is_active = product.is_active;
    if (product.carried.flags) made.is_featured = product.is_featured;
    if (product.carried.flags) made.is_best_seller = product.is_best_seller;
    if (product.carried.images) made.images = product.images;
    for (const auto& text : product.texts) made.texts.push_back({text.language, text.name, text.description});
    if (product.carried.features) {
        made.features = product.feature_texts;
        for (const auto& feature : product.features) made.features->emplace_back(options_.language, feature);
    }
    bool is_named = product.key == product.slug;
    for (const auto& sku : product.skus) {
        is_named = is_named || sku.code == product.key;
        BulkSku draft{.code = sku.code,
                      .size = sku.size,
                      .color = sku.color,
                      .image = sku.image.empty() ? std::nullopt : std::optional{sku.image},
                      .is_active = product.carried.active ? std::optional{sku.is_active} : std::nullopt,
                      .sort_order = static_cast<std::int32_t>(made.skus.size()) + 1,
                      .is_counted = sku.is_counted};
        const auto stock = static_cast<std::int32_t>(std::clamp<std::int64_t>(sku.stock, 0, 1'000'000));
        std::string reason;
        for (const auto& market : options_.markets) {
            OfferDraft offer{.market = market, .stock = stock};
            if (sku.is_priced) {
                const auto price =
                    price_in_market(options_.rules, market.to_text(), sku.price_minor, sku.original_price_minor);
                if (!price) reason = price.error();
                if (!price) break;
                offer.price_minor = price->price_minor;
                offer.original_minor = price->original_price_minor;
            }
            if (sku.sale_minor) {
                const auto sale = price_in_market(options_.rules, market.to_text(), *sku.sale_minor, std::nullopt);
                // Rounding may bring a sale up to its price; then there is none.
                if (sale && sale->price_minor < offer.price_minor) {
                    offer.sale_minor = sale->price_minor;
                    offer.sale_from = sku.sale_from;
                    offer.sale_until = sku.sale_until;
                }
            }
            draft.offers.push_back(std::move(offer));
        }
        if (!reason.empty()) {
            refused.push_back({sku.line, sku.code, reason, "price", sku.raw});
            continue;
        }
        made.skus.push_back(std::move(draft));
        skus.push_back(&sku);
    }
    if (!is_named) made.source_key = product.key;
    return made;
}

}  // namespace marque::catalog::import
