#pragma once
// A person over all markets: their account in each, which one they shop with, and moving them to another by hand.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/config.h"
#include "core/id.h"
#include "core/market.h"
#include "core/money.h"
#include "core/record.h"
#include "db/cluster.h"
#include "http/route.h"

namespace marque::customers {

/// What decided an account's market (ruling 6).
enum class Source { phone, manual };
ENUMERATION(Source, phone, manual)

/// One market's row of a person. With `moved_to` it only points on.
struct Account {
    UserId id;
    std::string phone;
    MarketCode market;
    Source market_source = Source::phone;
    std::optional<MarketCode> moved_to;
    std::int32_t move_number = 0;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    std::optional<std::string> profile_image_url;
    std::optional<std::string> language;
    std::optional<std::string> country;
    bool is_verified = false;
    bool is_active = false;
    Timestamp created_at;
    std::optional<Timestamp> last_login;
};
RECORD(Account, id, phone, market, market_source, moved_to, move_number, full_name, email, profile_image_url, language,
       country, is_verified, is_active, created_at, last_login);

/// One line of an account's history: who took the customer from where to where, when and why.
struct MarketChange {
    std::int32_t move_number = 0;
    std::optional<MarketCode> from_market;
    MarketCode to_market;
    std::string changed_by;
    std::string reason;
    Timestamp created_at;
};
RECORD(MarketChange, move_number, from_market, to_market, changed_by, reason, created_at);

struct Person {
    std::vector<Account> accounts;       // in the order of the markets
    std::optional<MarketCode> lives_in;  // where a login would lead; nothing for a person without accounts
    std::int32_t move_number = 0;        // of the latest move

    [[nodiscard]] const Account* in(MarketCode market) const;
};

/// The data of all markets, as seen by one thread: the server's or a command's.
struct Shop {
    db::Cluster& cluster;
    const MarketSet& markets;
    const Config& config;
    http::Context* request = nullptr;  // which counts its statements, and brackets what it writes

    [[nodiscard]] db::Handle in(MarketCode market) const {
        return request == nullptr ? cluster.market(market) : request->in_market(market);
    }
};
[[nodiscard]] inline Shop shop_of(http::Context& context) {
    return {context.thread.cluster, context.thread.markets, context.thread.config, &context};
}

/// The market of a phone by its prefix, else UNKNOWN_PHONE_MARKET, else KG where there is one (S0:283).
[[nodiscard]] MarketCode market_of_phone(const Shop& shop, const std::string& phone);
/// Every account of a phone (E.164), and which one counts: found as a login finds it.
Task<Person> find_person(Shop shop, std::string phone);
/// The account with this id in one market.
Task<std::optional<Account>> find_account(Shop shop, MarketCode market, UserId id);
/// Accounts of one market whose name or email holds the text, whose phone holds its digits, or whose id it is.
Task<std::vector<Account>> search(Shop shop, MarketCode market, std::string text, std::int32_t limit);
Task<std::vector<Account>> list_accounts(Shop shop, MarketCode market, std::int32_t limit);
Task<std::int64_t> count_accounts(Shop shop, MarketCode market);
/// The lines of all the person's accounts, oldest first, a move once.
Task<std::vector<MarketChange>> market_history(Shop shop, Person person);
/// Blocks or unblocks every account of a phone; returns how many changed.
Task<std::int64_t> set_active(Shop shop, std::string phone, bool active);

inline constexpr Refusal not_found{404, "customers.not_found", "There is no such customer"};
inline constexpr Refusal move_blocked{409, "customers.move_blocked", "This customer cannot be moved"};
inline constexpr Refusal moved_meanwhile{409, "customers.moved_meanwhile",
                                         "Somebody else has just moved this customer; look again"};
inline constexpr Refusal lives_elsewhere{409, "customers.lives_elsewhere",
                                         "This account is a left-over: the customer shops in another market"};

/// What becomes of something that belongs to the customer.
enum class Outcome { kept, dropped, emptied, left_behind, ended, blocks };
ENUMERATION(Outcome, kept, dropped, emptied, left_behind, ended, blocks)

struct MovePart {
    std::string what;
    std::int64_t count = 0;
    Outcome outcome = Outcome::left_behind;
    std::string detail;
};
RECORD(MovePart, what, count, outcome, detail);

struct MovedLine {
    std::string sku_code;
    std::string product_name;
    std::int32_t quantity = 0;
    Outcome outcome = Outcome::dropped;
    std::optional<Money> price;  // in the new market
};
RECORD(MovedLine, sku_code, product_name, quantity, outcome, price);

enum class MoveState { would_move, blocked, moved, finished, nothing_to_do };
ENUMERATION(MoveState, would_move, blocked, moved, finished, nothing_to_do)

struct MoveReport {
    MoveState state = MoveState::nothing_to_do;
    MarketCode from;
    MarketCode to;
    UserId user_id;                     // the old account
    std::optional<UserId> new_user_id;  // the new one, once it is there
    std::vector<MovePart> parts;
    std::vector<MovedLine> cart;
};
RECORD(MoveReport, state, from, to, user_id, new_user_id, parts, cart);

struct MoveRequest {
    MarketCode to;
    std::string reason;
    std::string changed_by;
    Source source = Source::manual;
    bool dry_run = false;
};

/// Moves the person whose account in `from` is given to another market, or says what would happen (docs/adr/0013).
/// Three steps, each a transaction of one market; whatever step it is stopped after, running it again finishes. Throws
/// Refused: move_blocked, moved_meanwhile.
Task<MoveReport> move(Shop shop, Person person, Account from, MoveRequest request);

/// Accounts found under `found_as` (what their market column says) that belong to `belongs_to`.
struct BackfillLine {
    std::string found_as;
    MarketCode belongs_to;
    std::int64_t accounts = 0;
    std::int64_t changed = 0;
    std::int64_t left_over = 0;  // not changed: what stands in the way is in the log line
};
RECORD(BackfillLine, found_as, belongs_to, accounts, changed, left_over);

struct MarketCount {
    MarketCode market;
    std::int64_t accounts = 0;
};
RECORD(MarketCount, market, accounts);

struct BackfillReport {
    bool applied = false;
    std::vector<MarketCount> markets;
    std::vector<BackfillLine> lines;
    std::int64_t changed = 0;
};
RECORD(BackfillReport, applied, markets, lines, changed);

/// For imported databases (S0:277): accounts whose market column names no market of their database get the one it means
/// or that of their phone; accounts that a phone placed in another market than its own are moved there. Accounts placed
/// by hand stay. Blocking; locks users for moments. Repeatable.
Task<BackfillReport> backfill(Shop shop, const db::Layout& layout, bool apply);

/// /manager/users.
[[nodiscard]] http::Routes routes();

}  // namespace marque::customers
