#pragma once
// What a cart looks like over HTTP: each line with its price now and when added, its stock, and what is wrong with it.

#include <optional>
#include <string>
#include <vector>

#include "core/money.h"
#include "features/cart/queries.h"
#include "features/shoppers/shoppers.h"
#include "http/route.h"

namespace marque::cart {

enum class StockState { in_stock, few_left, out_of_stock, not_sold };
ENUMERATION(StockState, in_stock, few_left, out_of_stock, not_sold)

/// What its shopper should look at. Only the price's change lets the line be ordered.
enum class LineProblem { not_enough_stock, price_changed, no_longer_sold };
ENUMERATION(LineProblem, not_enough_stock, price_changed, no_longer_sold)

struct CartLine {
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string product_brand;
    std::string size;
    std::string color;
    std::optional<std::string> image_url;
    Money price;  // now; the one when added where there is none any more
    std::optional<Money> original_price;
    Money price_when_added;
    std::int32_t quantity = 0;
    Money subtotal;  // what the line adds to the total: nothing where it is no longer sold
    bool in_stock = false;
    StockState stock_state = StockState::in_stock;
    std::optional<std::int32_t> available;  // where few are left, or fewer than are in the cart
    std::vector<LineProblem> problems;
};
RECORD(CartLine, sku_id, sku_code, product_slug, product_name, product_brand, size, color, image_url, price,
       original_price, price_when_added, quantity, subtotal, in_stock, stock_state, available, problems);

struct CartView {
    std::vector<CartLine> items;
    std::vector<CartLine> saved;   // for later: in no total and no order
    std::int32_t total_items = 0;  // pieces that are sold
    Money total_price;             // of those
    std::string currency;
    MarketCode market;
    std::optional<Uuid> cart_token;  // of a guest, to be sent as X-Cart-Token from now on
};
RECORD(CartView, items, saved, total_items, total_price, currency, market, cart_token);

[[nodiscard]] CartView view_of(const http::Context& context, const shoppers::Shopper& shopper,
                               const std::vector<CartLineRow>& rows);

}  // namespace marque::cart
