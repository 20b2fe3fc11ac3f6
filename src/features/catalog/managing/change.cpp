// Products, their pictures and SKUs as managers write them.
#include <algorithm>

#include "features/catalog/import/slug_text.h"
#include "features/catalog/managing/turn.h"

namespace marque::catalog {
namespace {

constexpr std::size_t features_max = 50;
constexpr std::size_t pictures_max = 50;
constexpr std::size_t skus_max = 500;

/// The languages in which the owner's customers read.
bool is_spoken(const http::Context& context, const std::string& owner, const std::string& language) {
    return std::ranges::any_of(context.thread.markets.markets, [&](const MarketInfo& market) {
        return (owner == "ALL" || owner == market.code.upper()) &&
               std::ranges::find(market.languages, language) != market.languages.end();
    });
}

/// What is wrong with an input beyond its fields' own shapes.
std::vector<FieldError> mistakes_of(const http::Context& context, const std::string& owner, const ProductInput& input) {
    std::vector<FieldError> mistakes;
    constexpr const char* unknown = "is no language that the product's market speaks";
    if (input.translations) {
        for (const auto& [language, texts] : *input.translations) {
            if (!is_spoken(context, owner, language)) mistakes.push_back({"translations." + language, unknown});
        }
    }
    if (!input.features) return mistakes;
    for (const auto& [language, texts] : *input.features) {
        if (!is_spoken(context, owner, language)) mistakes.push_back({"features." + language, unknown});
        if (texts.size() > features_max) mistakes.push_back({"features." + language, "must have at most 50 entries"});
    }
    return mistakes;
}

template <class T>
std::string text_of(const std::optional<T>& field) {
    return field ? field->to_text() : std::string{};
}
template <class T>
std::optional<std::string> word_of(const std::optional<T>& field) {
    return field ? std::optional{field->to_text()} : std::nullopt;
}

/// The product as it is, or a new one, with what the input says about it.
void apply(BulkProduct& product, const ProductInput& input) {
    product.name = input.name.to_text();
    if (input.brand) product.brand = input.brand->to_text();
    if (input.description) product.description = input.description->to_text();
    if (input.is_active) product.is_active = input.is_active;
    if (input.is_featured) product.is_featured = input.is_featured;
    if (input.is_best_seller) product.is_best_seller = input.is_best_seller;
    if (input.translations) {
        product.texts.clear();
        for (const auto& [language, texts] : *input.translations) {
            product.texts.push_back({language, texts.name.to_text(), text_of(texts.description)});
        }
    }
    if (!input.features) return;
    product.features.emplace();
    for (const auto& [language, texts] : *input.features) {
        for (const auto& text : texts) product.features->emplace_back(language, text.to_text());
    }
}

Slug slug_of(const ProductInput& input) {
    if (input.slug) return *input.slug;
    const auto made = Slug::parse(import::slug_from(input.name.to_text()));
    if (!made) refuse_fields({{"slug", "is required: the name has no letters to make one of"}});
    return *made;
}

/// The product's version is taken, or the write is stale. `read` is the version that the caller has seen.
Task<ProductId> claim(const http::Context& context, Turn& turn, std::string slug, std::int32_t read) {
    const bool careless = context.thread.config.breaks("stale_writes");
    const auto& statement = careless ? careless_sql.claim : managing_sql.claim;
    const auto claimed = turn.transaction.query(statement, turn.owner, slug, read);
    co_await turn.transaction.flush();
    const auto id = claimed.find();
    if (!id) throw Refused{stale_product};
    co_return *id;
}

/// The product of the turn's owner as the transaction's own database has it.
Task<BulkProduct> read_here(http::Context& context, const Turn& turn, std::string slug) {
    auto db = context.in_market(turn.through);
    const auto head = co_await db.find(managing_sql.head, std::nullopt, turn.owner, slug);
    if (!head) throw Refused{managed_product_not_found};
    co_return co_await read_product(db, *head, false);
}

}  // namespace

Task<http::Response> create_product(http::Context& context, ProductInput input, Reach reach) {
    const std::string owner = input.is_shared.value_or(false) ? "ALL" : std::string{context.market->code.upper()};
    require_reach(owner, reach);
    if (auto mistakes = mistakes_of(context, owner, input); !mistakes.empty()) refuse_fields(std::move(mistakes));
    const std::string slug = slug_of(input).to_text();
    auto turn = co_await Turn::begin(context, owner);
    auto once = once_of(context, turn, "/api/v1/manager/products");
    try {
        turn.transaction.query(managing_sql.lock_market, turn.through);
        once.look_up(turn.transaction);
        co_await turn.transaction.flush();
        if (once.found()) co_return co_await answer(context, owner, slug, std::move(reach), true);
        const auto place =
            co_await find_place(turn.transaction, owner, input.category.to_text(), word_of(input.subcategory));
        BulkProduct product{.slug = slug, .description = "", .source = "manager"};
        product.features.emplace();
        product.images.emplace();
        apply(product, input);
        product.category_market = place.market;
        product.category_id = place.category_id;
        product.subcategory_id = place.subcategory_id;
        turn.become_owner();
        co_await write_product(turn.transaction, owner, std::nullopt, std::move(product));
        turn.become_market();
        once.store(turn.transaction, 201, slug);
        co_await turn.commit(context, slug);
    } catch (const db::Error& error) {
        explain(error);
    }
    co_return co_await answer(context, owner, slug, std::move(reach), false);
}

Task<ManagedProduct> change_product(http::Context& context, ProductId id, ProductInput input, Reach reach) {
    if (!input.version) refuse_fields({{"version", "is required: the version that was read"}});
    const HeadRow head = co_await get_head(context, id);
    require_reach(head.market, reach);
    auto mistakes = mistakes_of(context, head.market, input);
    if (input.slug && input.slug->to_text() != head.slug) mistakes.push_back({"slug", "stays what it is"});
    if (input.is_shared && *input.is_shared != (head.market == "ALL")) {
        mistakes.push_back({"is_shared", "stays what it is"});
    }
    if (!mistakes.empty()) refuse_fields(std::move(mistakes));
    auto turn = co_await Turn::begin(context, head.market);
    turn.become_owner();
    const ProductId there = co_await claim(context, turn, head.slug, *input.version);
    BulkProduct product = co_await read_here(context, turn, head.slug);
    apply(product, input);
    const auto place =
        co_await find_place(turn.transaction, head.market, input.category.to_text(), word_of(input.subcategory));
    product.category_market = place.market;
    product.category_id = place.category_id;
    product.subcategory_id = place.subcategory_id;
    product.images.reset();  // they have a call of their own
    if (!input.features) product.features.reset();
    co_await write_product(turn.transaction, head.market, there, std::move(product));
    turn.become_market();
    co_await turn.commit(context, head.slug);
    co_return co_await get_managed_product(context, id, std::move(reach));
}

Task<ManagedProduct> set_product_active(http::Context& context, ProductId id, ActiveInput input, Reach reach) {
    const HeadRow head = co_await get_head(context, id);
    require_reach(head.market, reach);
    auto turn = co_await Turn::begin(context, head.market);
    turn.become_owner();
    const ProductId there = co_await claim(context, turn, head.slug, input.version);
    turn.transaction.execute(managing_sql.set_active, head.market, there, input.is_active);
    turn.become_market();
    co_await turn.commit(context, head.slug);
    co_return co_await get_managed_product(context, id, std::move(reach));
}

namespace {

/// The addresses in their order. Uploads are looked up in the managed market; what is there already may stay.
Task<std::vector<std::string>> addresses_of(http::Context& context, db::Transaction& transaction,
                                            std::vector<PictureInput> pictures, std::vector<std::string> known) {
    std::vector<media::MediaId> ids;
    std::vector<FieldError> mistakes;
    if (pictures.size() > pictures_max) mistakes.push_back({"pictures", "must be at most 50"});
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const auto& picture = pictures[i];
        const std::string field = "pictures[" + std::to_string(i) + "]";
        if (picture.media_id.has_value() == picture.url.has_value()) {
            mistakes.push_back({field, "must have either media_id or url"});
        } else if (picture.url && std::ranges::find(known, picture.url->to_text()) == known.end()) {
            mistakes.push_back({field + ".url", "is no picture of this product; upload it and give its media_id"});
        }
        if (picture.media_id) ids.push_back(*picture.media_id);
    }
    if (!mistakes.empty()) refuse_fields(std::move(mistakes));
    const auto views = co_await media::check_usable(transaction, context.thread.config, context.market->code, ids,
                                                    media::Purpose::product, std::nullopt);
    std::vector<std::string> addresses;
    std::size_t next = 0;
    for (const auto& picture : pictures) {
        addresses.push_back(picture.url ? picture.url->to_text() : views[next++].url);
    }
    co_return addresses;
}

/// Uploads lie in the managed market, whichever database the product is written through.
Task<std::vector<std::string>> chosen(http::Context& context, std::vector<PictureInput> pictures,
                                      std::vector<std::string> known) {
    auto transaction = co_await context.db.begin();
    auto addresses = co_await addresses_of(context, transaction, std::move(pictures), std::move(known));
    co_await transaction.commit();
    co_return addresses;
}

}  // namespace

