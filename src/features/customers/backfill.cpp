// The market of imported accounts (S0:277). Rows that name no market of their database are invisible to every market's
// role, so the owner looks at them, in a transaction that lifts FORCE ROW LEVEL SECURITY from users and puts it back.
#include <algorithm>

#include "core/log.h"
#include "db/admin.h"
#include "features/customers/queries.h"

namespace marque::customers {
namespace {

constexpr std::int32_t page_max = 1'000;
/// A running server's log-ins wait no longer than this for the lock.
constexpr std::string_view unlock =
    "BEGIN; SET LOCAL lock_timeout = '2s'; ALTER TABLE users NO FORCE ROW LEVEL SECURITY";
constexpr std::string_view lock_and_commit = "ALTER TABLE users FORCE ROW LEVEL SECURITY; COMMIT";

void count(BackfillReport& report, const std::string& found_as, MarketCode belongs_to, bool changed, bool left_over) {
    auto line = std::ranges::find_if(report.lines, [&](const auto& candidate) {
        return candidate.found_as == found_as && candidate.belongs_to == belongs_to;
    });
    if (line == report.lines.end()) line = report.lines.insert(line, {found_as, belongs_to});
    ++line->accounts;
    line->changed += changed ? 1 : 0;
    line->left_over += left_over ? 1 : 0;
    report.changed += changed ? 1 : 0;
}

/// "us" means US whatever its case (ruling 4); an empty or unknown word leaves it to the phone.
MarketCode meant_market(const Shop& shop, const HiddenRow& row) {
    const auto code = MarketCode::parse(row.market);
    if (code && shop.markets.find(*code) != nullptr) return *code;
    return market_of_phone(shop, row.phone);
}

/// One statement of the owner in a transaction of its own; false where a key stands in the way.
template <class... Params>
bool as_owner(db::AdminConnection& connection, const db::Statement<void(Params...)>& statement,
              const std::type_identity_t<Params>&... params) {
    connection.run(std::string{unlock});
    try {
        connection.execute(statement, params...);
        connection.run(std::string{lock_and_commit});
        return true;
    } catch (const db::Error& error) {
        connection.run("ROLLBACK");
        // Not error.what(): PostgreSQL's detail would put the phone into the log.
        log::warning("customer.left_over", {{"what", error.sqlstate + " " + error.constraint}});
        return false;
    }
}

Task<void> place_hidden(Shop shop, const db::Layout::Database& database, BackfillReport& report, bool apply) {
    db::AdminConnection connection{database.url};
    connection.run(std::string{unlock});
    const auto rows = connection.rows(owner_sql.hidden, database.markets);
    connection.run("ROLLBACK");
    for (const auto& row : rows) {
        const MarketCode meant = meant_market(shop, row);
        const bool here = std::ranges::find(database.markets, meant) != database.markets.end();
        bool done = false;
        if (apply && here) done = as_owner(connection, owner_sql.replace, meant, row.id, row.market);
        if (apply && !here) {
            // Stopped between the two, the next run finds the account there and takes the row away.
            co_await shop.in(meant).execute(owner_sql.take_in, meant, row.phone, row.full_name, row.email);
            done = as_owner(connection, owner_sql.remove, row.id, row.market);
        }
        count(report, row.market, meant, done, apply && !done);
    }
}

/// Moves one account to its phone's market; false where something stands in the way.
Task<bool> move_home(Shop shop, Account account, MarketCode home) {
    try {
        const Person person = co_await find_person(shop, account.phone);
        // An account in the phone's own market decides, and it may point on: a move by hand is never undone here.
        const MarketCode to = person.in(home) != nullptr ? *person.lives_in : home;
        const MoveRequest request{
            .to = to, .reason = "phone prefix", .changed_by = "backfill", .source = Source::phone};
        co_await move(shop, person, account, request);
        co_return true;
    } catch (const Refused& refused) {
        log::warning("customer.left_over", {{"market", account.market.to_text()},
                                            {"user", account.id.to_text()},
                                            {"what", std::string{refused.detail()}}});
        co_return false;
    }
}

Task<void> move_strays(Shop shop, MarketCode market, BackfillReport& report, bool apply) {
    UserId last{0};
    while (true) {
        const auto page = co_await shop.in(market).rows(sql.placed_by_phone, last, page_max);
        for (const auto& account : page) {
            const MarketCode home = market_of_phone(shop, account.phone);
            if (home == market) continue;
            bool done = false;
            if (apply) done = co_await move_home(shop, account, home);
            count(report, market.to_text(), home, done, apply && !done);
        }
        if (page.empty()) co_return;
        last = page.back().id;
    }
}

}  // namespace

Task<BackfillReport> backfill(Shop shop, const db::Layout& layout, bool apply) {
    BackfillReport report{.applied = apply};
    for (const auto& database : layout.databases) {
        co_await place_hidden(shop, database, report, apply);
    }
    for (const auto& market : shop.markets.markets) {
        co_await move_strays(shop, market.code, report, apply);
    }
    for (const auto& market : shop.markets.markets) {
        const std::int64_t accounts = co_await count_accounts(shop, market.code);
        report.markets.push_back({market.code, accounts});
    }
    co_return report;
}

}  // namespace marque::customers
