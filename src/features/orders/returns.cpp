// The transactions of returns. Each locks the order, then the return, then stock in ascending order.
#include "features/orders/returns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "features/inventory/inventory.h"
#include "features/orders/orders.h"
#include "features/orders/returns_queries.h"
#include "features/shoppers/shoppers.h"
#include "json/read.h"
#include "work/idempotency.h"
#include "work/outbox.h"

namespace marque::orders {
namespace {

using http::Context;

constexpr std::string_view ask_route = "POST /api/v1/orders/{id}/returns";
constexpr std::int32_t returns_of_order_max = 100;

ReturnView view_of(const ReturnRow& row) {
    const auto currency = Currency::parse(row.currency);
    check(currency.has_value(), "a return in an unknown currency");
    ReturnView view{.id = row.id,
                    .order_id = row.order_id,
                    .order_number = row.order_number,
                    .state = row.state,
                    .comment = row.comment,
                    .decision = row.decision,
                    .refund = Money{row.refund_minor, *currency},
                    .currency = row.currency,
                    .created_at = row.created_at,
                    .decided_at = row.decided_at,
                    .received_at = row.received_at};
    auto items = json::read_text<std::vector<ReturnItemView>>(row.items.text);
    check(items.has_value(), "items of a return that cannot be read");
    view.items = std::move(*items);
    return view;
}

/// The wish as columns, each item at its line of the order.
struct Columns {
    std::vector<std::int32_t> lines, quantities;
    std::vector<SkuId> skus, exchanged, exchanged_for;
    std::vector<ReturnReason> reasons;
    std::vector<std::optional<SkuId>> exchanges;
};

void add(Columns& columns, const ReturnedItem& item, std::int32_t line, std::int32_t quantity) {
    columns.lines.push_back(line);
    columns.quantities.push_back(quantity);
    columns.skus.push_back(item.sku_id);
    columns.reasons.push_back(item.reason);
    columns.exchanges.push_back(item.exchange_sku_id);
    if (!item.exchange_sku_id) return;
    columns.exchanged.push_back(item.sku_id);
    columns.exchanged_for.push_back(*item.exchange_sku_id);
}

/// Finds each item among what the customer has of the order; refuses what was not bought or is on its way back.
Columns columns_of(const AskReturn& wanted, const std::vector<HeldRow>& held) {
    Columns columns;
    std::vector<FieldError> mistakes;
    for (std::size_t i = 0; i < wanted.items.size(); ++i) {
        const auto& item = wanted.items[i];
        const std::string field = fmt::format("items[{}]", i);
        if (std::ranges::find(held, item.sku_id, &HeldRow::sku_id) == held.end()) {
            mistakes.push_back({field + ".sku_id", "is not in this order"});
            continue;
        }
        if (std::ranges::find(columns.skus, item.sku_id) != columns.skus.end()) {
            mistakes.push_back({field + ".sku_id", "stands there twice"});
            continue;
        }
        // The same SKU may be of several lines: bought, and come in an exchange for another.
        std::int32_t wanted_still = item.quantity.value();
        for (const auto& row : held) {
            if (row.sku_id != item.sku_id || row.quantity <= 0 || wanted_still == 0) continue;
            const std::int32_t taken = std::min(row.quantity, wanted_still);
            add(columns, item, row.line, taken);
            wanted_still -= taken;
        }
        if (wanted_still == 0) continue;
        const std::int32_t left = item.quantity.value() - wanted_still;
        mistakes.push_back({field + ".quantity", fmt::format("must be at most {}", left)});
    }
    if (!mistakes.empty()) throw Refused{not_returnable, mistakes.front().message, mistakes};
    return columns;
}

void check_items(const AskReturn& wanted) {
    if (!wanted.items.empty() && wanted.items.size() <= 200) return;
    throw Refused{http::invalid_input, {}, {{"items", "must have between 1 and 200 items"}}};
}

/// Takes back what the wish had counted as on its way: all of it where it came to nothing, or what came again in an
/// exchange.
void queue_uncount(db::Transaction& transaction, OrderId order, const std::vector<ReturnItemRow>& items,
                   bool only_exchanged = false) {
    std::vector<std::int32_t> lines, quantities;
    for (const auto& item : items) {
        if (only_exchanged && !item.exchange_sku_id) continue;
        lines.push_back(item.line);
        quantities.push_back(-item.quantity);
    }
    transaction.execute(returns_sql.count_returned, order, lines, quantities);
}

/// Within what an answer is kept: the account, or the order whose link was shown.
Uuid scope_of(std::optional<UserId> owner, OrderId order) {
    if (owner) return shoppers::key_of(*owner);
    return shoppers::key_of_guest(Uuid::of_number(order.value()));
}

struct Locked {
    LockedReturnRow row;
    std::vector<ReturnItemRow> items;
};

Task<Locked> lock_return(db::Transaction& transaction, ReturnId id, std::optional<UserId> owner) {
    const auto row = transaction.query(returns_sql.lock, id, owner);
    const auto items = transaction.query(returns_sql.items, id);
    co_await transaction.flush_or(order_busy);
    const auto found = row.find();
    if (!found) throw Refused{return_not_found};
    co_return Locked{*found, items.rows()};
}

[[noreturn]] void refuse_state(ReturnState state) {
    throw Refused{return_decided, fmt::format("The return is {}", enum_word(state))};
}

void queue_news(db::Transaction& transaction, MarketCode market, ReturnId id, OrderId order, ReturnState state) {
    work::emit(transaction, market, work::ReturnMoved{order, id.to_text(), std::string{enum_word(state)}});
}

/// What comes back for money, line by line, and what it is worth.
std::int64_t refund_of(const ReturnOrderRow& order, const std::vector<ReturnLineRow>& lines,
                       const std::vector<ReturnItemRow>& items) {
    std::vector<PaidLine> paid;
    for (const auto& line : lines) {
        std::int32_t for_money = 0;
        for (const auto& item : items) {
            if (item.line == line.line && !item.exchange_sku_id) for_money += item.quantity;
        }
        paid.push_back(
            {line.subtotal_minor, line.discount_minor, line.taxable_minor, line.quantity, line.received, for_money});
    }
    return refund_minor_of({order.tax_minor, order.taxable_minor}, paid);
}

void queue_stock(db::Transaction& transaction, MarketCode market, OrderId order, bool restock,
                 const std::vector<ReturnItemRow>& items) {
    std::vector<SkuId> back, all;
    std::vector<std::int32_t> quantities;
    std::map<SkuId, std::int32_t> leaving;
    for (const auto& item : items) {
        back.push_back(item.sku_id);
        quantities.push_back(item.quantity);
        if (item.exchange_sku_id) leaving[*item.exchange_sku_id] += item.quantity;
    }
    all = back;
    for (const auto& [sku, quantity] : leaving) all.push_back(sku);
    transaction.query(returns_sql.lock_stock, all);
    if (restock) inventory::queue_give_back(transaction, market, order, "return", back, quantities);
    for (const auto& [sku, quantity] : leaving) {
        transaction.execute(returns_sql.take_exchange, market, order, sku, quantity);
    }
}

}  // namespace

std::int64_t refund_minor_of(const PaidOrder& order, std::span<const PaidLine> lines) {
    // What all pieces that are back are worth, less what those before were: so no part of a minor unit is paid
    // twice, and when all is back all is paid.
    const auto worth = [&](bool with_returning) {
        __extension__ using Wide = __int128;
        std::int64_t goods = 0;
        std::int64_t taxable = 0;
        for (const auto& line : lines) {
            const std::int64_t pieces = line.received + (with_returning ? line.returning : 0);
            goods +=
                static_cast<std::int64_t>(Wide{line.subtotal_minor - line.discount_minor} * pieces / line.quantity);
            taxable += static_cast<std::int64_t>(Wide{line.taxable_minor} * pieces / line.quantity);
        }
        if (order.taxable_minor == 0) return goods;
        return goods + static_cast<std::int64_t>(Wide{order.tax_minor} * taxable / order.taxable_minor);
    };
    return worth(true) - worth(false);
}

Task<http::Response> ask_return(Context& context, OrderId order, std::optional<UserId> owner, const AskReturn& wanted) {
    check_items(wanted);
    const MarketCode market = context.market->code;
    work::Idempotency once{market, scope_of(owner, order), std::string{ask_route} + " " + order.to_text(),
                           context.request.header("Idempotency-Key"), context.request.body};
    db::Transaction transaction = co_await context.db.begin();
    const auto locked = transaction.query(returns_sql.lock_order, order, owner);
    once.look_up(transaction);
    const auto held = transaction.query(returns_sql.held, order, context.thread.config.breaks("forget_exchanged"));
    co_await transaction.flush_or(order_busy);
    if (const auto stored = once.found()) co_return http::replayed(stored->status, stored->body);
    const auto found = locked.find();
    if (!found) throw Refused{order_not_found};
    if (found->status != Status::delivered || !found->is_in_time) throw Refused{not_returnable};
    const Columns columns = columns_of(wanted, held.rows());
    const auto exchangeable = transaction.query(returns_sql.exchangeable, columns.exchanged, columns.exchanged_for);
    transaction.execute(returns_sql.count_returned, order, columns.lines, columns.quantities);
    transaction.execute(returns_sql.insert, market, found->next_id, order, owner,
                        wanted.comment ? wanted.comment->to_text() : "", found->currency);
    transaction.execute(returns_sql.insert_items, market, found->next_id, columns.lines, columns.skus,
                        columns.quantities, columns.reasons, columns.exchanges);
    const auto made =
        transaction.query(returns_sql.list, found->next_id, std::nullopt, std::nullopt, std::nullopt, 1, 0);
    co_await transaction.flush();
    if (exchangeable.rows().size() != columns.exchanged.size()) throw Refused{not_exchangeable};
    const auto row = made.find();
    check(row.has_value(), "a return that was made is not there");
    http::Response response;
    response.status = 201;
    json::write(response.body, view_of(*row));
    once.store(transaction, response.status, response.body);
    co_await transaction.commit();
    co_return response;
}

Task<std::optional<OrderId>> find_order_of_return(db::Handle db, ReturnId id) {
    co_return co_await db.find(returns_sql.order_of, id);
}

Task<ReturnList> returns_of(db::Handle db, OrderId order, std::optional<UserId> owner) {
    const auto state = co_await db.find(returns_sql.order_exists, order, owner);
    if (!state) throw Refused{order_not_found};
    const auto rows =
        co_await db.rows(returns_sql.list, std::nullopt, order, owner, std::nullopt, returns_of_order_max, 0);
    ReturnList list;
    for (const auto& row : rows) list.items.push_back(view_of(row));
    co_return list;
}

Task<Page<ReturnView>> list_returns(db::Handle db, ReturnQuery query) {
    const auto rows = co_await db.rows(returns_sql.list, std::nullopt, std::nullopt, std::nullopt, query.state,
                                       query.limit.value(), start_of(query));
    co_return page_of(rows, query, view_of);
}

Task<ReturnView> get_return(db::Handle db, ReturnId id) {
    const auto row = co_await db.find(returns_sql.list, id, std::nullopt, std::nullopt, std::nullopt, 1, 0);
    if (!row) throw Refused{return_not_found};
    co_return view_of(*row);
}

Task<ReturnView> cancel_return(Context& context, ReturnId id, std::optional<UserId> owner) {
    db::Transaction transaction = co_await context.db.begin();
    const Locked locked = co_await lock_return(transaction, id, owner);
    if (locked.row.state == ReturnState::requested || locked.row.state == ReturnState::approved) {
        transaction.execute(returns_sql.set_state, id, ReturnState::cancelled, "", std::nullopt, 0);
        queue_uncount(transaction, locked.row.order_id, locked.items);
        co_await transaction.commit();
    } else if (locked.row.state != ReturnState::cancelled) {
        refuse_state(locked.row.state);
    }
    co_return co_await get_return(context.db, id);
}

Task<ReturnView> decide_return(Context& context, ReturnId id, bool approved, const std::string& decision,
                               const std::string& by) {
    const ReturnState wanted = approved ? ReturnState::approved : ReturnState::rejected;
    db::Transaction transaction = co_await context.db.begin();
    const Locked locked = co_await lock_return(transaction, id, std::nullopt);
    const bool may = locked.row.state == ReturnState::requested ||
                     (locked.row.state == ReturnState::approved && wanted == ReturnState::rejected);
    if (may) {
        transaction.execute(returns_sql.set_state, id, wanted, decision, by, 0);
        if (!approved) queue_uncount(transaction, locked.row.order_id, locked.items);
        queue_news(transaction, context.market->code, id, locked.row.order_id, wanted);
        co_await transaction.commit();
    } else if (locked.row.state != wanted) {
        refuse_state(locked.row.state);
    }
    co_return co_await get_return(context.db, id);
}

Task<ReturnView> receive_return(Context& context, ReturnId id, bool restock, const std::string& by) {
    const MarketCode market = context.market->code;
    db::Transaction transaction = co_await context.db.begin();
    const Locked locked = co_await lock_return(transaction, id, std::nullopt);
    if (locked.row.state == ReturnState::received) co_return co_await get_return(context.db, id);
    if (locked.row.state != ReturnState::requested && locked.row.state != ReturnState::approved) {
        refuse_state(locked.row.state);
    }
    const OrderId order = locked.row.order_id;
    const auto order_row = transaction.query(returns_sql.lock_order, order, std::nullopt);
    const auto lines = transaction.query(returns_sql.lines, order);
    co_await transaction.flush_or(order_busy);
    const auto bought = order_row.find();
    check(bought.has_value(), "a return of an order that is not there");
    const std::int64_t refund_minor = refund_of(*bought, lines.rows(), locked.items);
    transaction.execute(returns_sql.set_state, id, ReturnState::received, "", by, refund_minor);
    queue_uncount(transaction, order, locked.items, true);
    queue_stock(transaction, market, order, restock, locked.items);
    if (refund_minor > 0) {
        work::emit(transaction, market, work::ReturnReceived{order, id.to_text(), refund_minor, bought->currency});
    }
    queue_news(transaction, market, id, order, ReturnState::received);
    try {
        co_await transaction.commit();
    } catch (const db::Error& error) {
        if (!error.violates("stock_not_oversold")) throw;
        throw Refused{exchange_sold_out};
    }
    co_return co_await get_return(context.db, id);
}

}  // namespace marque::orders
