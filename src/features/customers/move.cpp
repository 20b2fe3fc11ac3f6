// Moving a customer (docs/adr/0013): the old account is closed, the new one opened, the old cart emptied; each step is
// one market's transaction and finds out for itself whether it was done before.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "core/log.h"
#include "features/cart/cart.h"
#include "features/customers/queries.h"
#include "features/messages/messages.h"
#include "features/shoppers/shoppers.h"
#include "features/wishlist/wishlist.h"

namespace marque::customers {
namespace {

/// Told about in words of their own, or nothing to tell.
constexpr std::string_view named_tables[] = {"carts",
                                             "cart_items",
                                             "orders",
                                             "sessions",
                                             "manager_grants",
                                             "manager_settings",
                                             "user_market_history",
                                             "wishlists",
                                             "wishlist_items",
                                             "reviews",
                                             "message_preferences",
                                             "outgoing_messages",
                                             "review_votes"};

/// A test's way to stop between two steps, as a crash would.
void stop_if(const Config& config, std::string_view name) {
    if (config.breaks(name)) ::_exit(137);
}

struct Move {
    Shop shop;
    const MarketInfo& to;
    Account from;
    MoveRequest request;
    std::int32_t number;

    [[nodiscard]] db::Handle source() const { return shop.in(from.market); }
    [[nodiscard]] db::Handle target() const { return shop.in(to.code); }
};

/// What goes along: looked at anew in each run, since some of it may have gone before.
struct Luggage {
    std::vector<cart::CarriedLine> cart;
    wishlist::CarriedList wishlist;
    messages::Carried messages;
};

Task<Luggage> pack(db::Handle from, UserId user, db::Handle to) {
    Luggage luggage;
    luggage.cart = co_await cart::plan_carry(from, shoppers::key_of(user), to);
    luggage.wishlist = co_await wishlist::plan_carry(from, shoppers::key_of(user), to);
    luggage.messages = co_await messages::plan_carry(from, user);
    co_return luggage;
}

void report_luggage(MoveReport& report, const Luggage& luggage, const MarketInfo& to) {
    const auto& lines = luggage.cart;
    std::int64_t kept = 0;
    for (const auto& [line, sold] : lines) {
        kept += sold ? 1 : 0;
        report.cart.push_back({line.sku_code, line.product_name, line.quantity, sold ? Outcome::kept : Outcome::dropped,
                               sold ? std::optional{Money{sold->price_minor, to.currency}} : std::nullopt});
    }
    const auto dropped = static_cast<std::int64_t>(lines.size()) - kept;
    report.parts.push_back({"cart", kept, Outcome::kept, "lines follow at the new market's price"});
    if (dropped > 0) {
        report.parts.push_back({"cart", dropped, Outcome::dropped, "lines of articles the new market does not sell"});
    }
    const auto& [follow, stay] = luggage.wishlist;
    report.parts.push_back({"wishlist", static_cast<std::int64_t>(follow.size()), Outcome::kept, "products follow"});
    if (stay == 0) return;
    report.parts.push_back({"wishlist", stay, Outcome::left_behind, "products the new market does not sell"});
}

/// Everything the customer has in the old market, and what would become of it. Reads only.
Task<MoveReport> look(const Move& move) {
    MoveReport report{
        .state = MoveState::would_move, .from = move.from.market, .to = move.to.code, .user_id = move.from.id};
    const auto counts = co_await move.source().find(sql.counts, move.from.id);
    const auto luggage = co_await pack(move.source(), move.from.id, move.target());
    report_luggage(report, luggage, move.to);
    const std::string old_market{move.from.market.upper()};
    report.parts.push_back({"orders_open", counts->open_orders, Outcome::left_behind,
                            "stay in " + old_market + " and are served there by its managers"});
    report.parts.push_back({"orders_past", counts->orders - counts->open_orders, Outcome::left_behind,
                            "orders and revenue of " + old_market + " never change"});
    report.parts.push_back({"sessions", counts->sessions, Outcome::ended, "the next login leads to the new market"});
    const auto belongings = co_await move.source().rows(sql.belongings, move.from.id.to_text());
    for (const auto& [name, count] : belongings) {
        if (name == "reviews" || name == "review_votes") {
            report.parts.push_back({name, count, Outcome::left_behind,
                                    "stay in " + old_market + ", which goes on showing and counting them"});
        }
        if (std::ranges::find(named_tables, name) != std::end(named_tables)) continue;
        report.parts.push_back(
            {name, count, Outcome::left_behind, "belong to " + old_market + "; there again on return"});
    }
    if (counts->grants > 0) {
        report.parts.push_back({"manager_rights", counts->grants, Outcome::blocks,
                                "rights are rows of the old market: take them away first"});
    }
    if (move.to.state != "live") {
        report.parts.push_back({"market", 1, Outcome::blocks, "the market is " + move.to.state + ", not live"});
    }
    const bool blocked = std::ranges::find(report.parts, Outcome::blocks, &MovePart::outcome) != report.parts.end();
    if (blocked) report.state = MoveState::blocked;
    co_return report;
}

/// Step 1, the decision: the old account points on, and nobody shops with it any more.
Task<void> close_old(const Move& move) {
    db::Transaction transaction = co_await move.source().begin();
    const auto closed = transaction.query(sql.close, move.from.id, move.to.code, move.from.move_number, move.number,
                                          std::string{enum_word(move.request.source)});
    transaction.execute(sql.note, move.from.market, move.from.id, move.from.market, move.to.code,
                        move.request.changed_by, move.request.reason, move.number);
    co_await transaction.flush();
    if (!closed.find()) throw Refused{moved_meanwhile};
    co_await transaction.commit();
}

/// Step 2: the new account is there with profile, luggage and history.
Task<UserId> open_new(const Move& move, const Luggage& luggage) {
    const Account& old = move.from;
    db::Transaction transaction = co_await move.target().begin();
    const auto arrived =
        transaction.query(sql.arrive, move.to.code, old.phone, old.full_name, old.email, old.profile_image_url,
                          move.to.language_or_default(old.language.value_or("")), move.to.currency.to_text(),
                          old.is_verified, old.is_active, move.number, std::string{enum_word(move.request.source)});
    co_await transaction.flush();
    const auto account = arrived.find();
    if (!account) throw Refused{moved_meanwhile};
    cart::queue_unpack(transaction, move.to.code, account->id, luggage.cart);
    wishlist::queue_unpack(transaction, move.to.code, account->id, luggage.wishlist);
    messages::queue_unpack(transaction, move.to.code, account->id, luggage.messages);
    transaction.execute(sql.note, move.to.code, account->id, old.market, move.to.code, move.request.changed_by,
                        move.request.reason, move.number);
    co_await transaction.commit();
    co_return account->id;
}

/// Steps 2 and 3; each may have been done before.
Task<UserId> complete(const Move& move) {
    const auto luggage = co_await pack(move.source(), move.from.id, move.target());
    const UserId id = co_await open_new(move, luggage);
    stop_if(move.shop.config, "stop_after_second_step");
    co_await cart::empty(move.source(), move.from.id);
    co_await wishlist::leave(move.source(), shoppers::key_of(move.from.id), luggage.wishlist);
    log::info("customer.moved", {{"from", move.from.market.to_text()},
                                 {"to", move.to.code.to_text()},
                                 {"user", move.from.id.to_text()},
                                 {"new_user", id.to_text()},
                                 {"by", move.request.changed_by}});
    co_return id;
}

/// The account that the person's latest move to this market left, or null.
const Account* left_account(const Person& person, MarketCode to) {
    for (const auto& account : person.accounts) {
        if (account.moved_to == to && account.move_number == person.move_number) return &account;
    }
    return nullptr;
}

/// The customer is where they shall be: completes what an interrupted move left undone.
Task<MoveReport> finish(Shop shop, Person person, const MarketInfo& to, MoveRequest request) {
    const Account* here = person.in(to.code);
    MoveReport report{.from = to.code, .to = to.code};
    if (here != nullptr) report.user_id = here->id;
    if (here != nullptr && !here->moved_to) report.new_user_id = here->id;
    const Account* left = left_account(person, to.code);
    if (left == nullptr) co_return report;
    report.from = left->market;
    report.user_id = left->id;
    std::vector<MarketChange> arrived;
    if (here != nullptr) arrived = co_await shop.in(to.code).rows(sql.history, here->id);
    const bool opened = report.new_user_id.has_value() &&
                        std::ranges::find(arrived, person.move_number, &MarketChange::move_number) != arrived.end();
    const auto forgotten = co_await pack(shop.in(left->market), left->id, shop.in(to.code));
    if (opened && forgotten.cart.empty() && forgotten.wishlist.follow.empty()) co_return report;
    const auto lines = co_await shop.in(left->market).rows(sql.history, left->id);
    const auto noted = std::ranges::find(lines, person.move_number, &MarketChange::move_number);
    if (noted != lines.end()) {
        // Who decided, and why, is what the first run wrote.
        request.changed_by = noted->changed_by;
        request.reason = noted->reason;
    }
    report_luggage(report, forgotten, to);
    report.state = request.dry_run ? MoveState::would_move : MoveState::finished;
    request.source = left->market_source;
    const Move move{shop, to, *left, std::move(request), person.move_number};
    if (!move.request.dry_run) report.new_user_id = co_await complete(move);
    co_return report;
}

}  // namespace

Task<MoveReport> move(Shop shop, Person person, Account from, MoveRequest request) {
    const MarketInfo* to = shop.markets.find(request.to);
    check(to != nullptr, "a move to a market that is not served");
    const bool is_there = person.lives_in == request.to && (from.market == request.to || from.moved_to);
    if (is_there) co_return co_await finish(shop, std::move(person), *to, std::move(request));
    if (from.market == request.to && !from.moved_to) throw Refused{lives_elsewhere};
    if (from.moved_to) {
        throw Refused{move_blocked, "The move to " + from.moved_to->to_text() + " is not finished: repeat it"};
    }
    const Move move{shop, *to, std::move(from), std::move(request), person.move_number + 1};
    MoveReport report = co_await look(move);
    if (move.request.dry_run) co_return report;
    if (report.state == MoveState::blocked) {
        std::string why;
        for (const auto& part : report.parts) {
            if (part.outcome == Outcome::blocks) why += (why.empty() ? "" : "; ") + part.what + ": " + part.detail;
        }
        throw Refused{move_blocked, why};
    }
    // An earlier move may have been interrupted and completed by a login only: what it owes is paid first.
    const MarketInfo* here = shop.markets.find(move.from.market);
    check(here != nullptr, "an account in a market that is not served");
    co_await finish(shop, std::move(person), *here, move.request);
    co_await close_old(move);
    if (shop.config.breaks("naive_move")) co_await cart::empty(move.source(), move.from.id);
    stop_if(shop.config, "stop_after_first_step");
    report.new_user_id = co_await complete(move);
    report.state = MoveState::moved;
    co_return report;
}

}  // namespace marque::customers
