// The bulk writer: look up what is there, insert what is not, change what differs; owner's rows first, then each
// market's.
#include "features/catalog/bulk_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/check.h"
#include "core/text.h"
#include "features/catalog/writer_queries.h"

namespace marque::catalog {
namespace {

/// Why PostgreSQL refused a product, in the words of whoever wrote the file.
std::string words_for(const db::Error& error, const BulkProduct& product) {
    if (error.violates("products_slug_unique") || error.violates("products_slug_seen_once")) {
        return fmt::format("the slug {} belongs to a product of another owner, which this shop shows already",
                           product.slug);
    }
    if (error.violates("skus_variant_unique")) {
        return "two SKUs of the product have the same size and colour (one may be in the shop under another code)";
    }
    if (error.constraint.starts_with("prices_")) return "a price is not possible: a sale must be lower than the price";
    if (error.constraint.starts_with("stock_")) return "the stock is not possible: less than what is reserved";
    return fmt::format("the database does not take it ({})",
                       error.constraint.empty() ? error.sqlstate : error.constraint);
}

/// Integrity violations and values that do not fit; anything else is no fault of the file.
bool is_fault_of_row(const db::Error& error) {
    return error.sqlstate.starts_with("23") || error.sqlstate.starts_with("22");
}

}  // namespace

BulkWriter::BulkWriter(db::AdminConnection& connection, std::vector<MarketCode> here, std::string owner)
    : connection_(connection), here_(std::move(here)), owner_(std::move(owner)) {}

void BulkWriter::act_as(std::string_view owner) { connection_.become(owner == "ALL" ? "shared" : lowered(owner)); }

BulkOutcome BulkWriter::put(const std::vector<BulkProduct>& products) {
    BulkOutcome outcome;
    outcome.products.assign(products.size(), Written::unchanged);
    ids_.assign(products.size(), 0);
    is_new_.assign(products.size(), false);
    is_changed_.assign(products.size(), false);
    is_refused_.assign(products.size(), false);
    if (!products.empty()) put_range(products, {0, products.size()}, outcome);
    for (std::size_t i = 0; i < products.size(); ++i) {
        if (is_refused_[i]) {
            outcome.products[i] = Written::refused;
        } else if (is_new_[i]) {
            outcome.products[i] = Written::added;
        } else if (is_changed_[i]) {
            outcome.products[i] = Written::changed;
        }
    }
    return outcome;
}

void BulkWriter::put_range(const std::vector<BulkProduct>& products, Range range, BulkOutcome& outcome) {
    act_as(owner_);
    connection_.run("SAVEPOINT batch");
    BulkOutcome tried;
    try {
        write(products, range, tried);
        connection_.run("RELEASE SAVEPOINT batch");
    } catch (const db::Error& error) {
        if (!is_fault_of_row(error)) throw;
        connection_.run("ROLLBACK TO SAVEPOINT batch; RELEASE SAVEPOINT batch");
        if (range.end - range.begin == 1) {
            is_refused_[range.begin] = true;
            outcome.refusals.push_back({range.begin, std::nullopt, words_for(error, products[range.begin]), ""});
            return;
        }
        const std::size_t middle = range.begin + (range.end - range.begin) / 2;
        put_range(products, {range.begin, middle}, outcome);
        put_range(products, {middle, range.end}, outcome);
        return;
    }
    std::ranges::move(tried.refusals, std::back_inserter(outcome.refusals));
    outcome.skus_added += tried.skus_added;
    outcome.skus_changed += tried.skus_changed;
    outcome.prices_added += tried.prices_added;
    outcome.prices_changed += tried.prices_changed;
    outcome.stock_added += tried.stock_added;
}

void BulkWriter::write(const std::vector<BulkProduct>& products, Range range, BulkOutcome& outcome) {
    places_by_id_.clear();
    for (std::size_t i = range.begin; i < range.end; ++i) {
        ids_[i] = 0;
        is_new_[i] = is_changed_[i] = is_refused_[i] = false;
    }
    find(products, range, outcome);
    change(products, range, outcome);
    add(products, range, outcome);
    put_texts(products, range);
    put_features(products, range);
    put_images(products, range);
    const auto places = put_skus(products, range, outcome);
    for (const auto& market : here_) put_offers(products, places, market, outcome);
}

void BulkWriter::find(const std::vector<BulkProduct>& products, Range range, BulkOutcome& outcome) {
    Texts slugs;
    for (std::size_t i = range.begin; i < range.end; ++i) slugs.push_back(products[i].slug);
    for (const auto& row : connection_.rows(bulk_sql.find_products, owner_, slugs)) {
        const std::size_t i = range.begin + static_cast<std::size_t>(row.position) - 1;
        if (row.owned) {
            ids_[i] = row.id;
            continue;
        }
        is_refused_[i] = true;
        outcome.refusals.push_back(
            {i, std::nullopt,
             fmt::format(
                 "the slug {} belongs to a product of all markets, which only an import for all of them changes",
                 products[i].slug),
             "slug"});
    }
}

void BulkWriter::add(const std::vector<BulkProduct>& products, Range range, BulkOutcome&) {
    Texts slugs, names, brands, descriptions, category_markets;
    Numbers categories;
    MaybeNumbers subcategories;
    MaybeTexts images, keys;
    MaybeFlags active, featured, best_sellers;
    std::unordered_map<std::string_view, std::size_t> by_slug;
    for (std::size_t i = range.begin; i < range.end; ++i) {
        const auto& product = products[i];
        if (ids_[i] != 0 || is_refused_[i]) continue;
        // A product that stands twice in one batch is added once; its second part finds it in the next round.
        if (!by_slug.try_emplace(product.slug, i).second) continue;
        slugs.push_back(product.slug);
        names.push_back(product.name);
        brands.push_back(product.brand);
        descriptions.push_back(product.description.value_or(""));
        category_markets.push_back(product.category_market);
        categories.push_back(product.category_id);
        subcategories.push_back(product.subcategory_id);
        images.push_back(product.images && !product.images->empty() ? std::optional{product.images->front()}
                                                                    : std::nullopt);
        active.push_back(product.is_active);
        featured.push_back(product.is_featured);
        best_sellers.push_back(product.is_best_seller);
        keys.push_back(product.source_key);
    }
    if (!slugs.empty()) {
        for (const auto& row : connection_.rows(bulk_sql.add_products, owner_, products[range.begin].source, slugs,
                                                names, brands, descriptions, category_markets, categories,
                                                subcategories, images, active, featured, best_sellers, keys)) {
            const std::size_t i = by_slug.at(row.name);
            ids_[i] = row.id;
            is_new_[i] = true;
        }
    }
    for (std::size_t i = range.begin; i < range.end; ++i) {
        const auto first = by_slug.find(products[i].slug);
        if (ids_[i] == 0 && first != by_slug.end()) ids_[i] = ids_[first->second];
        if (ids_[i] != 0) places_by_id_.try_emplace(ids_[i], i);
    }
}

void BulkWriter::change(const std::vector<BulkProduct>& products, Range range, BulkOutcome&) {
    Numbers ids, categories;
    Texts names, brands, category_markets;
    MaybeTexts descriptions, images;
    MaybeNumbers subcategories;
    MaybeFlags active, featured, best_sellers;
    for (std::size_t i = range.begin; i < range.end; ++i) {
        const auto& product = products[i];
        if (ids_[i] == 0 || !places_by_id_.try_emplace(ids_[i], i).second) continue;
        ids.push_back(ids_[i]);
        names.push_back(product.name);
        brands.push_back(product.brand);
        descriptions.push_back(product.description);
        category_markets.push_back(product.category_market);
        categories.push_back(product.category_id);
        subcategories.push_back(product.subcategory_id);
        images.push_back(product.images && !product.images->empty() ? std::optional{product.images->front()}
                                                                    : std::nullopt);
        active.push_back(product.is_active);
        featured.push_back(product.is_featured);
        best_sellers.push_back(product.is_best_seller);
    }
    if (ids.empty()) return;
    mark_changed(connection_.rows(bulk_sql.change_products, owner_, ids, names, brands, descriptions, category_markets,
                                  categories, subcategories, images, active, featured, best_sellers));
}

void BulkWriter::mark_changed(const std::vector<std::int64_t>& product_ids) {
    for (const auto id : product_ids) is_changed_[places_by_id_.at(id)] = true;
}

void BulkWriter::put_texts(const std::vector<BulkProduct>& products, Range range) {
    Numbers ids;
    Texts languages, names, descriptions;
    for (const auto& [id, i] : places_by_id_) {
        if (i < range.begin || i >= range.end) continue;
        for (const auto& text : products[i].texts) {
            ids.push_back(id);
            languages.push_back(text.language);
            names.push_back(text.name);
            descriptions.push_back(text.description);
        }
    }
    if (ids.empty()) return;
    mark_changed(connection_.rows(bulk_sql.put_texts, owner_, ids, languages, names, descriptions));
}

void BulkWriter::put_features(const std::vector<BulkProduct>& products, Range) {
    Numbers known, ids;
    Texts languages, texts;
    Integers orders;
    for (const auto& [id, i] : places_by_id_) {
        if (!products[i].features) continue;
        if (!is_new_[i]) known.push_back(id);
        std::int32_t order = 0;
        for (const auto& [language, text] : *products[i].features) {
            ids.push_back(id);
            languages.push_back(language);
            orders.push_back(++order);
            texts.push_back(text);
        }
    }
    if (!known.empty()) {
        mark_changed(connection_.rows(bulk_sql.drop_features, owner_, known, ids, languages, orders));
    }
    if (ids.empty()) return;
    mark_changed(connection_.rows(bulk_sql.put_features, owner_, ids, languages, orders, texts));
}

void BulkWriter::put_images(const std::vector<BulkProduct>& products, Range) {
    Numbers known, ids;
    Texts images;
    Integers orders;
    for (const auto& [id, i] : places_by_id_) {
        if (!products[i].images) continue;
        if (!is_new_[i]) known.push_back(id);
        std::int32_t order = 0;
        for (const auto& image : *products[i].images) {
            ids.push_back(id);
            orders.push_back(++order);
            images.push_back(image);
        }
    }
    if (!known.empty()) mark_changed(connection_.rows(bulk_sql.drop_images, owner_, known, ids, orders));
    if (ids.empty()) return;
    mark_changed(connection_.rows(bulk_sql.put_images, owner_, ids, orders, images));
}

}  // namespace marque::catalog
