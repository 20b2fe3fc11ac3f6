// Transactions for an owner's rows, and one product read and written whole.
#include "features/catalog/managing/turn.h"

#include <algorithm>

#include "core/log.h"
#include "features/catalog/managing/carry.h"
#include "http/gate.h"
#include "json/write.h"
#include "work/outbox.h"

namespace marque::catalog {
namespace {

std::string role_of(std::string_view owner) { return "marque_" + (owner == "ALL" ? "shared" : lowered(owner)); }

}  // namespace

Task<Turn> Turn::begin(http::Context& context, std::string owner) {
    const MarketCode managed = context.market->code;
    const MarketCode home = context.thread.markets.default_market;
    const bool elsewhere = owner == "ALL" && !context.thread.cluster.same_database(home, managed);
    const MarketCode through = elsewhere ? home : managed;
    auto db = context.in_market(through);
    auto transaction = co_await db.begin();
    co_return Turn{std::move(transaction), through, std::move(owner)};
}

void Turn::become_owner() {
    if (owner == "ALL") transaction.query(managing_sql.act_as, role_of(owner));
}

void Turn::become_market() {
    if (owner == "ALL") transaction.query(managing_sql.act_as, role_of(through.upper()));
}

Task<void> Turn::commit(http::Context& context, std::string slug) {
    const bool carried = owner == "ALL" && has_other_databases(context.thread.cluster, through);
    if (carried) work::emit(transaction, through, work::SharedProductChanged{slug});
    co_await transaction.commit();
    if (!carried) co_return;
    // The outbox does it again where this does not get through.
    try {
        co_await carry_product(context.thread.cluster, through, slug, context.bracket_of);
    } catch (const std::exception& error) {
        log::warning("catalog.not_carried", {{"slug", slug}, {"what", error.what()}});
    }
}

void require_reach(const std::string& owner, const Reach& reach) {
    if (owner == "ALL" && !reach.may_share) throw Refused{shared_rows};
}

void refuse_fields(std::vector<FieldError> mistakes) {
    const std::string detail = mistakes.front().field + ": " + mistakes.front().message;
    throw Refused{http::invalid_input, detail, std::move(mistakes)};
}

void explain(const db::Error& error) {
    if (error.violates("products_slug_unique") || error.violates("products_slug_seen_once")) throw Refused{slug_taken};
    if (error.violates("skus_code_unique")) throw Refused{sku_code_taken};
    if (error.violates("skus_variant_unique")) throw Refused{variant_taken};
    if (error.violates("stock_not_oversold")) throw Refused{stock_reserved};
    throw;
}

Task<HeadRow> get_head(http::Context& context, ProductId id) {
    auto row = co_await context.db.find(managing_sql.head, id, std::nullopt, std::nullopt);
    if (!row) throw Refused{managed_product_not_found};
    co_return std::move(*row);
}

Task<BulkProduct> read_product(db::Handle db, HeadRow head, bool with_skus) {
    BulkProduct product{.slug = head.slug,
                        .name = head.name,
                        .brand = head.brand,
                        .description = head.description,
                        .category_market = head.category_market,
                        .category_id = head.category_id,
                        .subcategory_id = head.subcategory_id,
                        .is_active = head.is_active,
                        .is_featured = head.is_featured,
                        .is_best_seller = head.is_best_seller,
                        .source = head.source.value_or("")};
    const auto texts = co_await db.rows(managing_sql.texts, head.market, head.id);
    for (const auto& text : texts) product.texts.push_back({text.language, text.name, text.description});
    const auto features = co_await db.rows(managing_sql.features, head.market, head.id);
    product.features.emplace();
    for (const auto& feature : features) product.features->emplace_back(feature.language, feature.feature_text);
    product.images = co_await db.rows(managing_sql.images, head.market, head.id);
    if (!with_skus) co_return product;
    const auto skus = co_await db.rows(managing_sql.skus, head.market, head.id);
    for (const auto& sku : skus) {
        product.skus.push_back({.code = sku.code,
                                .size = sku.size,
                                .color = sku.color,
                                .image = sku.image,
                                .is_active = sku.is_active,
                                .sort_order = sku.sort_order});
    }
    co_return product;
}

Task<CategoryPlaceRow> find_place(db::Transaction& transaction, std::string owner, std::string category,
                                  std::optional<std::string> subcategory) {
    const auto found = transaction.query(managing_sql.category_place, owner, category, subcategory);
    co_await transaction.flush();
    const auto place = found.find();
    if (!place) refuse_fields({{"category", "is no category that the product's owner sees"}});
    if (subcategory && !place->subcategory_id) refuse_fields({{"subcategory", "is no category below the category"}});
    co_return *place;
}

namespace {

std::optional<std::string> first_picture(const BulkProduct& product) {
    if (!product.images || product.images->empty()) return std::nullopt;
    return product.images->front();
}

/// The bulk writer's own statements, with a batch of one.
Task<ProductId> insert_product(db::Transaction& transaction, std::string owner, const BulkProduct& product) {
    const auto added = transaction.query(
        bulk_sql.add_products, owner, product.source, Texts{product.slug}, Texts{product.name}, Texts{product.brand},
        Texts{product.description.value_or("")}, Texts{product.category_market}, Numbers{product.category_id},
        MaybeNumbers{product.subcategory_id}, MaybeTexts{first_picture(product)}, MaybeFlags{product.is_active},
        MaybeFlags{product.is_featured}, MaybeFlags{product.is_best_seller}, MaybeTexts{product.source_key});
    co_await transaction.flush();
    co_return ProductId{added.find()->id};
}

void queue_texts(db::Transaction& transaction, const std::string& owner, ProductId id, const BulkProduct& product) {
    Numbers ids;
    Texts languages, names, descriptions;
    for (const auto& text : product.texts) {
        ids.push_back(id.value());
        languages.push_back(text.language);
        names.push_back(text.name);
        descriptions.push_back(text.description);
    }
    transaction.execute(managing_sql.drop_texts, owner, id, languages);
    if (!ids.empty()) transaction.query(bulk_sql.put_texts, owner, ids, languages, names, descriptions);
}

void queue_features(db::Transaction& transaction, const std::string& owner, ProductId id, const BulkProduct& product) {
    if (!product.features) return;
    Numbers ids;
    Texts languages, texts;
    Integers orders;
    for (const auto& [language, text] : *product.features) {
        ids.push_back(id.value());
        languages.push_back(language);
        orders.push_back(static_cast<std::int32_t>(orders.size()) + 1);
        texts.push_back(text);
    }
    transaction.query(bulk_sql.drop_features, owner, Numbers{id.value()}, ids, languages, orders);
    if (!ids.empty()) transaction.query(bulk_sql.put_features, owner, ids, languages, orders, texts);
}

void queue_images(db::Transaction& transaction, const std::string& owner, ProductId id, const BulkProduct& product) {
    if (!product.images) return;
    Numbers ids;
    Integers orders;
    for (std::size_t i = 0; i < product.images->size(); ++i) {
        ids.push_back(id.value());
        orders.push_back(static_cast<std::int32_t>(i) + 1);
    }
    transaction.query(bulk_sql.drop_images, owner, Numbers{id.value()}, ids, orders);
    if (!ids.empty()) transaction.query(bulk_sql.put_images, owner, ids, orders, *product.images);
    transaction.execute(managing_sql.set_image, owner, id, first_picture(product));
}

}  // namespace

Task<ProductId> write_product(db::Transaction& transaction, std::string owner, std::optional<ProductId> id,
                              BulkProduct product) {
    if (!id) {
        id = co_await insert_product(transaction, owner, product);
    } else {
        transaction.query(bulk_sql.change_products, owner, Numbers{id->value()}, Texts{product.name},
                          Texts{product.brand}, MaybeTexts{product.description}, Texts{product.category_market},
                          Numbers{product.category_id}, MaybeNumbers{product.subcategory_id}, MaybeTexts{std::nullopt},
                          MaybeFlags{product.is_active}, MaybeFlags{product.is_featured},
                          MaybeFlags{product.is_best_seller});
    }
    queue_texts(transaction, owner, *id, product);
    queue_features(transaction, owner, *id, product);
    queue_images(transaction, owner, *id, product);
    co_await transaction.flush();
    co_await write_skus(transaction, owner, *id, std::move(product.skus));
    co_return *id;
}

Task<void> write_skus(db::Transaction& transaction, std::string owner, ProductId id, std::vector<BulkSku> skus) {
    if (skus.empty()) co_return;
    Texts codes;
    for (const auto& sku : skus) codes.push_back(sku.code);
    const auto found = transaction.query(bulk_sql.find_skus, owner, codes);
    co_await transaction.flush();
    Numbers known(skus.size(), 0);
    for (const auto& row : found.rows()) {
        if (row.product_id != id.value()) throw Refused{sku_code_taken};
        known[static_cast<std::size_t>(row.position) - 1] = row.id;
    }
    for (std::size_t i = 0; i < skus.size(); ++i) {
        const auto& sku = skus[i];
        if (known[i] == 0) {
            transaction.query(bulk_sql.add_skus, owner, Numbers{id.value()}, Texts{sku.code}, Texts{sku.size},
                              Texts{sku.color}, MaybeTexts{sku.image}, MaybeFlags{sku.is_active},
                              Integers{sku.sort_order});
            continue;
        }
        transaction.query(bulk_sql.change_skus, owner, Numbers{known[i]}, Texts{sku.size}, Texts{sku.color},
                          MaybeTexts{sku.image}, MaybeFlags{sku.is_active});
        transaction.execute(managing_sql.place_sku, owner, sku.code, sku.sort_order);
    }
    co_await transaction.flush();
}

/// The answer to a POST: the product as it stands now; of a repeated one, too.
Task<http::Response> answer(http::Context& context, std::string owner, std::string slug, Reach reach, bool replayed) {
    const auto head = co_await context.db.find(managing_sql.head, std::nullopt, owner, slug);
    if (!head) throw Refused{managed_product_not_found};
    const auto view = co_await get_managed_product(context, head->id, std::move(reach));
    const std::string body = json::written(view);
    if (replayed) co_return http::replayed(201, body);
    http::Response response;
    response.status = 201;
    response.body = body;
    co_return response;
}

work::Idempotency once_of(const http::Context& context, const Turn& turn, std::string_view route) {
    // The manager's number is one of the market they come from, so that market is part of the key.
    return {turn.through, context.user().user,
            "POST " + std::string{route} + " from " + context.user().market.to_text() + " in " +
                context.market->code.to_text(),
            context.request.header("Idempotency-Key"), context.request.body};
}

}  // namespace marque::catalog
