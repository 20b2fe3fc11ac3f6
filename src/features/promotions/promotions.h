#pragma once
// Promotions: what they give, and how their limits are kept in the order's transaction.

#include <string>
#include <vector>

#include "core/market.h"
#include "db/handle.h"
#include "features/promotions/evaluate.h"
#include "features/promotions/manage.h"

namespace marque::promotions {

/// Whose use is counted: "user:19", or of a guest the phone.
[[nodiscard]] std::string buyer_key(std::optional<UserId> user, std::string_view phone);

/// Ids of the limited ones among the candidates.
[[nodiscard]] std::vector<PromotionId> limited_ids(const Book& book, std::span<const std::string> codes);

/// Queues the question how often these were given.
[[nodiscard]] db::Pending<UsesRow> queue_uses(db::Transaction& transaction, const std::vector<PromotionId>& ids,
                                              const std::string& buyer);
/// The same as a statement of its own.
Task<std::vector<UsesRow>> read_uses(db::Handle db, std::vector<PromotionId> ids, std::string buyer);

/// Constraints that fail the order's transaction when a limit is reached meanwhile; tried again, it sees the limit.
inline constexpr std::string_view uses_constraint = "promotion_uses_limit";
inline constexpr std::string_view buyers_constraint = "promotion_buyers_limit";

/// A given promotion as the order keeps it.
struct Kept {
    const Promotion* promotion = nullptr;
    std::string name;
    std::int64_t amount_minor = 0;
};

/// Queues the order's copies and counts limited ones, in order of their ids, so that orders never wait in a circle.
/// `naive_uses`, of the negative control, counts from what was read.
void queue_given(db::Transaction& transaction, MarketCode market, OrderId order, const std::string& buyer,
                 const std::vector<Kept>& given, const std::vector<UsesRow>* naive_uses);

/// Queues that what an order was given counts no more: it was cancelled before it was worth anything to its buyer.
void queue_give_back(db::Transaction& transaction, OrderId order);

}  // namespace marque::promotions