Task<ManagedProduct> set_pictures(http::Context& context, ProductId id, PicturesInput input, Reach reach) {
    const HeadRow head = co_await get_head(context, id);
    require_reach(head.market, reach);
    const auto known = co_await context.db.rows(managing_sql.images, head.market, id);
    auto addresses = co_await chosen(context, std::move(input.pictures), known);
    auto turn = co_await Turn::begin(context, head.market);
    turn.become_owner();
    const ProductId there = co_await claim(context, turn, head.slug, input.version);
    BulkProduct product = co_await read_here(context, turn, head.slug);
    product.images = std::move(addresses);
    product.features.reset();
    co_await write_product(turn.transaction, head.market, there, std::move(product));
    turn.become_market();
    co_await turn.commit(context, head.slug);
    co_return co_await get_managed_product(context, id, std::move(reach));
}

namespace {

Task<std::optional<std::string>> sku_image(http::Context& context, std::optional<media::MediaId> image) {
    if (!image) co_return std::nullopt;
    std::vector<PictureInput> pictures(1);
    pictures.front().media_id = image;
    const auto addresses = co_await chosen(context, std::move(pictures), {});
    co_return addresses.front();
}

}  // namespace

Task<http::Response> create_sku(http::Context& context, ProductId id, SkuInput input, Reach reach) {
    const HeadRow head = co_await get_head(context, id);
    require_reach(head.market, reach);
    if (!input.code) refuse_fields({{"code", "is required for a new SKU"}});
    const auto image = co_await sku_image(context, input.image_id);
    auto turn = co_await Turn::begin(context, head.market);
    auto once = once_of(context, turn, "/api/v1/manager/products/" + id.to_text() + "/skus");
    try {
        turn.transaction.query(managing_sql.lock_market, turn.through);
        once.look_up(turn.transaction);
        const auto there = turn.transaction.query(managing_sql.head, std::nullopt, head.market, head.slug);
        const auto codes = turn.transaction.query(bulk_sql.find_skus, head.market, Texts{input.code->to_text()});
        co_await turn.transaction.flush();
        if (once.found()) co_return co_await answer(context, head.market, head.slug, std::move(reach), true);
        if (codes.find()) throw Refused{sku_code_taken};
        const auto product = there.find();
        if (!product) throw Refused{managed_product_not_found};
        const auto skus = turn.transaction.query(managing_sql.skus, head.market, product->id);
        co_await turn.transaction.flush();
        const auto present = skus.rows();
        if (present.size() >= skus_max) throw Refused{too_many_skus};
        const std::int32_t last = present.empty() ? 0 : present.back().sort_order;
        std::vector<BulkSku> made{{.code = input.code->to_text(),
                                   .size = text_of(input.size),
                                   .color = text_of(input.color),
                                   .image = image,
                                   .is_active = input.is_active.value_or(true),
                                   .sort_order = input.sort_order.value_or(last + 1)}};
        turn.become_owner();
        co_await write_skus(turn.transaction, head.market, product->id, std::move(made));
        turn.become_market();
        once.store(turn.transaction, 201, input.code->to_text());
        co_await turn.commit(context, head.slug);
    } catch (const db::Error& error) {
        explain(error);
    }
    co_return co_await answer(context, head.market, head.slug, std::move(reach), false);
}

