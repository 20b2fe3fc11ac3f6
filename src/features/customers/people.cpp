// Looking customers up over all markets.
#include <algorithm>
#include <ranges>

#include "features/customers/queries.h"

namespace marque::customers {
namespace {

/// Where a login that starts at `start` would end: each hop must name a newer move than the last (docs/adr/0013).
MarketCode end_of_way(const Person& person, const Account& start) {
    const Account* at = &start;
    while (at->moved_to) {
        const Account* next = person.in(*at->moved_to);
        if (next == nullptr || !next->moved_to || next->move_number <= at->move_number) return *at->moved_to;
        at = next;
    }
    return at->market;
}

/// Where an account without one in the phone's own market counts: the one used last.
const Account& used_last(const std::vector<Account>& accounts) {
    return *std::ranges::max_element(accounts, {}, [](const Account& account) {
        return std::tuple{account.move_number, account.last_login.value_or(account.created_at)};
    });
}

}  // namespace

const Account* Person::in(MarketCode market) const {
    const auto found = std::ranges::find(accounts, market, &Account::market);
    return found == accounts.end() ? nullptr : &*found;
}

MarketCode market_of_phone(const Shop& shop, const std::string& phone) {
    if (const auto* market = shop.markets.find_by_phone(phone)) return market->code;
    for (const auto& text : {shop.config.unknown_phone_market, std::string{"KG"}}) {
        const auto code = MarketCode::parse(text);
        if (code && shop.markets.find(*code) != nullptr) return *code;
    }
    return shop.markets.default_market;
}

Task<Person> find_person(Shop shop, std::string phone) {
    Person person;
    for (const auto& market : shop.markets.markets) {
        const auto account = co_await shop.in(market.code).find(sql.by_phone, phone);
        if (!account) continue;
        person.accounts.push_back(*account);
        person.move_number = std::max(person.move_number, account->move_number);
    }
    if (person.accounts.empty()) co_return person;
    const Account* home = person.in(market_of_phone(shop, phone));
    person.lives_in = end_of_way(person, home != nullptr ? *home : used_last(person.accounts));
    co_return person;
}

Task<std::optional<Account>> find_account(Shop shop, MarketCode market, UserId id) {
    co_return co_await shop.in(market).find(sql.by_id, id);
}

Task<std::vector<Account>> search(Shop shop, MarketCode market, std::string text, std::int32_t limit) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') digits += c;
        // Letters mean a name or an address, whose digits are no phone.
        const bool phone_like = (c >= '0' && c <= '9') || std::string_view{"+-() ./"}.contains(c);
        if (!phone_like) {
            digits.clear();
            break;
        }
    }
    const auto id = UserId::parse(text);
    const std::string part_of_phone = digits.size() >= 3 ? digits : "";
    const auto exact = id ? std::optional{*id} : std::nullopt;
    co_return co_await shop.in(market).rows(sql.search, text, part_of_phone, exact, limit);
}

Task<std::vector<Account>> list_accounts(Shop shop, MarketCode market, std::int32_t limit) {
    co_return co_await shop.in(market).rows(sql.all, limit);
}

Task<std::int64_t> count_accounts(Shop shop, MarketCode market) {
    const auto count = co_await shop.in(market).find(sql.count);
    co_return count.value_or(0);
}

Task<std::vector<MarketChange>> market_history(Shop shop, Person person) {
    std::vector<MarketChange> all;
    for (const auto& account : person.accounts) {
        const auto lines = co_await shop.in(account.market).rows(sql.history, account.id);
        for (const auto& line : lines) {
            // Both ends of a move have its line.
            const bool known = line.move_number > 0 &&
                               std::ranges::find(all, line.move_number, &MarketChange::move_number) != all.end();
            if (!known) all.push_back(line);
        }
    }
    std::ranges::sort(all, {}, [](const auto& line) { return std::tuple{line.move_number, line.created_at}; });
    co_return all;
}

Task<std::int64_t> set_active(Shop shop, std::string phone, bool active) {
    std::int64_t changed = 0;
    for (const auto& market : shop.markets.markets) {
        const std::int64_t here = co_await shop.in(market.code).execute(sql.set_active, phone, active);
        changed += here;
    }
    co_return changed;
}

}  // namespace marque::customers
