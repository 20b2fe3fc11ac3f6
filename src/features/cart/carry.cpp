// Taking a cart along to another market: articles are met again by their code, prices are those of the new market.
#include <algorithm>

#include "features/cart/carry_queries.h"
#include "features/shoppers/shoppers.h"

namespace marque::cart {

Task<std::vector<CarriedLine>> plan_carry(db::Handle from, Uuid cart_of, db::Handle to) {
    const auto packed = co_await from.rows(carry_sql.pack, cart_of);
    std::vector<std::string> codes;
    for (const auto& line : packed) {
        if (line.is_shared) codes.push_back(line.sku_code);
    }
    const auto sold = co_await to.rows(carry_sql.sold, codes);
    std::vector<CarriedLine> lines;
    for (const auto& line : packed) {
        const auto found = std::ranges::find(sold, line.sku_code, &SoldRow::sku_code);
        const bool follows = line.is_shared && found != sold.end();
        lines.push_back({line, follows ? std::optional{*found} : std::nullopt});
    }
    co_return lines;
}

void queue_unpack(db::Transaction& transaction, MarketCode market, UserId user, const std::vector<CarriedLine>& lines) {
    std::vector<SkuId> skus;
    std::vector<SkuId> saved;
    std::vector<std::int32_t> quantities;
    std::vector<std::int64_t> prices;
    for (const auto& [line, sold] : lines) {
        if (!sold) continue;
        skus.push_back(sold->sku_id);
        if (line.saved) saved.push_back(sold->sku_id);
        quantities.push_back(line.quantity);
        prices.push_back(sold->price_minor);
    }
    if (!skus.empty()) {
        transaction.execute(carry_sql.unpack, market, shoppers::key_of(user), user, skus, quantities, prices, saved);
    }
}

Task<std::int64_t> empty(db::Handle db, UserId user) {
    co_return co_await db.execute(carry_sql.leave, shoppers::key_of(user));
}

}  // namespace marque::cart