Task<ManagedProduct> change_sku(http::Context& context, SkuId id, SkuInput input, Reach reach) {
    if (!input.version) refuse_fields({{"version", "is required: the version that was read"}});
    const auto place = co_await context.db.find(managing_sql.sku_place, id);
    if (!place) throw Refused{managed_sku_not_found};
    require_reach(place->market, reach);
    if (input.code && input.code->to_text() != place->code) refuse_fields({{"code", "stays what it is"}});
    auto image = co_await sku_image(context, input.image_id);
    auto turn = co_await Turn::begin(context, place->market);
    try {
        turn.become_owner();
        const auto claimed = turn.transaction.query(managing_sql.claim_sku, place->market, place->code, *input.version);
        co_await turn.transaction.flush();
        const auto product = claimed.find();
        if (!product) throw Refused{stale_product};
        std::vector<BulkSku> changed{{.code = place->code,
                                      .size = input.size ? input.size->to_text() : place->size,
                                      .color = input.color ? input.color->to_text() : place->color,
                                      .image = std::move(image),
                                      .is_active = input.is_active,
                                      .sort_order = input.sort_order.value_or(place->sort_order)}};
        const ProductId there{*product};
        co_await write_skus(turn.transaction, place->market, there, std::move(changed));
        turn.become_market();
        co_await turn.commit(context, place->slug);
    } catch (const db::Error& error) {
        explain(error);
    }
    co_return co_await get_managed_product(context, place->product_id, std::move(reach));
}

}  // namespace marque::catalog
