#pragma once
// Returns and exchanges: asked for by customers, decided and taken in by the shop.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/money.h"
#include "core/page.h"
#include "core/quantity.h"
#include "core/text.h"
#include "http/route.h"

namespace marque::orders {

using ReturnId = Id<struct ReturnTag>;

/// requested → approved or rejected; approved → received; requested or approved → cancelled by the customer. The shop
/// may take in what it has not approved first.
enum class ReturnState { requested, approved, rejected, received, cancelled };
ENUMERATION(ReturnState, requested, approved, rejected, received, cancelled)

enum class ReturnReason { too_small, too_large, not_as_described, damaged, wrong_item, changed_mind, other };
ENUMERATION(ReturnReason, too_small, too_large, not_as_described, damaged, wrong_item, changed_mind, other)

inline constexpr Refusal return_not_found{404, "returns.not_found", "There is no such return"};
inline constexpr Refusal not_returnable{409, "returns.not_returnable", "This cannot be sent back, or no longer"};
inline constexpr Refusal return_decided{409, "returns.decided", "The return's state does not allow this"};
inline constexpr Refusal not_exchangeable{
    409, "returns.not_exchangeable", "Only another size or colour of the same product at the same price is exchanged"};
inline constexpr Refusal exchange_sold_out{409, "returns.exchange_sold_out", "What it is exchanged for is sold out"};

struct ReturnedItem {
    SkuId sku_id;
    Quantity quantity;
    ReturnReason reason = ReturnReason::other;
    std::optional<SkuId> exchange_sku_id;  // instead of the money
};
RECORD(ReturnedItem, sku_id, quantity, reason, exchange_sku_id);

struct AskReturn {
    std::vector<ReturnedItem> items;
    std::optional<Text<1, 500>> comment;
};
RECORD(AskReturn, items, comment);

struct ReturnItemView {
    SkuId sku_id;
    std::string sku_code;
    std::string product_slug;
    std::string product_name;
    std::string size;
    std::string color;
    std::int32_t quantity = 0;
    ReturnReason reason = ReturnReason::other;
    std::optional<SkuId> exchange_sku_id;
};
RECORD(ReturnItemView, sku_id, sku_code, product_slug, product_name, size, color, quantity, reason, exchange_sku_id);

struct ReturnView {
    ReturnId id;
    OrderId order_id;
    std::string order_number;
    ReturnState state = ReturnState::requested;
    std::string comment;
    std::string decision;  // what the shop said to it
    Money refund;          // owed for what was received
    std::string currency;
    Timestamp created_at;
    std::optional<Timestamp> decided_at;
    std::optional<Timestamp> received_at;
    std::vector<ReturnItemView> items;
};
RECORD(ReturnView, id, order_id, order_number, state, comment, decision, refund, currency, created_at, decided_at,
       received_at, items);

struct ReturnList {
    std::vector<ReturnView> items;
};
RECORD(ReturnList, items);

struct ReturnQuery {
    std::optional<ReturnState> state;
    PageLimit limit;
    PageOffset offset;
    std::optional<PageOffset> cursor;
};
RECORD(ReturnQuery, state, limit, offset, cursor);

/// A wish to send pieces of a delivered order back, at most what was bought and within the market's days.
/// Without an owner it is a guest's, who has shown the order's link.
Task<http::Response> ask_return(http::Context& context, OrderId order, std::optional<UserId> owner,
                                const AskReturn& wanted);
Task<ReturnList> returns_of(db::Handle db, OrderId order, std::optional<UserId> owner);
Task<Page<ReturnView>> list_returns(db::Handle db, ReturnQuery query);
Task<ReturnView> get_return(db::Handle db, ReturnId id);

Task<std::optional<OrderId>> find_order_of_return(db::Handle db, ReturnId id);

/// The customer calls it off, or a guest who has shown the order's link. A second time changes nothing.
Task<ReturnView> cancel_return(http::Context& context, ReturnId id, std::optional<UserId> owner);
/// The shop says yes or no; the customer reads `decision`.
Task<ReturnView> decide_return(http::Context& context, ReturnId id, bool approved, const std::string& decision,
                               const std::string& by);
/// The goods are there. In one transaction: what is to be sold again goes back into stock, what is exchanged leaves it,
/// and the event ReturnReceived says what is owed: of each line what was paid for the pieces, discount and tax with it.
Task<ReturnView> receive_return(http::Context& context, ReturnId id, bool restock, const std::string& by);

/// What is owed for pieces of an order's lines: exact, and over all returns together never more than goods were paid.
struct PaidLine {
    std::int64_t subtotal_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t taxable_minor = 0;
    std::int32_t quantity = 0;
    std::int32_t received = 0;   // came back before, for money
    std::int32_t returning = 0;  // comes back now, for money
};
struct PaidOrder {
    std::int64_t tax_minor = 0;  // on top of the prices
    std::int64_t taxable_minor = 0;
};
[[nodiscard]] std::int64_t refund_minor_of(const PaidOrder& order, std::span<const PaidLine> lines);

[[nodiscard]] http::Routes return_routes();

}  // namespace marque::orders
