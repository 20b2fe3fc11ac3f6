// The bulk writer's second half: the batch's SKUs, then each market's prices and first pieces.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/check.h"
#include "features/catalog/bulk_writer.h"
#include "features/catalog/writer_queries.h"

namespace marque::catalog {

std::vector<BulkWriter::Place> BulkWriter::put_skus(const std::vector<BulkProduct>& products, Range range,
                                                    BulkOutcome& outcome) {
    std::vector<Place> places;
    Texts codes;
    for (std::size_t i = range.begin; i < range.end; ++i) {
        if (is_refused_[i]) continue;
        for (std::size_t s = 0; s < products[i].skus.size(); ++s) {
            places.push_back({i, s, ids_[i], 0, false});
            codes.push_back(products[i].skus[s].code);
        }
    }
    if (codes.empty()) return places;
    for (const auto& row : connection_.rows(bulk_sql.find_skus, owner_, codes)) {
        Place& place = places[static_cast<std::size_t>(row.position) - 1];
        place.sku_id = row.id;
        if (row.product_id == place.product_id) continue;
        outcome.refusals.push_back({place.product, place.sku,
                                    fmt::format("the SKU code {} belongs to another product of the shop already",
                                                products[place.product].skus[place.sku].code),
                                    "sku"});
        place.product_id = 0;
    }
    std::erase_if(places, [](const Place& place) { return place.product_id == 0; });
    Numbers new_products, known_ids;
    Texts new_codes, new_sizes, new_colors, sizes, colors;
    MaybeTexts new_images, images;
    MaybeFlags new_active, active;
    Integers orders;
    for (const auto& place : places) {
        const auto& sku = products[place.product].skus[place.sku];
        if (place.sku_id == 0) {
            new_products.push_back(place.product_id);
            new_codes.push_back(sku.code);
            new_sizes.push_back(sku.size);
            new_colors.push_back(sku.color);
            new_images.push_back(sku.image);
            new_active.push_back(sku.is_active);
            orders.push_back(sku.sort_order);
        } else {
            known_ids.push_back(place.sku_id);
            sizes.push_back(sku.size);
            colors.push_back(sku.color);
            images.push_back(sku.image);
            active.push_back(sku.is_active);
        }
    }
    if (!known_ids.empty()) {
        const auto changed = connection_.rows(bulk_sql.change_skus, owner_, known_ids, sizes, colors, images, active);
        outcome.skus_changed += static_cast<long>(changed.size());
        mark_changed(changed);
    }
    if (new_codes.empty()) return places;
    std::unordered_map<std::string, std::int64_t> added;
    for (auto& row : connection_.rows(bulk_sql.add_skus, owner_, new_products, new_codes, new_sizes, new_colors,
                                      new_images, new_active, orders)) {
        added.emplace(std::move(row.name), row.id);
    }
    outcome.skus_added += static_cast<long>(added.size());
    for (auto& place : places) {
        if (place.sku_id != 0) continue;
        place.sku_id = added.at(products[place.product].skus[place.sku].code);
        place.is_new = true;
        is_changed_[places_by_id_.at(place.product_id)] = true;
    }
    return places;
}

void BulkWriter::put_offers(const std::vector<BulkProduct>& products, const std::vector<Place>& places,
                            MarketCode market, BulkOutcome& outcome) {
    Numbers priced, counted, prices;
    MaybeNumbers originals, sales;
    MaybeTimes sales_from, sales_until;
    Integers stock;
    std::unordered_map<std::int64_t, std::int64_t> product_of;
    for (const auto& place : places) {
        const auto& sku = products[place.product].skus[place.sku];
        const auto offer = std::ranges::find(sku.offers, market, &OfferDraft::market);
        if (offer == sku.offers.end()) continue;
        if (sku.is_counted) {
            counted.push_back(place.sku_id);
            stock.push_back(offer->stock);
        }
        if (offer->price_minor == 0) continue;
        priced.push_back(place.sku_id);
        prices.push_back(offer->price_minor);
        originals.push_back(offer->original_minor);
        sales.push_back(offer->sale_minor);
        sales_from.push_back(offer->sale_from);
        sales_until.push_back(offer->sale_until);
        product_of.emplace(place.sku_id, place.product_id);
    }
    if (priced.empty() && counted.empty()) return;
    act_as(market.upper());
    auto& currency = currencies_[std::string{market.upper()}];
    if (currency.empty()) {
        const auto rows = connection_.rows(writer_sql.currency, std::string{market.upper()});
        check(!rows.empty(), "offers need a market that exists");
        currency = rows.front();
    }
    const auto written = connection_.rows(bulk_sql.put_prices, market, Texts(priced.size(), owner_), currency, priced,
                                          prices, originals, sales, sales_from, sales_until);
    for (const auto& row : written) {
        (row.is_new ? outcome.prices_added : outcome.prices_changed) += 1;
        is_changed_[places_by_id_.at(product_of.at(row.id))] = true;
    }
    const auto added = connection_.rows(bulk_sql.add_stock, market, Texts(counted.size(), owner_), counted, stock);
    outcome.stock_added += static_cast<long>(added.size());
}

}  // namespace marque::catalog
