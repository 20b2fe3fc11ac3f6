// The endpoints of /manager/customers. A market's role sees its own accounts only: ids of others are not found.
#include "features/customers/care.h"

#include <algorithm>

#include "features/customers/care_queries.h"
#include "features/management/management.h"
#include "json/write.h"
#include "work/idempotency.h"

namespace marque::customers {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::Query;
using http::Rendered;

constexpr std::int64_t notes_max = 500;

std::string manager_of(const Context& context) {
    return "manager:" + context.user().market.to_text() + "/" + context.user().user.to_text();
}

/// The digits of a text that is written like a phone; nothing of what has letters, or fewer than three.
std::string phone_digits(const std::string& text) {
    std::string digits;
    for (const char letter : text) {
        const bool is_digit = letter >= '0' && letter <= '9';
        if (!is_digit && !std::string_view{"+-() ./"}.contains(letter)) return {};
        if (is_digit) digits += letter;
    }
    return digits.size() < 3 ? std::string{} : digits;
}

Task<CustomerLines> list(Context& context, Query<CustomersQuery> query) {
    const auto& asked = query.value;
    const std::int32_t limit = asked.limit.value();
    const auto text = asked.search ? std::optional{asked.search->to_text()} : std::nullopt;
    const std::string digits = text ? phone_digits(*text) : std::string{};
    CustomerLines page{.limit = limit};
    page.items =
        co_await context.db.rows(care_sql.list, text, digits, asked.is_active, asked.since, asked.cursor, limit + 1);
    if (std::ssize(page.items) <= limit) co_return page;
    page.items.pop_back();
    page.next = page.items.back().id.to_text();
    co_return page;
}

Task<CustomerLine> get_line(Context& context, UserId id) {
    auto line = co_await context.db.find(care_sql.one, id);
    if (!line) throw Refused{not_found};
    co_return std::move(*line);
}

/// Ends the account's logins, too: the session watch acts on the account's row.
Task<CustomerLine> block(Context& context, UserId id, Body<ReasonInput> body) {
    co_await get_line(context, id);
    co_await context.db.execute(care_sql.block, id, body.value.reason.to_text(), manager_of(context));
    co_return co_await get_line(context, id);
}

Task<CustomerLine> unblock(Context& context, UserId id) {
    co_await get_line(context, id);
    co_await context.db.execute(care_sql.unblock, id);
    co_return co_await get_line(context, id);
}

Task<NotesView> list_notes(Context& context, UserId id) {
    co_await get_line(context, id);
    NotesView notes;
    notes.items = co_await context.db.rows(care_sql.notes, id);
    co_return notes;
}

Task<Rendered<Created<NoteView>>> add_note(Context& context, UserId id, Body<NoteInput> body) {
    // The manager's number is one of the market they come from, so that market is part of the key.
    work::Idempotency once{
        context.market->code, context.user().user,
        "POST /api/v1/manager/customers/" + id.to_text() + "/notes from " + context.user().market.to_text(),
        context.request.header("Idempotency-Key"), context.request.body};
    auto transaction = co_await context.db.begin();
    const auto account = transaction.query(care_sql.lock, id);
    const auto count = transaction.query(care_sql.count_notes, id);
    once.look_up(transaction);
    co_await transaction.flush();
    if (!account.find()) throw Refused{not_found};
    if (const auto stored = once.found()) {
        co_return Rendered<Created<NoteView>>{http::replayed(stored->status, stored->body)};
    }
    if (*count.find() >= notes_max) throw Refused{too_many_notes};
    const auto added =
        transaction.query(care_sql.add_note, context.market->code, id, body.value.note.to_text(), manager_of(context));
    co_await transaction.flush();
    http::Response response;
    response.status = 201;
    json::write(response.body, *added.find());
    once.store(transaction, response.status, response.body);
    co_await transaction.commit();
    co_return Rendered<Created<NoteView>>{std::move(response)};
}

/// A note tells that it was made, and by it the audit log.
Task<CustomerData> export_data(Context& context, UserId id, Body<ReasonInput> body) {
    auto transaction = co_await context.db.begin();
    const auto account = transaction.query(care_sql.lock, id);
    co_await transaction.flush();
    if (!account.find()) throw Refused{not_found};
    const auto data = transaction.query(care_sql.data, id);
    transaction.query(care_sql.add_note, context.market->code, id, "Data exported: " + body.value.reason.to_text(),
                      manager_of(context));
    co_await transaction.commit();
    co_return CustomerData{
        .id = id, .market = context.market->code, .made_at = context.now, .tables = {data.find()->text}};
}

Task<http::NoContent> erase(Context& context, UserId id, Body<ReasonInput> body) {
    auto transaction = co_await context.db.begin();
    const auto found = transaction.query(care_sql.standing, id);
    co_await transaction.flush();
    const auto standing = found.find();
    if (!standing) throw Refused{not_found};
    if (standing->is_manager) throw Refused{is_manager};
    if (standing->has_open) throw Refused{has_open_orders};
    transaction.query(care_sql.audit, "no");
    transaction.query(care_sql.blank_audit, id);
    transaction.execute(care_sql.forget_told, id, standing->phone);
    transaction.execute(care_sql.forget_answers, id);
    transaction.execute(care_sql.forget_orders, id);
    transaction.execute(care_sql.forget_returns, id);
    transaction.execute(care_sql.forget_history, id);
    transaction.execute(care_sql.forget_codes, standing->phone);
    transaction.execute(care_sql.forget_messages, standing->phone);
    transaction.execute(care_sql.forget_shown, standing->phone);
    transaction.execute(care_sql.forget_failures, standing->phone);
    transaction.execute(care_sql.forget_windows, standing->phone);
    transaction.execute(care_sql.forget_events, standing->phone);
    transaction.execute(care_sql.forget_outgoing, standing->phone, standing->email);
    transaction.execute(care_sql.forget_shown_mail, standing->email);
    transaction.execute(care_sql.erase, id);
    transaction.query(care_sql.audit, "yes");
    transaction.execute(care_sql.note_erasure, context.market->code, id, body.value.reason.to_text(),
                        manager_of(context));
    co_await transaction.commit();
    co_return http::NoContent{};
}

}  // namespace

