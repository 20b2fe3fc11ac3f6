// Looking at customers over all markets, for a person at the terminal (or with --json for a program).
#include "app/customer_diagnostics.h"

#include <fmt/format.h>

#include <stdexcept>

#include "core/phone.h"
#include "features/orders/orders.h"
#include "json/write.h"

namespace marque::app {
namespace {

using customers::Account;

/// An account as it is printed: phone masked unless asked for whole.
struct ShownAccount {
    UserId id;
    std::string phone;
    MarketCode market;
    customers::Source market_source = customers::Source::phone;
    std::optional<MarketCode> moved_to;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    bool is_active = false;
    Timestamp created_at;
    std::optional<Timestamp> last_login;
};
RECORD(ShownAccount, id, phone, market, market_source, moved_to, full_name, email, is_active, created_at, last_login);

/// What one market answered; no accounts means "not found in it".
struct ShownMarket {
    MarketCode market;
    std::int64_t total = 0;
    std::vector<ShownAccount> accounts;
};
RECORD(ShownMarket, market, total, accounts);

struct ShownMarkets {
    std::vector<ShownMarket> markets;
};
RECORD(ShownMarkets, markets);

struct ShownPerson {
    std::optional<MarketCode> lives_in;
    std::vector<ShownMarket> markets;
    std::vector<customers::MarketChange> market_history;
};
RECORD(ShownPerson, lives_in, markets, market_history);

struct ShownOrder {
    std::string order_number;
    std::string customer_name;
    Money total_amount;
    std::string currency;
    orders::Status status = orders::Status::pending;
    Timestamp order_date;
};
RECORD(ShownOrder, order_number, customer_name, total_amount, currency, status, order_date);

struct ShownOrders {
    MarketCode market;
    std::optional<ShownAccount> account;
    std::int64_t orders = 0;
    std::vector<ShownOrder> last;
};
RECORD(ShownOrders, market, account, orders, last);

struct ShownOrdersList {
    std::vector<ShownOrders> markets;
};
RECORD(ShownOrdersList, markets);

constexpr std::int64_t last_orders = 5;

ShownAccount shown(const Account& account, bool full) {
    return {account.id,         shown_phone(account.phone, full),
            account.market,     account.market_source,
            account.moved_to,   account.full_name,
            account.email,      account.is_active,
            account.created_at, account.last_login};
}

void print_account(const ShownAccount& account) {
    std::string line =
        fmt::format("  user {}: {} → market={}", account.id.to_text(), account.phone, account.market.to_text());
    if (account.market_source == customers::Source::manual) line += " (set by hand)";
    if (account.moved_to) line += ", moved to " + account.moved_to->to_text();
    if (!account.is_active) line += ", blocked";
    if (account.full_name) line += ", " + *account.full_name;
    fmt::print("{}\n", line);
}

void print_market(const ShownMarket& market, std::string_view what) {
    if (market.accounts.empty()) {
        fmt::print("{}: {} not found in {}\n", market.market.upper(), what, market.market.upper());
        return;
    }
    fmt::print("{}:\n", market.market.upper());
    for (const auto& account : market.accounts) print_account(account);
    const auto more = market.total - static_cast<std::int64_t>(market.accounts.size());
    if (more > 0) fmt::print("  and {} more\n", more);
}

/// 1 when no market had anybody.
int print_markets(const ShownMarkets& found, const CustomerOptions& options, std::string_view what) {
    if (options.json) {
        fmt::print("{}\n", json::written(found));
    } else {
        for (const auto& market : found.markets) print_market(market, what);
    }
    const bool any = std::ranges::any_of(found.markets, [](const auto& market) { return !market.accounts.empty(); });
    return any ? 0 : 1;
}

bool all_digits(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// Accounts an id or a phone means, in one market. Digits alone are an id, and a phone where no account has that id.
Task<std::vector<Account>> accounts_of(customers::Shop shop, MarketCode market, std::string who) {
    std::vector<Account> accounts;
    const auto id = UserId::parse(who);
    if (id && all_digits(who)) {
        const auto account = co_await customers::find_account(shop, market, *id);
        if (account) accounts.push_back(*account);
    }
    if (!accounts.empty()) co_return accounts;
    const auto person = co_await customers::find_person(shop, typed_phone(who));
    if (const auto* account = person.in(market)) accounts.push_back(*account);
    co_return accounts;
}

void print_history(const std::vector<customers::MarketChange>& history) {
    fmt::print("market history:\n");
    for (const auto& change : history) {
        fmt::print("  {}: {} → {} by {}: {}\n", change.created_at.to_text(),
                   change.from_market ? change.from_market->to_text() : "new", change.to_market.to_text(),
                   change.changed_by, change.reason);
    }
}

}  // namespace

std::vector<MarketCode> asked_markets(const customers::Shop& shop, const std::string& text) {
    std::vector<MarketCode> markets;
    for (const auto& market : shop.markets.markets) markets.push_back(market.code);
    if (text.empty()) return markets;
    const auto code = MarketCode::parse(text);
    if (code && shop.markets.find(*code) != nullptr) return {*code};
    std::vector<std::string> names;
    for (const auto& market : markets) names.push_back(market.to_text());
    throw std::runtime_error(fmt::format("there is no market {}; there are: {}", text, fmt::join(names, ", ")));
}

std::string typed_phone(const std::string& text) {
    const auto phone = Phone::parse(text);
    return phone ? phone->to_text() : text;
}

std::string shown_phone(const std::string& phone, bool full) {
    if (full) return phone;
    const auto parsed = Phone::parse(phone);
    return parsed ? parsed->masked() : "(no phone number)";
}

Task<int> show_user(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    ShownPerson shown_person;
    ShownMarkets found;
    std::vector<std::string> phones;
    for (const auto market : asked_markets(shop, options.market)) {
        const auto accounts = co_await accounts_of(shop, market, options.who);
        ShownMarket here{.market = market, .total = static_cast<std::int64_t>(accounts.size())};
        for (const auto& account : accounts) {
            here.accounts.push_back(shown(account, options.full));
            if (std::ranges::find(phones, account.phone) == phones.end()) phones.push_back(account.phone);
        }
        shown_person.markets.push_back(here);
    }
    for (const auto& phone : phones) {
        const auto person = co_await customers::find_person(shop, phone);
        const auto history = co_await customers::market_history(shop, person);
        std::ranges::copy(history, std::back_inserter(shown_person.market_history));
        shown_person.lives_in = person.lives_in;
    }
    // One id may be two people in two databases: then nobody can say where "the" person lives.
    if (phones.size() != 1) shown_person.lives_in.reset();
    if (options.json) {
        fmt::print("{}\n", json::written(shown_person));
        co_return phones.empty() ? 1 : 0;
    }
    found.markets = shown_person.markets;
    const int code = print_markets(found, options, "user " + options.who);
    if (phones.size() > 1) fmt::print("ids are each market's own: these are {} people\n", phones.size());
    if (shown_person.lives_in) fmt::print("shops in: {}\n", shown_person.lives_in->to_text());
    if (!phones.empty()) print_history(shown_person.market_history);
    co_return code;
}

Task<int> find_users(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    ShownMarkets found;
    const std::string text = typed_phone(options.who);
    for (const auto market : asked_markets(shop, options.market)) {
        auto accounts = co_await customers::search(shop, market, text, options.limit);
        if (accounts.empty() && text != options.who) {
            accounts = co_await customers::search(shop, market, options.who, options.limit);
        }
        ShownMarket here{.market = market, .total = static_cast<std::int64_t>(accounts.size())};
        for (const auto& account : accounts) here.accounts.push_back(shown(account, options.full));
        found.markets.push_back(std::move(here));
    }
    co_return print_markets(found, options, '"' + options.who + '"');
}

Task<int> inspect_users(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    ShownMarkets found;
    for (const auto market : asked_markets(shop, options.market)) {
        const auto accounts = co_await customers::list_accounts(shop, market, options.limit);
        const std::int64_t total = co_await customers::count_accounts(shop, market);
        ShownMarket here{.market = market, .total = total};
        for (const auto& account : accounts) here.accounts.push_back(shown(account, options.full));
        found.markets.push_back(std::move(here));
    }
    co_return print_markets(found, options, "customers");
}

Task<int> inspect_user(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    const auto id = UserId::parse(options.who);
    if (!id) throw std::runtime_error("the id " + id.error());
    ShownMarkets found;
    for (const auto market : asked_markets(shop, options.market)) {
        const auto account = co_await customers::find_account(shop, market, *id);
        ShownMarket here{.market = market, .total = account ? 1 : 0};
        if (account) here.accounts.push_back(shown(*account, options.full));
        found.markets.push_back(std::move(here));
    }
    co_return print_markets(found, options, "user " + options.who);
}

Task<int> inspect_orders(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    ShownOrdersList list;
    for (const auto market : asked_markets(shop, options.market)) {
        ShownOrders here{.market = market};
        const auto accounts = co_await accounts_of(shop, market, options.who);
        if (!accounts.empty()) {
            here.account = shown(accounts.front(), options.full);
            orders::OrderQuery query;
            query.limit = *PageLimit::parse(last_orders);
            const auto page = co_await orders::list_orders(shop.in(market), accounts.front().id, query);
            here.orders = page.total;
            for (const auto& order : page.items) {
                here.last.push_back({order.order_number, order.customer_name, order.total_amount, order.currency,
                                     order.status, order.order_date});
            }
        }
        list.markets.push_back(std::move(here));
    }
    const bool any = std::ranges::any_of(list.markets, [](const auto& here) { return here.account.has_value(); });
    if (options.json) {
        fmt::print("{}\n", json::written(list));
        co_return any ? 0 : 1;
    }
    for (const auto& here : list.markets) {
        const std::string name{here.market.upper()};
        if (!here.account) {
            fmt::print("{}: user {} not found in {}\n", name, options.who, name);
            continue;
        }
        fmt::print("{}: {} orders of user {} ({})\n", name, here.orders, here.account->id.to_text(),
                   here.account->phone);
        for (const auto& order : here.last) {
            fmt::print("  {}: {} - {} {}\n", order.order_number, order.customer_name, order.total_amount.to_text(),
                       order.currency);
        }
    }
    co_return any ? 0 : 1;
}

}  // namespace marque::app
