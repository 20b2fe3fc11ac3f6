// The endpoints of /manager/users: one customer with the history of their market, and moving them.
#include <algorithm>

#include "features/customers/care.h"
#include "features/customers/queries.h"
#include "features/management/management.h"

namespace marque::customers {
namespace {

using http::Body;
using http::Context;

struct CustomerView {
    UserId id;
    std::string phone;
    MarketCode market;
    Source market_source = Source::phone;
    std::optional<MarketCode> moved_to;
    MarketCode lives_in;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    std::optional<std::string> language;
    std::optional<std::string> country;
    bool is_verified = false;
    bool is_active = false;
    Timestamp created_at;
    std::optional<Timestamp> last_login;
    std::int64_t orders = 0;
    std::int64_t open_orders = 0;
    std::vector<MarketChange> market_history;
};
RECORD(CustomerView, id, phone, market, market_source, moved_to, lives_in, full_name, email, language, country,
       is_verified, is_active, created_at, last_login, orders, open_orders, market_history);

struct MarketMove {
    MarketCode to;
    Text<3, 500> reason;
    std::optional<bool> dry_run;
};
RECORD(MarketMove, to, reason, dry_run);

/// The account in the managed market; another market's id is simply not found.
Task<Account> get_account(Context& context, UserId id) {
    const auto account = co_await context.db.find(sql.by_id, id);
    if (!account) throw Refused{not_found};
    co_return *account;
}

Task<CustomerView> get_customer(Context& context, UserId id) {
    const Account account = co_await get_account(context, id);
    const Person person = co_await find_person(shop_of(context), account.phone);
    const auto counts = co_await context.db.find(sql.counts, id);
    auto history = co_await context.db.rows(sql.history, id);
    co_return CustomerView{account.id,         account.phone,      account.market,      account.market_source,
                           account.moved_to,   *person.lives_in,   account.full_name,   account.email,
                           account.language,   account.country,    account.is_verified, account.is_active,
                           account.created_at, account.last_login, counts->orders,      counts->open_orders,
                           std::move(history)};
}

/// The move starts at the account that counts, which may lie in a third market; the caller needs rights in all of them.
Task<Account> start_of_move(Context& context, Account named, const Person& person, MarketCode to) {
    const MarketCode home = *person.lives_in;
    const bool is_left_over = !named.moved_to && named.market != home;
    // A left-over account may be joined to the one that counts, and goes nowhere else.
    if (is_left_over && to != home) throw Refused{lives_elsewhere};
    if (is_left_over || named.market == home || home == to) co_return named;
    const Account* living = person.in(home);
    if (living == nullptr || living->moved_to) throw Refused{moved_meanwhile};
    co_await management::require_access(context, home);
    co_return *living;
}

Task<MoveReport> move_market(Context& context, UserId id, Body<MarketMove> body) {
    const MarketCode to = body.value.to;
    if (context.thread.markets.find(to) == nullptr) {
        throw Refused{http::unknown_market, "There is no market \"" + to.to_text() + "\"", {{"to", "is no market"}}};
    }
    co_await management::require_access(context, to);
    const Account named = co_await get_account(context, id);
    const Person person = co_await find_person(shop_of(context), named.phone);
    const Account from = co_await start_of_move(context, named, person, to);
    MoveRequest request{
        .to = to,
        .reason = body.value.reason.to_text(),
        .changed_by = "manager " + context.user().market.to_text() + "/" + context.user().user.to_text(),
        .dry_run = body.value.dry_run.value_or(false)};
    co_return co_await move(shop_of(context), person, from, std::move(request));
}

}  // namespace

http::Routes routes() {
    using http::Access;
    http::Routes all{
        http::get<"/api/v1/manager/users/{id}", get_customer>(
            {.summary = "A customer of the managed market, with the history of their market",
             .access = Access::manager(Permission::customers_read),
             .refuses = {&not_found},
             .statements_max = 16}),
        http::post<"/api/v1/manager/users/{id}/market-move", move_market>(
            {.summary = "Move a customer to another market, or with dry_run say what would happen",
             .access = Access::manager(Permission::customers_write),
             .refuses = {&not_found, &http::unknown_market, &move_blocked, &moved_meanwhile, &lives_elsewhere},
             .statements_max = 48}),
    };
    std::ranges::copy(care_routes(), std::back_inserter(all));
    return all;
}

}  // namespace marque::customers
