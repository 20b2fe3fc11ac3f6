#pragma once
// The catalogue as managers write it: products, SKUs, pictures, and a market's prices and stock. The endpoints stand in
// features/management. Rows of all markets are written in one database first and carried to the others (ADR 33).

#include <map>

#include "core/page.h"
#include "core/quantity.h"
#include "core/text.h"
#include "features/media/media.h"
#include "http/route.h"
#include "json/types.h"

namespace marque::catalog {

inline constexpr Refusal managed_product_not_found{404, "products.not_found", "There is no such product"};
inline constexpr Refusal managed_sku_not_found{404, "products.sku_not_found", "There is no such SKU"};
inline constexpr Refusal stale_product{409, "products.stale", "It was changed meanwhile; read it again"};
inline constexpr Refusal slug_taken{409, "products.slug_taken", "Another product has this slug"};
inline constexpr Refusal sku_code_taken{409, "products.sku_code_taken", "Another SKU has this code"};
inline constexpr Refusal variant_taken{409, "products.variant_taken", "The product has this size and colour already"};
inline constexpr Refusal too_many_skus{422, "products.too_many_skus", "A product has five hundred SKUs at most"};
inline constexpr Refusal stock_reserved{409, "products.stock_reserved",
                                        "Fewer pieces than orders hold cannot be in stock"};
inline constexpr Refusal shared_rows{403, "catalog.shared",
                                     "What all markets show is changed by who may do so in each of them"};

using LedgerId = Id<struct LedgerTag>;

struct TextsInput {
    Text<1, 200> name;
    std::optional<Text<0, 20'000>> description;
};
RECORD(TextsInput, name, description);

using FeatureLists = std::map<std::string, std::vector<Text<1, 500>>>;

/// `slug` and `is_shared` are for new products only: both stay what they are. Lists that are left out stay as they are;
/// those that are given replace the old ones. `version` is the one that was read; a new product has none.
struct ProductInput {
    std::optional<Slug> slug;
    std::optional<bool> is_shared;
    Text<1, 200> name;
    std::optional<Text<0, 100>> brand;
    std::optional<Text<0, 20'000>> description;
    Slug category;
    std::optional<Slug> subcategory;
    std::optional<std::map<std::string, TextsInput>> translations;
    std::optional<FeatureLists> features;
    std::optional<bool> is_active;
    std::optional<bool> is_featured;
    std::optional<bool> is_best_seller;
    std::optional<std::int32_t> version;
};
RECORD(ProductInput, slug, is_shared, name, brand, description, category, subcategory, translations, features,
       is_active, is_featured, is_best_seller, version);

struct ActiveInput {
    bool is_active = false;
    std::int32_t version = 0;
};
RECORD(ActiveInput, is_active, version);

/// `code` is for new SKUs only: imports and other databases know a SKU by it.
struct SkuInput {
    std::optional<Text<1, 64>> code;
    std::optional<Text<0, 40>> size;
    std::optional<Text<0, 40>> color;
    std::optional<media::MediaId> image_id;
    std::optional<bool> is_active;
    std::optional<std::int32_t> sort_order;
    std::optional<std::int32_t> version;
};
RECORD(SkuInput, code, size, color, image_id, is_active, sort_order, version);

/// One picture in its place: an upload for products, or the address of one that the product has already.
struct PictureInput {
    std::optional<media::MediaId> media_id;
    std::optional<Text<1, 500>> url;
};
RECORD(PictureInput, media_id, url);

struct PicturesInput {
    std::vector<PictureInput> pictures;
    std::int32_t version = 0;
};
RECORD(PicturesInput, pictures, version);

/// What a SKU costs in the managed market. `version` is that of the price that was read; without one there is none yet.
/// Without `price` the SKU is no longer sold there.
struct PriceInput {
    SkuId sku_id;
    std::optional<json::AmountText> price;
    std::optional<json::AmountText> original_price;
    std::optional<json::AmountText> sale_price;
    std::optional<Timestamp> sale_from;
    std::optional<Timestamp> sale_until;
    std::optional<std::int32_t> version;
};
RECORD(PriceInput, sku_id, price, original_price, sale_price, sale_from, sale_until, version);

struct PricesInput {
    std::vector<PriceInput> prices;
};
RECORD(PricesInput, prices);

/// Either `by`, a difference, or `on_hand`, what was counted, with `was`, what it was when it was read.
struct StockInput {
    SkuId sku_id;
    std::optional<std::int32_t> by;
    std::optional<std::int32_t> on_hand;
    std::optional<std::int32_t> was;
};
RECORD(StockInput, sku_id, by, on_hand, was);

struct StocksInput {
    Text<3, 200> reason;  // stands in the ledger
    std::vector<StockInput> stock;
};
RECORD(StocksInput, reason, stock);

struct ProductsQuery {
    std::optional<Text<1, 100>>
        search;  // a part of a name in any language or of the slug, or the beginning of a SKU's code
    std::optional<Slug> category;
    std::optional<Text<1, 100>> brand;
    std::optional<bool> is_active;
    std::optional<bool> in_stock;
    std::optional<bool> is_shared;
    PageLimit limit;
    std::optional<ProductId> cursor;
};
RECORD(ProductsQuery, search, category, brand, is_active, in_stock, is_shared, limit, cursor);

/// Why a product is not shown in the managed market.
enum class Missing { product_inactive, category_inactive, no_active_sku, no_price };
ENUMERATION(Missing, product_inactive, category_inactive, no_active_sku, no_price);

/// A product in a list, with prices and stock of the managed market.
struct ProductLine {
    ProductId id;
    std::string market;  // whose it is: "all", or the market
    std::string slug;
    std::string name;  // in the request's language, where it has one there
    std::string brand;
    std::optional<std::string> image;
    std::string category;
    bool is_active = false;
    bool is_shown = false;
    std::vector<Missing> missing;
    std::int64_t skus_count = 0;
    std::optional<Money> price_from;  // at this moment
    std::optional<Money> price_to;
    std::int64_t on_hand = 0;
    std::int64_t reserved = 0;
    bool in_stock = false;
    std::int32_t version = 1;
    Timestamp updated_at;
};
RECORD(ProductLine, id, market, slug, name, brand, image, category, is_active, is_shown, missing, skus_count,
       price_from, price_to, on_hand, reserved, in_stock, version, updated_at);

struct ProductLines {
    std::vector<ProductLine> items;
    std::int64_t total = 0;
    bool total_is_exact = true;  // false: there are at least as many
    std::int32_t limit = 0;
    std::optional<std::string> next;
};
RECORD(ProductLines, items, total, total_is_exact, limit, next);

struct ManagedTexts {
    std::string name;
    std::string description;
};
RECORD(ManagedTexts, name, description);

/// What a SKU costs in one market and how many pieces are there.
struct ManagedOffer {
    Currency currency;
    std::optional<Money> price;
    std::optional<Money> original_price;
    std::optional<Money> sale_price;
    std::optional<Timestamp> sale_from;
    std::optional<Timestamp> sale_until;
    std::optional<Money> current_price;
    std::optional<std::int32_t> version;  // of the price
    std::optional<std::int32_t> on_hand;
    std::optional<std::int32_t> reserved;
    bool in_stock = false;
};
RECORD(ManagedOffer, currency, price, original_price, sale_price, sale_from, sale_until, current_price, version,
       on_hand, reserved, in_stock);

struct ManagedSku {
    SkuId id;
    std::string code;
    std::string size;
    std::string color;
    std::optional<std::string> image;
    bool is_active = false;
    std::int32_t sort_order = 0;
    std::int32_t version = 1;
    std::map<std::string, ManagedOffer> offers;  // by market, of those that the caller may look at
};
RECORD(ManagedSku, id, code, size, color, image, is_active, sort_order, version, offers);

struct ManagedProduct {
    ProductId id;
    std::string market;
    std::string slug;
    std::string name;
    std::string brand;
    std::string description;
    std::string category;
    std::optional<std::string> subcategory;
    std::map<std::string, ManagedTexts> translations;
    std::map<std::string, std::vector<std::string>> features;
    std::vector<std::string> pictures;
    std::vector<ManagedSku> skus;
    bool is_active = false;
    bool is_featured = false;
    bool is_best_seller = false;
    bool is_shown = false;  // in the managed market
    std::vector<Missing> missing;
    std::vector<std::string> untranslated;  // languages of the managed market without a text of their own
    bool may_change = false;                // what is not a market's own: texts, pictures, SKUs
    std::optional<std::string> source;
    std::int32_t version = 1;
    Timestamp created_at;
    Timestamp updated_at;
};
RECORD(ManagedProduct, id, market, slug, name, brand, description, category, subcategory, translations, features,
       pictures, skus, is_active, is_featured, is_best_seller, is_shown, missing, untranslated, may_change, source,
       version, created_at, updated_at);

struct LedgerQuery {
    PageLimit limit;
    std::optional<LedgerId> cursor;
};
RECORD(LedgerQuery, limit, cursor);

struct LedgerLine {
    LedgerId id;
    std::int32_t delta = 0;
    std::string reason;
    std::optional<OrderId> order_id;
    std::optional<std::string> changed_by;
    Timestamp created_at;
};
RECORD(LedgerLine, id, delta, reason, order_id, changed_by, created_at);

struct LedgerLines {
    std::vector<LedgerLine> items;
    std::optional<std::string> next;
};
RECORD(LedgerLines, items, next);

/// What the caller may do beside the managed market: look at others' offers, and write what is of all markets.
struct Reach {
    std::vector<MarketCode> seen;  // the managed one among them
    bool may_share = false;        // has the right in every served market
};

Task<ProductLines> list_managed_products(http::Context& context, ProductsQuery query);
Task<ManagedProduct> get_managed_product(http::Context& context, ProductId id, Reach reach);
/// The answer with the new product; of the same Idempotency-Key one and the same product.
Task<http::Response> create_product(http::Context& context, ProductInput input, Reach reach);
/// Each that takes a version refuses (stale_product) where another one is the present.
Task<ManagedProduct> change_product(http::Context& context, ProductId id, ProductInput input, Reach reach);
Task<ManagedProduct> set_product_active(http::Context& context, ProductId id, ActiveInput input, Reach reach);
Task<ManagedProduct> set_pictures(http::Context& context, ProductId id, PicturesInput input, Reach reach);
/// Adds a SKU; of the same Idempotency-Key once.
Task<http::Response> create_sku(http::Context& context, ProductId id, SkuInput input, Reach reach);
Task<ManagedProduct> change_sku(http::Context& context, SkuId id, SkuInput input, Reach reach);
/// Prices of the managed market, all of a call or none.
Task<ManagedProduct> put_prices(http::Context& context, ProductId id, PricesInput input, Reach reach);
/// Pieces of the managed market, all of a call or none; of the same Idempotency-Key once.
Task<http::Response> change_stock(http::Context& context, ProductId id, StocksInput input, std::string changed_by,
                                  Reach reach);
Task<LedgerLines> stock_ledger(http::Context& context, SkuId id, LedgerQuery query);

}  // namespace marque::catalog