http::Routes care_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/customers", list>({.summary = "Customers of the managed market, newest first",
                                                      .access = Access::manager(Permission::customers_read),
                                                      .statements_max = 2}),
        http::post<"/api/v1/manager/customers/{id}/block", block>(
            {.summary = "Block a customer: their logins end, and none begins",
             .access = Access::manager(Permission::customers_write),
             .refuses = {&not_found},
             .statements_max = 4}),
        http::post<"/api/v1/manager/customers/{id}/unblock", unblock>(
            {.summary = "Let a blocked customer log in again",
             .access = Access::manager(Permission::customers_write),
             .refuses = {&not_found},
             .statements_max = 4}),
        http::get<"/api/v1/manager/customers/{id}/notes", list_notes>(
            {.summary = "What managers noted about a customer, newest first",
             .access = Access::manager(Permission::customers_read),
             .refuses = {&not_found},
             .statements_max = 3}),
        http::post<"/api/v1/manager/customers/{id}/notes", add_note>(
            {.summary = "Note something about a customer, for managers only",
             .access = Access::manager(Permission::customers_write),
             .refuses = {&not_found, &too_many_notes, &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 6}),
        http::post<"/api/v1/manager/customers/{id}/export", export_data>(
            {.summary = "Everything the managed market holds of a customer",
             .access = Access::manager(Permission::customers_write),
             .refuses = {&not_found},
             .statements_max = 7,
             .second_factor = true}),
        http::post<"/api/v1/manager/customers/{id}/erase", erase>(
            {.summary = "Erase a customer's account and what hangs on it; orders stay for the books, as nobody's",
             .access = Access::manager(Permission::customers_write),
             .refuses = {&not_found, &is_manager, &has_open_orders},
             .statements_max = 25,
             .second_factor = true}),
    };
}

}  // namespace marque::customers
