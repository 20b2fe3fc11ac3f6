// The endpoints of /manager/returns. What is decided and taken in stands in features/orders.
#include "features/management/roles.h"
#include "features/orders/orders.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::Query;
using orders::ReturnId;
using orders::ReturnView;

struct ReturnApproval {
    std::optional<Text<1, 500>> note;
};
RECORD(ReturnApproval, note);

struct ReturnRejection {
    Text<3, 500> reason;  // the customer reads it
};
RECORD(ReturnRejection, reason);

struct ReceivedReturn {
    std::optional<bool> restock;  // false: damaged, is not sold again
};
RECORD(ReceivedReturn, restock);

Task<Page<ReturnView>> list(Context& context, Query<orders::ReturnQuery> query) {
    co_return co_await orders::list_returns(context.db, query.value);
}

Task<ReturnView> get(Context& context, ReturnId id) { co_return co_await orders::get_return(context.db, id); }

Task<ReturnView> approve(Context& context, ReturnId id, Body<ReturnApproval> body) {
    const std::string note = body.value.note ? body.value.note->to_text() : "";
    co_return co_await orders::decide_return(context, id, true, note, manager_name(context));
}

Task<ReturnView> reject(Context& context, ReturnId id, Body<ReturnRejection> body) {
    co_return co_await orders::decide_return(context, id, false, body.value.reason.to_text(), manager_name(context));
}

Task<ReturnView> receive(Context& context, ReturnId id, Body<ReceivedReturn> body) {
    co_return co_await orders::receive_return(context, id, body.value.restock.value_or(true), manager_name(context));
}

}  // namespace

http::Routes return_routes() {
    using http::Access;
    const std::vector<const Refusal*> decides{&orders::return_not_found, &orders::order_busy, &orders::return_decided};
    auto receives = decides;
    receives.push_back(&orders::exchange_sold_out);
    return {
        http::get<"/api/v1/manager/returns", list>({.summary = "Returns of the managed market, newest first",
                                                    .access = Access::manager(Permission::orders_read),
                                                    .statements_max = 3}),
        http::get<"/api/v1/manager/returns/{id}", get>({.summary = "One return of the managed market",
                                                        .access = Access::manager(Permission::orders_read),
                                                        .refuses = {&orders::return_not_found},
                                                        .statements_max = 3}),
        http::post<"/api/v1/manager/returns/{id}/approve", approve>(
            {.summary = "Say yes to a return",
             .access = Access::manager(Permission::orders_write),
             .refuses = decides,
             .statements_max = 8}),
        http::post<"/api/v1/manager/returns/{id}/reject", reject>({.summary = "Say no to a return, and why",
                                                                   .access = Access::manager(Permission::orders_write),
                                                                   .refuses = decides,
                                                                   .statements_max = 8}),
        http::post<"/api/v1/manager/returns/{id}/receive", receive>(
            {.summary = "The goods are there: stock goes back, and what was paid for them is owed",
             .access = Access::manager(Permission::orders_write),
             .refuses = receives,
             .statements_max = 100}),
    };
}

}  // namespace marque::management
