// The endpoints of /wishlist. A user id in a body is an unknown field and refused (ruling 23).
#include "features/catalog/catalog.h"
#include "features/shoppers/shoppers.h"
#include "features/wishlist/queries.h"
#include "features/wishlist/wishlist.h"

namespace marque::wishlist {
namespace {

using http::Body;
using http::Context;
using http::Rendered;
using shoppers::Shopper;
using shoppers::shopper_of;

/// Longer ones are no list any more; two additions at the same moment may pass it by one.
constexpr std::int32_t items_max = 200;
constexpr Refusal product_not_found{404, "wishlist.product_not_found", "This product is not sold in this market"};
constexpr Refusal item_not_found{404, "wishlist.item_not_found", "The wishlist has no such product"};
constexpr Refusal wishlist_full{422, "wishlist.full", "The wishlist holds two hundred products at most"};

struct WishlistAdd {
    ProductId product_id;
    std::optional<bool> notify_back_in_stock;  // absent: as before
    std::optional<SkuId> sku_id;               // the one size and colour to hear of; absent: any
};
RECORD(WishlistAdd, product_id, notify_back_in_stock, sku_id);

struct WishlistProduct {
    ProductId product_id;
};
RECORD(WishlistProduct, product_id);

/// What is documented; the product's text comes ready from the catalogue's snapshot.
struct WishlistItem {
    ProductId product_id;
    Timestamp added_at;
    bool is_available = false;
    bool notify_back_in_stock = false;
    std::optional<SkuId> notify_sku_id;
    std::optional<catalog::ProductCard> product;
};
RECORD(WishlistItem, product_id, added_at, is_available, notify_back_in_stock, notify_sku_id, product);

struct WishlistView {
    std::vector<WishlistItem> items;
    std::int64_t total = 0;
    MarketCode market;
    std::optional<Uuid> cart_token;  // of a guest, to be sent as X-Cart-Token from now on
};
RECORD(WishlistView, items, total, market, cart_token);

/// The same as it is written.
struct ItemText {
    ProductId product_id;
    Timestamp added_at;
    bool is_available = false;
    bool notify_back_in_stock = false;
    std::optional<SkuId> notify_sku_id;
    json::Raw product;
};
RECORD(ItemText, product_id, added_at, is_available, notify_back_in_stock, notify_sku_id, product);

struct WishlistText {
    std::vector<ItemText> items;
    std::int64_t total = 0;
    MarketCode market;
    std::optional<Uuid> cart_token;
};
RECORD(WishlistText, items, total, market, cart_token);

/// A product that is no longer sold stays on the list without its card.
Task<Rendered<WishlistView>> view(Context& context, Shopper shopper) {
    const auto rows = co_await context.db.rows(sql.items, shopper.key);
    const auto snapshot = context.service<catalog::Snapshots>().get(context.market->code);
    const std::size_t language = snapshot->language_index(context.language);
    WishlistText list{.total = static_cast<std::int64_t>(rows.size()),
                      .market = context.market->code,
                      .cart_token = std::move(shopper.token)};
    for (const auto& row : rows) {
        const auto* product = snapshot->find(row.slug);
        list.items.push_back(
            {row.product_id, row.added_at, product != nullptr && product->in_stock, row.notify, row.notify_sku_id,
             json::Raw{product == nullptr ? "null" : std::string{snapshot->card(*product, language)}}});
    }
    http::Response response;
    json::write(response.body, list);
    co_return Rendered<WishlistView>{std::move(response)};
}

Task<Rendered<WishlistView>> get(Context& context) {
    const Shopper shopper = shopper_of(context);
    co_return co_await view(context, shopper);
}

Task<Rendered<WishlistView>> add(Context& context, Body<WishlistAdd> body) {
    const Shopper shopper = shopper_of(context);
    const auto& [product, notify, sku] = body.value;
    if (sku && !notify.value_or(false)) {
        throw Refused{http::invalid_input, {}, {{"sku_id", "has a place beside notify_back_in_stock only"}}};
    }
    auto& limits = context.service<shoppers::GuestLimits>();
    const auto added = co_await context.db.write(sql.add, context.market->code, shopper.key, shopper.user, product,
                                                 items_max, limits.may_begin(context, shopper), notify, sku);
    if (added.empty()) {
        throw Refused{product_not_found, {}, {{sku ? "sku_id" : "product_id", "is not sold in this market"}}};
    }
    const AddedRow& outcome = added.front();
    if (!outcome.is_new) throw limits.refusal_to_begin(context);
    if (*outcome.is_new && shopper.is_guest()) limits.count_begun(context);
    if (outcome.items >= items_max && !outcome.has_item) throw Refused{wishlist_full};
    co_return co_await view(context, shopper);
}

Task<Rendered<WishlistView>> remove(Context& context, Body<WishlistProduct> body) {
    const Shopper shopper = shopper_of(context);
    const auto removed = co_await context.db.execute(sql.remove, shopper.key, body.value.product_id);
    if (removed == 0) throw Refused{item_not_found, {}, {{"product_id", "is not on the wishlist"}}};
    co_return co_await view(context, shopper);
}

Task<Rendered<WishlistView>> clear(Context& context) {
    const Shopper shopper = shopper_of(context);
    co_await context.db.execute(sql.clear, shopper.key);
    co_return co_await view(context, shopper);
}

}  // namespace

http::Routes routes() {
    using http::Access;
    using http::post;
    using shoppers::malformed_cart_token;
    using shoppers::too_many_guests;
    return {
        http::get<"/api/v1/wishlist", get>({.summary = "The caller's or guest's wishlist",
                                            .access = Access::guest,
                                            .refuses = {&malformed_cart_token},
                                            .statements_max = 1}),
        post<"/api/v1/wishlist/get", get>({.summary = "The same as GET",
                                           .access = Access::guest,
                                           .refuses = {&malformed_cart_token},
                                           .statements_max = 1}),
        post<"/api/v1/wishlist/add", add>(
            {.summary = "Put a product on the wishlist, and hear of it when it is in stock again",
             .access = Access::guest,
             .refuses = {&product_not_found, &wishlist_full, &malformed_cart_token, &too_many_guests},
             .statements_max = 2}),
        post<"/api/v1/wishlist/remove", remove>({.summary = "Take a product off the wishlist",
                                                 .access = Access::guest,
                                                 .refuses = {&item_not_found, &malformed_cart_token},
                                                 .statements_max = 2}),
        post<"/api/v1/wishlist/clear", clear>({.summary = "Empty the wishlist",
                                               .access = Access::guest,
                                               .refuses = {&malformed_cart_token},
                                               .statements_max = 2}),
    };
}

}  // namespace marque::wishlist
