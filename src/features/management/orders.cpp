// The endpoints of /manager/orders: looking, and moving orders on. What a move means stands in features/orders.
#include "features/orders/orders.h"

#include "core/link.h"
#include "features/invoices/invoices.h"
#include "features/management/roles.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::Query;
using orders::OrderView;
using orders::Status;

struct ShipOrder {
    std::optional<Text<1, 100>> carrier;
    std::optional<Text<1, 100>> tracking_number;
    std::optional<Link> tracking_url;
    std::optional<Text<1, 500>> notes;
};
RECORD(ShipOrder, carrier, tracking_number, tracking_url, notes);

struct MoveNotes {
    std::optional<Text<1, 500>> notes;
};
RECORD(MoveNotes, notes);

struct CancelOrderForCustomer {
    Text<3, 500> reason;  // the customer reads it
};
RECORD(CancelOrderForCustomer, reason);

struct ManagedHistory {
    std::vector<orders::Step> items;
};
RECORD(ManagedHistory, items);

template <class T>
std::optional<std::string> text_of(const std::optional<T>& field) {
    return field ? std::optional{field->to_text()} : std::nullopt;
}

Task<OrderView> get(Context& context, OrderId id) {
    auto order = co_await orders::get_order(context.db, id, std::nullopt);
    order.allowed_actions = orders::manager_actions(order.status);
    co_return order;
}

Task<ManagedHistory> history(Context& context, OrderId id) {
    auto steps = co_await orders::history_of(context.db, id, std::nullopt);
    co_return ManagedHistory{std::move(steps)};
}

Task<OrderView> move_as_manager(Context& context, orders::MoveRequest request) {
    request.changed_by = manager_name(context);
    auto order = co_await orders::move_now(context, request);
    order.allowed_actions = orders::manager_actions(order.status);
    co_return order;
}

Task<OrderView> confirm(Context& context, OrderId id, Body<MoveNotes> body) {
    orders::MoveRequest request{.order = id, .to = Status::confirmed, .notes = text_of(body.value.notes).value_or("")};
    co_return co_await move_as_manager(context, std::move(request));
}

Task<OrderView> ship(Context& context, OrderId id, Body<ShipOrder> body) {
    const ShipOrder& shipped = body.value;
    orders::MoveRequest request{
        .order = id,
        .to = Status::shipped,
        .notes = text_of(shipped.notes).value_or(""),
        .parcel = {text_of(shipped.carrier), text_of(shipped.tracking_number), text_of(shipped.tracking_url)}};
    co_return co_await move_as_manager(context, std::move(request));
}

Task<OrderView> deliver(Context& context, OrderId id, Body<MoveNotes> body) {
    orders::MoveRequest request{.order = id, .to = Status::delivered, .notes = text_of(body.value.notes).value_or("")};
    co_return co_await move_as_manager(context, std::move(request));
}

Task<OrderView> cancel(Context& context, OrderId id, Body<CancelOrderForCustomer> body) {
    orders::MoveRequest request{.order = id, .to = Status::cancelled, .notes = body.value.reason.to_text()};
    co_return co_await move_as_manager(context, std::move(request));
}

struct DocumentQuery {
    std::optional<invoices::DocumentId> document;  // another than the invoice
};
RECORD(DocumentQuery, document);

Task<http::Response> invoice(Context& context, OrderId id, Query<DocumentQuery> query) {
    co_return co_await invoices::show_document(context, id, std::nullopt, query.value.document);
}

Task<invoices::DocumentList> documents(Context& context, OrderId id) {
    co_return co_await invoices::documents_of(context, id, std::nullopt);
}

Task<http::Response> packing_slip(Context& context, OrderId id) {
    co_return co_await invoices::show_packing_slip(context, id);
}

}  // namespace

std::string manager_name(const Context& context) {
    return "manager:" + context.user().market.to_text() + "/" + context.user().user.to_text();
}

http::Routes order_routes() {
    using http::Access;
    const std::vector<const Refusal*> looks{&orders::order_not_found};
    const std::vector<const Refusal*> moves{&orders::order_not_found, &orders::order_busy, &orders::stock_gone,
                                            &orders::move_not_allowed};
    return {
        http::get<"/api/v1/manager/orders/{id}", get>({.summary = "One order of the managed market",
                                                       .access = Access::manager(Permission::orders_read),
                                                       .refuses = looks,
                                                       .statements_max = 3}),
        http::get<"/api/v1/manager/orders/{id}/history", history>(
            {.summary = "The steps of an order, oldest first, with who took them",
             .access = Access::manager(Permission::orders_read),
             .refuses = looks,
             .statements_max = 3}),
        http::get<"/api/v1/manager/orders/{id}/invoice", invoice>(
            {.summary = "The invoice of an order as PDF, or another of its documents",
             .access = Access::manager(Permission::orders_read),
             .refuses = {&not_a_manager, &no_access, &orders::order_not_found, &orders::order_busy,
                         &invoices::not_issued, &invoices::no_seller, &invoices::document_not_found,
                         &invoices::press_busy},
             .statements_max = 7}),
        http::get<"/api/v1/manager/orders/{id}/documents", documents>(
            {.summary = "The invoice of an order and the credit notes to it",
             .access = Access::manager(Permission::orders_read),
             .refuses = {&not_a_manager, &no_access, &orders::order_not_found, &orders::order_busy},
             .statements_max = 7}),
        http::get<"/api/v1/manager/orders/{id}/packing-slip", packing_slip>(
            {.summary = "What is to be put into the parcel, as PDF, without prices",
             .access = Access::manager(Permission::orders_read),
             .refuses = {&not_a_manager, &no_access, &orders::order_not_found, &invoices::press_busy},
             .statements_max = 3}),
        http::post<"/api/v1/manager/orders/{id}/confirm", confirm>({.summary = "Confirm a pending order",
                                                                    .access = Access::manager(Permission::orders_write),
                                                                    .refuses = moves,
                                                                    .statements_max = 9}),
        http::post<"/api/v1/manager/orders/{id}/ship", ship>(
            {.summary = "Hand a confirmed order to a courier, with what its parcel can be followed by",
             .access = Access::manager(Permission::orders_write),
             .refuses = moves,
             .statements_max = 9}),
        http::post<"/api/v1/manager/orders/{id}/deliver", deliver>({.summary = "A shipped order has arrived",
                                                                    .access = Access::manager(Permission::orders_write),
                                                                    .refuses = moves,
                                                                    .statements_max = 9}),
        http::post<"/api/v1/manager/orders/{id}/cancel", cancel>(
            {.summary = "Cancel an order that has not been shipped; its stock goes back",
             .access = Access::manager(Permission::orders_write),
             .refuses = moves,
             .statements_max = 10}),
    };
}

}  // namespace marque::management
