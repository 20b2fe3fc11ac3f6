// Changes of an order's state, and what follows from them in the same transaction: history, stock, the event.
#include <fmt/format.h>

#include "features/inventory/inventory.h"
#include "features/orders/moves_queries.h"
#include "features/orders/orders.h"
#include "work/outbox.h"

namespace marque::orders {
namespace {

MoveResult result_of(bool moved, const std::optional<StateRow>& state, Status wanted) {
    if (!state) return {};
    MoveResult result{.outcome = MoveOutcome::not_allowed,
                      .status = state->status,
                      .order_number = state->order_number,
                      .parcel = {state->carrier, state->tracking_number, state->tracking_url}};
    if (moved) {
        result.outcome = MoveOutcome::moved;
    } else if (state->status == wanted) {
        result.outcome = MoveOutcome::already;
    }
    return result;
}

/// A repeated wish: what it names of the parcel is what stands there.
bool says_the_same(const Parcel& wanted, const Parcel& kept) {
    const auto same = [](const auto& a, const auto& b) { return !a || a == b; };
    return same(wanted.carrier, kept.carrier) && same(wanted.tracking_number, kept.tracking_number) &&
           same(wanted.tracking_url, kept.tracking_url);
}

}  // namespace

Task<MoveResult> move(db::Transaction& transaction, MarketCode market, const MoveRequest& request) {
    const auto& parcel = request.parcel;
    const auto from = request.from.empty() ? states_before(request.to) : request.from;
    const auto moved =
        transaction.query(moves_sql.move, request.order, request.to, from, request.owner, request.notes,
                          request.changed_by, parcel.carrier, parcel.tracking_number, parcel.tracking_url);
    const auto state = transaction.query(moves_sql.state, request.order, request.owner);
    co_await transaction.flush_or(order_busy);
    const MoveResult result = result_of(moved.find().has_value(), state.find(), request.to);
    if (result.outcome != MoveOutcome::moved) co_return result;
    if (request.to == Status::confirmed) {
        // Who confirms an order that is not paid yet takes what it holds out of the stock: its time is no longer up.
        const auto has_stock = inventory::queue_claim(transaction, market, request.order);
        co_await transaction.flush_or(order_busy);
        if (!*has_stock.find()) throw Refused{stock_gone};
    }
    if (request.to == Status::cancelled) {
        inventory::queue_give_back(transaction, market, request.order, "cancel");
        promotions::queue_give_back(transaction, request.order);
    }
    work::emit(transaction, market,
               work::OrderMoved{request.order, result.order_number, std::string{enum_word(request.to)}});
    co_return result;
}

Task<OrderView> move_now(http::Context& context, MoveRequest request) {
    // The negative control of A8: a change that does not ask what it changes.
    if (context.thread.config.breaks("moves_from_anywhere")) {
        request.from = {Status::pending, Status::confirmed, Status::shipped, Status::delivered, Status::cancelled};
    }
    db::Transaction transaction = co_await context.db.begin();
    const MoveResult result = co_await move(transaction, context.market->code, request);
    if (result.outcome == MoveOutcome::not_found) throw Refused{order_not_found};
    const bool is_same = result.outcome == MoveOutcome::already && says_the_same(request.parcel, result.parcel);
    if (result.outcome != MoveOutcome::moved && !is_same) {
        const std::string is = fmt::format("The order is {}", enum_word(result.status));
        throw Refused{move_not_allowed, is, {{"status", fmt::format("may not become {}", enum_word(request.to))}}};
    }
    co_await transaction.commit();
    co_return co_await get_order(context.db, request.order, request.owner);
}

Task<std::vector<Step>> history_of(db::Handle db, OrderId id, std::optional<UserId> owner) {
    const auto rows = co_await db.rows(moves_sql.history, id, owner);
    if (rows.empty()) throw Refused{order_not_found};
    std::vector<Step> steps;
    for (const auto& row : rows) steps.push_back({row.status, row.notes, row.changed_by, row.created_at});
    co_return steps;
}

}  // namespace marque::orders
