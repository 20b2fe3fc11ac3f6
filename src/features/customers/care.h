#pragma once
// A market's customers as its managers care for them: the list, blocking, notes, their data for them and its erasure.

#include "core/page.h"
#include "core/text.h"
#include "features/customers/customers.h"
#include "json/types.h"

namespace marque::customers {

inline constexpr Refusal is_manager{409, "customers.is_manager",
                                    "This account manages a market; take its rights away first"};
inline constexpr Refusal has_open_orders{409, "customers.has_open_orders",
                                         "Orders or returns of this customer are not finished"};
inline constexpr Refusal too_many_notes{422, "customers.too_many_notes", "A customer has five hundred notes at most"};

using NoteId = Id<struct NoteTag>;

struct CustomersQuery {
    std::optional<Text<1, 100>> search;  // a part of name or e-mail, or at least three digits of the phone
    std::optional<bool> is_active;
    std::optional<Timestamp> since;  // accounts made from then on
    PageLimit limit;
    std::optional<UserId> cursor;
};
RECORD(CustomersQuery, search, is_active, since, limit, cursor);

struct CustomerLine {
    UserId id;
    std::string phone;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    std::optional<std::string> language;
    bool is_active = false;
    std::optional<std::string> blocked_reason;
    std::optional<std::string> blocked_by;
    std::optional<Timestamp> blocked_at;
    std::optional<MarketCode> moved_to;
    Timestamp created_at;
    std::optional<Timestamp> last_login;
    std::int64_t orders = 0;
};
RECORD(CustomerLine, id, phone, full_name, email, language, is_active, blocked_reason, blocked_by, blocked_at, moved_to,
       created_at, last_login, orders);

struct CustomerLines {
    std::vector<CustomerLine> items;
    std::int32_t limit = 0;
    std::optional<std::string> next;
};
RECORD(CustomerLines, items, limit, next);

struct ReasonInput {
    Text<3, 500> reason;
};
RECORD(ReasonInput, reason);

struct NoteInput {
    Text<1, 2'000> note;
};
RECORD(NoteInput, note);

struct NoteView {
    NoteId id;
    std::string note;
    std::string created_by;
    Timestamp created_at;
};
RECORD(NoteView, id, note, created_by, created_at);

struct NotesView {
    std::vector<NoteView> items;  // newest first
};
RECORD(NotesView, items);

struct CustomerData {
    static constexpr std::string_view doc =
        "Everything the market holds of a customer: rows by table, without secrets. Documents of orders that the law "
        "has the shop keep are asked for at the orders.";
    UserId id;
    MarketCode market;
    Timestamp made_at;
    json::Raw tables;
};
RECORD(CustomerData, id, market, made_at, tables);

/// /manager/customers.
[[nodiscard]] http::Routes care_routes();

}  // namespace marque::customers
