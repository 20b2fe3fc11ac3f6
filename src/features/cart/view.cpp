// From the rows of a cart to what its shopper sees, and what adds up.
#include "features/cart/view.h"

namespace marque::cart {
namespace {

/// So few are left that a shopper should know how many.
constexpr std::int64_t few = 5;

StockState stock_state_of(const CartLineRow& row, bool is_sold) {
    if (!is_sold) return StockState::not_sold;
    if (row.available <= 0) return StockState::out_of_stock;
    return row.available <= few ? StockState::few_left : StockState::in_stock;
}

CartLine line_of(const CartLineRow& row, Currency currency) {
    const bool is_sold = row.is_active && row.price_minor;
    const Money price{row.price_minor.value_or(row.added_price_minor), currency};
    CartLine line{.sku_id = row.sku_id,
                  .sku_code = row.sku_code,
                  .product_slug = row.product_slug,
                  .product_name = row.product_name,
                  .product_brand = row.product_brand,
                  .size = row.size,
                  .color = row.color,
                  .image_url = row.image_url,
                  .price = price,
                  .price_when_added = Money{row.added_price_minor, currency},
                  .quantity = row.quantity,
                  .subtotal = price * (is_sold ? row.quantity : 0),
                  .in_stock = is_sold && row.available > 0,
                  .stock_state = stock_state_of(row, is_sold)};
    if (row.original_minor) line.original_price = Money{*row.original_minor, currency};
    if (!is_sold) {
        line.problems.push_back(LineProblem::no_longer_sold);
        return line;
    }
    // Not how many there are, only how far the line can go.
    if (row.available <= few || row.available < row.quantity) line.available = static_cast<std::int32_t>(row.available);
    if (row.available < row.quantity) line.problems.push_back(LineProblem::not_enough_stock);
    if (*row.price_minor != row.added_price_minor) line.problems.push_back(LineProblem::price_changed);
    return line;
}

}  // namespace

CartView view_of(const http::Context& context, const shoppers::Shopper& shopper, const std::vector<CartLineRow>& rows) {
    const Currency currency = context.market->currency;
    CartView cart{.total_price = Money{0, currency},
                  .currency = currency.to_text(),
                  .market = context.market->code,
                  .cart_token = shopper.token};
    for (const auto& row : rows) {
        if (row.saved) {
            cart.saved.push_back(line_of(row, currency));
            continue;
        }
        cart.items.push_back(line_of(row, currency));
        const CartLine& line = cart.items.back();
        if (line.stock_state != StockState::not_sold) cart.total_items += line.quantity;
        cart.total_price = cart.total_price + line.subtotal;
    }
    return cart;
}

}  // namespace marque::cart
