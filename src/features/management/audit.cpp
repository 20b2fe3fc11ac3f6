// A manager's request and its row of the audit log are one transaction; which rows changed is told by triggers.
#include "features/management/audit.h"

#include <fmt/format.h>

#include "core/page.h"
#include "core/text.h"
#include "features/management/audit_queries.h"
#include "features/management/roles.h"

namespace marque::management {
namespace {

using http::Context;
using http::Query;

struct AuditQuery {
    std::optional<Text<1, 60>> actor;
    std::optional<Text<1, 100>> action;
    std::optional<Text<1, 100>> thing;
    std::optional<Text<1, 200>> thing_id;
    std::optional<Text<1, 100>> request_id;
    std::optional<Timestamp> from;
    std::optional<Timestamp> to;
    PageLimit limit;
    std::optional<AuditId> cursor;
};
RECORD(AuditQuery, actor, action, thing, thing_id, request_id, from, to, limit, cursor);

struct AuditEntry {
    static constexpr std::string_view doc =
        "What one request of a manager changed. `before` and `after` hold the columns that changed, by \"table/key\"; "
        "secrets are left out, of phones all but the end. `left_out` counts changed rows beyond those that are told.";
    AuditId id;
    Timestamp at;
    MarketCode market;
    std::string actor;
    std::string action;
    std::string thing;
    std::optional<std::string> thing_id;
    json::Raw before;
    json::Raw after;
    std::int32_t left_out = 0;
    std::string request_id;
};
RECORD(AuditEntry, id, at, market, actor, action, thing, thing_id, before, after, left_out, request_id);

struct AuditPage {
    std::vector<AuditEntry> items;
    std::optional<std::string> next;
};
RECORD(AuditPage, items, next);

template <class T>
std::optional<std::string> text_of(const std::optional<T>& field) {
    return field ? std::optional{field->to_text()} : std::nullopt;
}

AuditEntry entry_of(const AuditRow& row, MarketCode market) {
    return {.id = row.id,
            .at = row.at,
            .market = market,
            .actor = row.actor,
            .action = row.action,
            .thing = row.thing,
            .thing_id = row.thing_id,
            .before = {row.before.text},
            .after = {row.after.text},
            .left_out = row.left_out,
            .request_id = row.request_id};
}

/// One row more than asked for tells whether there is another page.
Task<AuditPage> list(Context& context, Query<AuditQuery> query) {
    const auto& asked = query.value;
    const std::int32_t limit = asked.limit.value();
    const auto rows = co_await context.db.rows(audit_sql.list, text_of(asked.actor), text_of(asked.action),
                                               text_of(asked.thing), text_of(asked.thing_id), text_of(asked.request_id),
                                               asked.from, asked.to, asked.cursor, limit + 1);
    AuditPage page;
    for (const auto& row : rows) {
        if (std::ssize(page.items) == limit) {
            page.next = page.items.back().id.to_text();
            break;
        }
        page.items.push_back(entry_of(row, context.market->code));
    }
    co_return page;
}

/// "shipping/zones" of "/api/v1/manager/shipping/zones/{code}": what stands before the first hole.
std::string thing_of(std::string_view path) {
    constexpr std::string_view base = "/api/v1/manager/";
    if (path.starts_with(base)) path.remove_prefix(base.size());
    return std::string{path.substr(0, path.find("/{"))};
}

}  // namespace

std::shared_ptr<const db::Bracket> audit_bracket(const Context& context, const http::Route& route, MarketCode market) {
    std::optional<std::string> thing_id;
    if (!context.path_values.empty()) thing_id = fmt::format("{}", fmt::join(context.path_values, "/"));
    return std::make_shared<const db::Bracket>(
        db::companion(audit_sql.listen),
        db::companion(audit_sql.note, market, manager_name(context), http::operation_id(route), thing_of(route.path),
                      thing_id, context.request_id));
}

http::Routes audit_routes() {
    return {
        http::get<"/api/v1/manager/audit", list>({.summary = "What managers of the managed market did, newest first",
                                                  .access = http::Access::manager(Permission::audit_read),
                                                  .statements_max = 2})};
}

}  // namespace marque::management
