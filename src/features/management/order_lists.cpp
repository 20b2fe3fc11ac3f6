// The endpoints of lists of orders: pages, lists that are kept under a name, and files.
#include "features/management/order_lists.h"

#include "features/management/list_queries.h"
#include "json/read.h"
#include "json/write.h"
#include "work/idempotency.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::NoContent;
using http::Query;
using orders::OrderFields;
using orders::OrderFilter;

constexpr Refusal saved_not_found{404, "lists.not_found", "There is no such saved list"};
constexpr Refusal too_many_saved{409, "lists.too_many", "50 lists are kept already; delete one first"};
constexpr std::int64_t saved_lists_max = 50;

struct SavedQuery {
    OrderFilter filter;
    orders::Sort sort = orders::Sort::newest;
    std::optional<OrderFields> fields;
};
RECORD(SavedQuery, filter, sort, fields);

struct SaveList {
    Text<1, 60> name;
    std::optional<OrderFilter> filter;
    std::optional<orders::Sort> sort;
    std::optional<OrderFields> fields;
};
RECORD(SaveList, name, filter, sort, fields);

struct SavedList {
    SavedListId id;
    std::string name;
    OrderFilter filter;
    orders::Sort sort = orders::Sort::newest;
    std::optional<OrderFields> fields;
    Timestamp updated_at;
};
RECORD(SavedList, id, name, filter, sort, fields, updated_at);

struct SavedLists {
    static constexpr std::string_view doc = "The caller's own lists in the managed market, by name.";
    std::vector<SavedList> items;
};
RECORD(SavedLists, items);

std::string owner_of(const Context& context) {
    return context.user().market.to_text() + "/" + context.user().user.to_text();
}

SavedList view_of(const SavedListRow& row) {
    SavedList view{.id = row.id, .name = row.name, .filter = {}, .fields = {}, .updated_at = row.updated_at};
    auto query = json::read_text<SavedQuery>(row.query.text);
    check(query.has_value(), "a saved list that cannot be read");
    view.filter = std::move(query->filter);
    view.sort = query->sort;
    view.fields = std::move(query->fields);
    return view;
}

Task<orders::ManagedPage> list(Context& context, Query<orders::ManagedQuery> query) {
    co_return co_await orders::list_managed_orders(context, std::move(query.value));
}

Task<SavedLists> list_saved(Context& context) {
    const auto rows = co_await context.db.rows(list_sql.saved, owner_of(context));
    SavedLists lists;
    for (const auto& row : rows) lists.items.push_back(view_of(row));
    co_return lists;
}

/// By its name, so that saving again replaces it.
Task<SavedList> save(Context& context, Body<SaveList> body) {
    const SaveList& wanted = body.value;
    const SavedQuery query{.filter = wanted.filter.value_or(OrderFilter{}),
                           .sort = wanted.sort.value_or(orders::Sort::newest),
                           .fields = wanted.fields};
    orders::check_filter(query.filter, *context.market);
    const auto rows =
        co_await context.db.write(list_sql.save, context.market->code, owner_of(context), wanted.name.to_text(),
                                  db::JsonText{json::written(query)}, saved_lists_max);
    if (rows.empty()) throw Refused{too_many_saved};
    co_return view_of(rows.front());
}

Task<NoContent> forget(Context& context, SavedListId id) {
    const auto gone = co_await context.db.execute(list_sql.forget, owner_of(context), id);
    if (gone == 0) throw Refused{saved_not_found};
    co_return NoContent{};
}

Task<http::Rendered<http::Created<JobView>>> post_export(Context& context, Body<OrderExport> body) {
    // Running a job is not yet the right to read what it puts into its file.
    require_permission(context, Permission::orders_read);
    if (body.value.filter) orders::check_filter(*body.value.filter, *context.market);
    co_return co_await begin_job(context, "/api/v1/manager/orders/export", std::string{order_export_kind},
                                 json::written(body.value));
}

}  // namespace

http::Routes order_list_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/orders", list>(
            {.summary = "Orders of the managed market by filters, in pages by cursor",
             .access = Access::manager(Permission::orders_read),
             .statements_max = 6}),
        http::get<"/api/v1/manager/order-lists", list_saved>({.summary = "Lists of orders the caller has saved",
                                                              .access = Access::manager(Permission::orders_read),
                                                              .statements_max = 3}),
        http::put<"/api/v1/manager/order-lists", save>(
            {.summary = "Save a list of orders under a name, or replace the one of that name",
             .access = Access::manager(Permission::orders_read),
             .refuses = {&too_many_saved},
             .statements_max = 5}),
        http::del<"/api/v1/manager/order-lists/{id}", forget>({.summary = "Forget a saved list",
                                                               .access = Access::manager(Permission::orders_read),
                                                               .refuses = {&saved_not_found},
                                                               .statements_max = 5}),
        http::post<"/api/v1/manager/orders/export", post_export>(
            {.summary = "Make a file of the orders of a filter; a job to watch",
             .access = Access::manager(Permission::jobs_run),
             .refuses = {&work::queue_full, &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 9,
             .second_factor = true}),
    };
}

}  // namespace marque::management
