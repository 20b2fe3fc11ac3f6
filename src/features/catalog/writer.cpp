// The writer: owner's rows first, then each market's prices and stock, every step as the role that owns the row.
#include "features/catalog/writer.h"

#include <algorithm>

#include "core/check.h"
#include "core/text.h"
#include "features/catalog/writer_queries.h"
#include "json/write.h"

namespace marque::catalog {

Writer::Writer(db::AdminConnection& connection, std::vector<MarketCode> here)
    : connection_(connection), here_(std::move(here)) {}

void Writer::begin() { connection_.run("BEGIN"); }

void Writer::commit() {
    act_as("");
    connection_.run("COMMIT");
    // A catalogue that just grew from nothing has no statistics yet, and the planner would take it for empty.
    if (wrote_) connection_.run("ANALYZE");
}

void Writer::roll_back() {
    connection_.run("ROLLBACK");
    connection_.become("");
}

void Writer::act_as(std::string_view owner) { connection_.become(owner == "ALL" ? "shared" : lowered(owner)); }

void Writer::put_category(const CategoryDraft& draft) {
    act_as(draft.owner);
    connection_.execute(writer_sql.put_category, draft.owner, draft.parent_slug, draft.name, draft.slug, draft.icon,
                        draft.image_url, draft.sort_order);
    for (const auto& text : draft.texts) {
        connection_.execute(writer_sql.put_category_text, draft.owner, draft.slug, text.language, text.name);
    }
}

bool Writer::put_product(const ProductDraft& draft) {
    wrote_ = true;
    act_as(draft.owner);
    const auto image = draft.images.empty() ? std::nullopt : std::optional{draft.images.front()};
    const auto rows = connection_.rows(writer_sql.put_product, draft.owner, draft.slug, draft.name, draft.brand,
                                       draft.description, draft.category_slug, draft.subcategory_slug, image,
                                       draft.is_featured, draft.is_best_seller, draft.source);
    check(!rows.empty(), "a product's category must be written before it");
    put_parts(draft, rows.front().id);
    for (const auto& market : here_) put_offers(draft, rows.front().id, market);
    return rows.front().inserted;
}

void Writer::put_parts(const ProductDraft& draft, std::int64_t product_id) {
    TextList languages, names, descriptions;
    for (const auto& text : draft.texts) {
        languages.push_back(text.language);
        names.push_back(text.name);
        descriptions.push_back(text.description);
    }
    if (!languages.empty()) {
        connection_.execute(writer_sql.put_texts, draft.owner, product_id, languages, names, descriptions);
    }
    TextList feature_languages, feature_texts;
    for (const auto& [language, text] : draft.features) {
        feature_languages.push_back(language);
        feature_texts.push_back(text);
    }
    connection_.execute(writer_sql.clear_features, draft.owner, product_id);
    if (!feature_texts.empty()) {
        connection_.execute(writer_sql.put_features, draft.owner, product_id, feature_languages, feature_texts);
    }
    if (!draft.images.empty()) connection_.execute(writer_sql.put_images, draft.owner, product_id, draft.images);
    TextList codes, sizes, colors;
    std::vector<std::optional<std::string>> images;
    for (const auto& sku : draft.skus) {
        codes.push_back(sku.code);
        sizes.push_back(sku.size);
        colors.push_back(sku.color);
        images.push_back(sku.image);
    }
    connection_.execute(writer_sql.put_skus, draft.owner, product_id, codes, sizes, colors, images);
}

void Writer::put_offers(const ProductDraft& draft, std::int64_t product_id, MarketCode market) {
    TextList codes;
    std::vector<std::int64_t> prices;
    std::vector<std::optional<std::int64_t>> originals, sales;
    std::vector<std::optional<Timestamp>> sales_from, sales_until;
    std::vector<std::int32_t> stock;
    for (const auto& sku : draft.skus) {
        const auto offer = std::ranges::find(sku.offers, market, &OfferDraft::market);
        if (offer == sku.offers.end()) continue;
        codes.push_back(sku.code);
        prices.push_back(offer->price_minor);
        originals.push_back(offer->original_minor);
        sales.push_back(offer->sale_minor);
        sales_from.push_back(offer->sale_from);
        sales_until.push_back(offer->sale_until);
        stock.push_back(offer->stock);
    }
    if (codes.empty()) return;
    act_as(market.upper());
    const auto currency = connection_.rows(writer_sql.currency, std::string{market.upper()});
    check(!currency.empty(), "offers need a market that exists");
    connection_.execute(writer_sql.put_prices, market, currency.front(), draft.owner, codes, prices, originals, sales,
                        sales_from, sales_until);
    connection_.execute(writer_sql.put_stats, market, draft.owner, product_id, draft.sales_count);
    connection_.execute(writer_sql.put_stock, market, draft.owner, codes, stock);
}

void Writer::put_attribute(const AttributeDraft& draft) {
    act_as(draft.owner);
    connection_.execute(writer_sql.put_attribute, draft.owner, draft.kind, draft.value, draft.name, draft.sort_order,
                        draft.swatch, draft.family, db::JsonText{json::written(draft.size_systems)});
    TextList languages, names;
    for (const auto& [language, name] : draft.names) {
        languages.push_back(language);
        names.push_back(name);
    }
    if (languages.empty()) return;
    connection_.execute(writer_sql.put_attribute_names, draft.owner, draft.kind, draft.value, languages, names);
}

void Writer::put_relations(const std::string& owner, const std::string& slug, const std::string& kind,
                           const std::vector<std::string>& related_slugs) {
    act_as(owner);
    connection_.execute(writer_sql.put_relations, owner, slug, kind, related_slugs);
}

void Writer::put_synonyms(const std::string& owner, const std::vector<std::string>& words) {
    act_as(owner);
    connection_.execute(writer_sql.put_synonyms, owner, words);
}

std::vector<std::string> Writer::slugs_of(const std::string& source) {
    std::vector<std::string> slugs;
    for (const auto& market : here_) {
        act_as(market.upper());
        std::ranges::move(connection_.rows(writer_sql.slugs_of, source), std::back_inserter(slugs));
    }
    return slugs;
}

}  // namespace marque::catalog
