// The endpoints of invoices for customers, and for guests by the link to their order.
#include "features/invoices/invoices.h"
#include "features/orders/orders.h"

namespace marque::invoices {
namespace {

using http::Context;
using http::Query;

struct InvoiceQuery {
    std::optional<Text<1, 100>> access;  // of the link that a guest was given
    std::optional<DocumentId> document;  // another than the invoice
};
RECORD(InvoiceQuery, access, document);

Task<http::Response> show(Context& context, OrderId id, Query<InvoiceQuery> query) {
    const auto owner = orders::owner_asking(context, id, {query.value.access});
    co_return co_await show_document(context, id, owner, query.value.document);
}

Task<DocumentList> list(Context& context, OrderId id, Query<orders::OrderAccess> query) {
    const auto owner = orders::owner_asking(context, id, query.value);
    co_return co_await documents_of(context, id, owner);
}

}  // namespace

http::Routes routes() {
    return {
        http::get<"/api/v1/orders/{id}/invoice", show>(
            {.summary = "The invoice of an order as PDF, or another of its documents; of a guest's by its link",
             .access = http::Access::guest,
             .refuses = {&http::unauthenticated, &orders::order_not_found, &orders::order_busy, &not_issued, &no_seller,
                         &document_not_found, &press_busy},
             .statements_max = 5}),
        http::get<"/api/v1/orders/{id}/documents", list>(
            {.summary = "The invoice of an order and the credit notes to it",
             .access = http::Access::guest,
             .refuses = {&http::unauthenticated, &orders::order_not_found, &orders::order_busy},
             .statements_max = 5}),
    };
}

}  // namespace marque::invoices
