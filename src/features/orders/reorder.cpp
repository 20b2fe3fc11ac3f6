// An old order's pieces, put into the cart of whoever asks, as far as they can still be bought.
#include "features/orders/reorder.h"

#include "features/cart/cart.h"
#include "features/orders/orders.h"
#include "features/shoppers/shoppers.h"

namespace marque::orders {
namespace {

using http::Context;
using http::Query;

/// Why a line is not what it was. Only the first, second and last keep all of it out of the cart.
enum class ReorderProblem { no_longer_sold, out_of_stock, fewer_pieces, price_changed, cart_full };
ENUMERATION(ReorderProblem, no_longer_sold, out_of_stock, fewer_pieces, price_changed, cart_full)

struct ReorderLine {
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string size;
    std::string color;
    std::int32_t ordered = 0;
    std::int32_t in_cart = 0;    // pieces that the line of the cart has now
    Money price_then;            // of a piece
    std::optional<Money> price;  // now, where it is sold
    std::vector<ReorderProblem> problems;
};
RECORD(ReorderLine, sku_id, sku_code, product_slug, product_name, size, color, ordered, in_cart, price_then, price,
       problems);

struct ReorderView {
    static constexpr std::string_view doc =
        "What became of each line of the order. A line of the cart is brought up to the pieces that were ordered, "
        "never "
        "down, so asking twice is asking once.";
    std::vector<ReorderLine> items;
    bool is_complete = false;  // all pieces of all lines are in the cart
};
RECORD(ReorderView, items, is_complete);

std::vector<ReorderProblem> problems_of(const OrderItemView& item, const cart::PutAgain& put, Currency currency) {
    if (!put.is_sold) return {ReorderProblem::no_longer_sold};
    std::vector<ReorderProblem> problems;
    if (put.available <= 0) {
        problems.push_back(ReorderProblem::out_of_stock);
    } else if (put.in_cart == 0) {
        problems.push_back(ReorderProblem::cart_full);
    } else if (put.in_cart < item.quantity) {
        problems.push_back(ReorderProblem::fewer_pieces);
    }
    // An order of another currency than the market's has no price to compare.
    if (item.price != Money{put.price_minor, currency}) problems.push_back(ReorderProblem::price_changed);
    return problems;
}

ReorderLine line_of(const OrderItemView& item, const cart::PutAgain& put, Currency currency) {
    ReorderLine line{.sku_id = item.sku_id,
                     .sku_code = item.sku_code,
                     .product_slug = item.product_slug,
                     .product_name = item.product_name,
                     .size = item.size,
                     .color = item.color,
                     .ordered = item.quantity,
                     .in_cart = put.in_cart,
                     .price_then = item.price,
                     .problems = problems_of(item, put, currency)};
    if (put.is_sold) line.price = Money{put.price_minor, currency};
    return line;
}

Task<ReorderView> reorder(Context& context, OrderId id, Query<OrderAccess> query) {
    const auto owner = owner_asking(context, id, query.value);
    const OrderView order = co_await get_order(context.db, id, owner);
    std::vector<cart::Bought> bought;
    for (const auto& item : order.items) bought.push_back({item.sku_id, item.quantity});
    const auto put = co_await cart::put_again(context, std::move(bought));
    ReorderView view{.is_complete = true};
    for (std::size_t i = 0; i < order.items.size(); ++i) {
        const auto& item = order.items[i];
        view.items.push_back(line_of(item, put[i], context.market->currency));
        view.is_complete = view.is_complete && put[i].in_cart >= item.quantity;
    }
    co_return view;
}

}  // namespace

http::Routes reorder_routes() {
    return {
        http::post<"/api/v1/orders/{id}/reorder", reorder>(
            {.summary = "Put what can still be bought of an order into the cart of whoever asks",
             .access = http::Access::guest,
             .refuses = {&http::unauthenticated, &order_not_found, &shoppers::malformed_cart_token,
                         &shoppers::too_many_guests},
             .statements_max = 2}),
    };
}

}  // namespace marque::orders
