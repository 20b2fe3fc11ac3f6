// The endpoints of /profile/notifications.
#include "core/page.h"
#include "features/notifications/notifications.h"
#include "features/notifications/queries.h"

namespace marque::notifications {
namespace {

using http::Context;
using http::Query;

constexpr Refusal notification_not_found{404, "notifications.not_found", "There is no such notification"};

struct NotificationView {
    NotificationId id;
    MarketCode market;
    std::string type;
    std::string title;
    std::string message;
    json::Raw data;  // what the front end needs to open it: {"order_id": "12", …}
    bool is_read = false;
    Timestamp created_at;
};
RECORD(NotificationView, id, market, type, title, message, data, is_read, created_at);

struct NotificationQuery {
    bool unread = false;
    PageLimit limit;
    PageOffset offset;
    std::optional<PageOffset> cursor;
};
RECORD(NotificationQuery, unread, limit, offset, cursor);

struct UnreadCount {
    std::int64_t unread = 0;
};
RECORD(UnreadCount, unread);

struct ReadAll {
    std::int64_t changed = 0;
};
RECORD(ReadAll, changed);

NotificationView view_of(const NotificationRow& row, MarketCode market) {
    return {row.id, market, row.type, row.title, row.message, {row.data.text}, row.is_read, row.created_at};
}

Task<Page<NotificationView>> list(Context& context, Query<NotificationQuery> query) {
    const auto& wanted = query.value;
    const auto rows =
        co_await context.db.rows(sql.list, context.user().user, wanted.unread, wanted.limit.value(), start_of(wanted));
    co_return page_of(rows, wanted, [&](const auto& row) { return view_of(row, context.market->code); });
}

Task<NotificationView> read(Context& context, NotificationId id) {
    const auto rows = co_await context.db.write(sql.read, context.user().user, id);
    if (rows.empty()) throw Refused{notification_not_found};
    co_return view_of(rows.front(), context.market->code);
}

Task<ReadAll> read_all(Context& context) {
    const auto changed = co_await context.db.execute(sql.read_all, context.user().user);
    co_return ReadAll{changed};
}

Task<UnreadCount> unread_count(Context& context) {
    const auto unread = co_await context.db.find(sql.unread, context.user().user);
    co_return UnreadCount{unread.value_or(0)};
}

}  // namespace

http::Routes routes() {
    return {
        http::get<"/api/v1/profile/notifications", list>(
            {.summary = "What the shop has told the caller, newest first", .refuses = {}, .statements_max = 2}),
        http::get<"/api/v1/profile/notifications/unread-count", unread_count>(
            {.summary = "How many notifications are unread", .refuses = {}, .statements_max = 2}),
        http::post<"/api/v1/profile/notifications/read-all", read_all>(
            {.summary = "Mark all notifications read", .refuses = {}, .statements_max = 2}),
        http::post<"/api/v1/profile/notifications/{id}/read", read>(
            {.summary = "Mark a notification read", .refuses = {&notification_not_found}, .statements_max = 2}),
    };
}

}  // namespace marque::notifications
