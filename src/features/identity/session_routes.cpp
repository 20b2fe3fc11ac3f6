// The endpoints of sessions: refresh, list mine, end one, end the others, log out.
#include "features/identity/session_routes.h"

#include "core/device.h"
#include "features/identity/identity.h"
#include "features/identity/refresh_cookie.h"
#include "features/identity/session_queries.h"
#include "features/identity/session_table.h"
#include "features/identity/sessions.h"

namespace marque::identity {
namespace {

using http::Body;
using http::Context;

constexpr Refusal session_not_found{404, "auth.session_not_found", "There is no such login"};

struct Refresh {
    std::string refresh_token;
};
RECORD(Refresh, refresh_token);

struct SessionView {
    Uuid id;
    std::optional<std::string> device;
    Timestamp created_at;
    Timestamp last_seen_at;
    Timestamp expires_at;
    bool current = false;
};
RECORD(SessionView, id, device, created_at, last_seen_at, expires_at, current);

struct SessionList {
    std::vector<SessionView> items;
    std::int64_t total = 0;
};
RECORD(SessionList, items, total);

struct SessionsEnded {
    std::int64_t ended = 0;
};
RECORD(SessionsEnded, ended);

Task<LoggedIn> refresh(Context& context, Body<Refresh> body) {
    const bool by_cookie = wants_cookie(context);
    auto token = RefreshToken::read(context.service<TokenKey>(),
                                    by_cookie ? token_of_cookie(context) : body.value.refresh_token);
    if (!token) throw Refused{invalid_refresh};
    auto login = co_await refresh_session(context, std::move(*token));
    if (by_cookie) keep_in_cookie(context, login);
    co_return login;
}

Task<SessionList> list_sessions(Context& context) {
    const auto rows = co_await context.db.rows(session_sql.live, context.user().user);
    SessionList list{.total = static_cast<std::int64_t>(rows.size())};
    for (const auto& row : rows) {
        list.items.push_back({.id = row.id,
                              .device = row.device.transform(device_name),
                              .created_at = row.created_at,
                              .last_seen_at = row.last_seen_at,
                              .expires_at = row.expires_at,
                              .current = row.id == context.user().session});
    }
    co_return list;
}

Task<http::NoContent> delete_session(Context& context, Uuid id) {
    const bool ended = co_await end_session(context, id);
    if (!ended) throw Refused{session_not_found};
    co_return http::NoContent{};
}

Task<SessionsEnded> logout_all(Context& context) {
    const auto& caller = context.user();
    const auto ended = co_await context.db.execute(session_sql.end_others, caller.user, caller.session);
    context.service<SessionTable>().forget(caller.user);
    co_return SessionsEnded{ended};
}

Task<http::NoContent> logout(Context& context) {
    co_await log_out(context);
    if (wants_cookie(context)) drop_cookie(context);
    co_return http::NoContent{};
}

}  // namespace

http::Routes session_routes() {
    using http::Access;
    return {
        http::post<"/api/v1/auth/refresh", refresh>(
            {.summary =
                 "New tokens for a refresh token, in the body or, with X-Refresh-Token: cookie, in the cookie; each "
                 "works once",
             .access = Access::open,
             .refuses = {&invalid_refresh, &account_blocked},
             .statements_max = 8}),
        http::get<"/api/v1/auth/sessions", list_sessions>(
            {.summary = "The caller's logins, most recently seen first", .refuses = {}, .statements_max = 2}),
        http::del<"/api/v1/auth/sessions/{id}", delete_session>({.summary = "End one login at once",
                                                                 .refuses = {&session_not_found},
                                                                 .statements_max = 3,
                                                                 .when_closed = true}),
        http::post<"/api/v1/auth/logout-all", logout_all>(
            {.summary = "End all other logins of the caller", .refuses = {}, .statements_max = 3, .when_closed = true}),
        http::post<"/api/v1/auth/logout", logout>(
            {.summary = "End this login at once", .refuses = {}, .statements_max = 3, .when_closed = true}),
    };
}

}  // namespace marque::identity
