// Limits of promotions in the order's transaction.
#include "features/promotions/promotions.h"

#include <algorithm>

#include "features/promotions/queries.h"

namespace marque::promotions {

std::string buyer_key(std::optional<UserId> user, std::string_view phone) {
    return user ? "user:" + user->to_text() : "phone:" + std::string{phone};
}

std::vector<PromotionId> limited_ids(const Book& book, std::span<const std::string> codes) {
    std::vector<PromotionId> ids;
    for (const auto* promotion : book.candidates(codes)) {
        if (promotion->is_limited()) ids.emplace_back(promotion->id);
    }
    return ids;
}

db::Pending<UsesRow> queue_uses(db::Transaction& transaction, const std::vector<PromotionId>& ids,
                                const std::string& buyer) {
    return transaction.query(sql.uses, ids, buyer);
}

Task<std::vector<UsesRow>> read_uses(db::Handle db, std::vector<PromotionId> ids, std::string buyer) {
    co_return co_await db.rows(sql.uses, ids, buyer);
}

void queue_given(db::Transaction& transaction, MarketCode market, OrderId order, const std::string& buyer,
                 const std::vector<Kept>& given, const std::vector<UsesRow>* naive_uses) {
    if (given.empty()) return;
    std::vector<PromotionId> ids;
    std::vector<std::optional<std::string>> codes;
    std::vector<std::string> names;
    std::vector<Kind> kinds;
    std::vector<std::int64_t> amounts;
    std::vector<const Promotion*> limited;
    for (const auto& one : given) {
        ids.emplace_back(one.promotion->id);
        codes.push_back(one.promotion->code);
        names.push_back(one.name);
        kinds.push_back(one.promotion->kind);
        amounts.push_back(one.amount_minor);
        if (one.promotion->is_limited()) limited.push_back(one.promotion);
    }
    transaction.execute(sql.keep, market, order, buyer, ids, codes, names, kinds, amounts);
    std::ranges::sort(limited, {}, &Promotion::id);
    for (const auto* promotion : limited) {
        const PromotionId id{promotion->id};
        if (naive_uses != nullptr) {
            const auto read = std::ranges::find(*naive_uses, id, &UsesRow::id);
            transaction.execute(naive_sql.set_used, id, read == naive_uses->end() ? 1 : read->used + 1);
            continue;
        }
        if (promotion->usage_limit) transaction.execute(sql.use, id);
        if (promotion->per_buyer_limit) {
            transaction.execute(sql.use_by_buyer, market, id, buyer, *promotion->per_buyer_limit);
        }
    }
}

void queue_give_back(db::Transaction& transaction, OrderId order) { transaction.execute(sql.give_back, order); }

}  // namespace marque::promotions
