// What was bought once, put into a cart again.
#include "features/cart/cart.h"
#include "features/cart/limits.h"
#include "features/cart/queries.h"
#include "features/shoppers/shoppers.h"

namespace marque::cart {

Task<std::vector<PutAgain>> put_again(http::Context& context, std::vector<Bought> bought) {
    const shoppers::Shopper shopper = shoppers::shopper_of(context);
    auto& limits = context.service<shoppers::GuestLimits>();
    std::vector<SkuId> skus;
    std::vector<std::int32_t> quantities;
    for (const auto& line : bought) {
        skus.push_back(line.sku_id);
        quantities.push_back(line.quantity);
    }
    db::Transaction transaction = co_await context.db.begin();
    const auto put = transaction.query(sql.again, context.market->code, shopper.key, shopper.user, skus, quantities,
                                       limits.may_begin(context, shopper), lines_max);
    co_await transaction.commit();
    std::vector<PutAgain> lines;
    bool is_new = false;
    for (const auto& row : put.rows()) {
        // Something is there to be put, and no cart for it.
        if (row.available > 0 && row.price_minor && !row.is_new) throw limits.refusal_to_begin(context);
        is_new = is_new || row.is_new.value_or(false);
        lines.push_back(
            {row.price_minor.has_value(), row.price_minor.value_or(0), row.available, row.quantity.value_or(0)});
    }
    if (is_new && shopper.is_guest()) limits.count_begun(context);
    co_return lines;
}

}  // namespace marque::cart
