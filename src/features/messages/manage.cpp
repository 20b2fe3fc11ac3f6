// The endpoints of /manager/messages: what became of messages, and when a market's telephones are left alone.
#include <fmt/format.h>

#include <algorithm>

#include "core/clock_time.h"
#include "core/page.h"
#include "features/messages/manage_queries.h"
#include "features/messages/messages.h"
#include "features/messages/own.h"

namespace marque::messages {
namespace {

using http::Body;
using http::Context;
using http::Query;

constexpr Refusal stale_settings{409, "messages.settings_stale",
                                 "The settings were changed meanwhile; read them again"};

struct MessageLines {
    std::vector<MessageLine> items;
    std::int32_t limit = 0;
    std::optional<std::string> next;
};
RECORD(MessageLines, items, limit, next);

struct LogQuery {
    std::optional<Kind> kind;
    std::optional<Channel> channel;
    std::optional<State> state;
    std::optional<UserId> user_id;
    std::optional<Timestamp> since;
    std::optional<OutgoingId> cursor;
    PageLimit limit;
};
RECORD(LogQuery, kind, channel, state, user_id, since, cursor, limit);

struct MessageSettings {
    std::string quiet_from;
    std::string quiet_until;
    std::string time_zone;
    bool is_quiet = false;
    std::vector<std::string> sms_kinds;
    bool has_mail = false;
    std::int32_t version = 0;
};
RECORD(MessageSettings, quiet_from, quiet_until, time_zone, is_quiet, sms_kinds, has_mail, version);

/// Equal times: never quiet. `version` is the one that was read.
struct MessageSettingsInput {
    ClockTime quiet_from;
    ClockTime quiet_until;
    std::vector<Kind> sms_kinds;
    std::int32_t version = 0;
};
RECORD(MessageSettingsInput, quiet_from, quiet_until, sms_kinds, version);

/// Enough to tell one from another, too little to write to: "+996•••••12", "a•••@example.com".
std::string masked(std::string_view address) {
    constexpr std::string_view dots = "•••";
    const auto at = address.rfind('@');
    if (at != std::string_view::npos) {
        return fmt::format("{}{}{}", address.substr(0, 1), dots, address.substr(at));
    }
    if (address.size() < 8) return std::string{dots};
    return fmt::format("{}{}{}", address.substr(0, 4), dots, address.substr(address.size() - 2));
}

Task<MessageLines> read_log(Context& context, Query<LogQuery> query) {
    const auto& asked = query.value;
    const std::int32_t limit = asked.limit.value();
    MessageLines page{.limit = limit};
    page.items = co_await context.db.rows(manage_sql.log, asked.kind, asked.channel, asked.state, asked.user_id,
                                          asked.since, asked.cursor, limit + 1);
    for (auto& row : page.items) row.address = masked(row.address);
    if (std::ssize(page.items) <= limit) co_return page;
    page.items.pop_back();
    page.next = page.items.back().id.to_text();
    co_return page;
}

Task<MessageSettings> get_settings(Context& context) {
    auto row = co_await context.db.find(manage_sql.settings, context.market->code);
    check(row.has_value(), "a market without its row");
    co_return MessageSettings{.quiet_from = std::move(row->quiet_from),
                              .quiet_until = std::move(row->quiet_until),
                              .time_zone = context.market->time_zone,
                              .is_quiet = row->is_quiet,
                              .sms_kinds = std::move(row->sms_kinds),
                              .has_mail = context.service<Desk>().has_mail(),
                              .version = row->version};
}

Task<MessageSettings> put_settings(Context& context, Body<MessageSettingsInput> body) {
    const auto& wanted = body.value;
    if (wanted.sms_kinds.size() > all_kinds().size()) {
        const std::string message = "must name each kind at most once";
        throw Refused{http::invalid_input, "sms_kinds: " + message, {{"sms_kinds", message}}};
    }
    const auto by = fmt::format("manager:{}/{}", context.user().market.to_text(), context.user().user.to_text());
    const auto written =
        co_await context.db.write(manage_sql.put_settings, context.market->code, wanted.quiet_from.to_text(),
                                  wanted.quiet_until.to_text(), wanted.sms_kinds, wanted.version, by);
    if (written.empty()) throw Refused{stale_settings};
    co_return co_await get_settings(context);
}

}  // namespace

http::Routes manager_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/messages", read_log>(
            {.summary = "Messages by SMS and e-mail and what became of them, newest first; addresses are masked",
             .access = Access::manager(Permission::messages_read),
             .statements_max = 2}),
        http::get<"/api/v1/manager/messages/settings", get_settings>(
            {.summary = "When the market's telephones are left alone, and what goes by SMS",
             .access = Access::manager(Permission::messages_read),
             .statements_max = 2}),
        http::put<"/api/v1/manager/messages/settings", put_settings>(
            {.summary = "Set quiet hours, in the market's time zone, and what goes by SMS",
             .access = Access::manager(Permission::messages_write),
             .refuses = {&stale_settings},
             .statements_max = 5}),
    };
}

}  // namespace marque::messages
