#pragma once
// Invoices, credit notes and packing slips: issued by what happens to orders, shown as PDF.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/money.h"
#include "features/invoices/content.h"
#include "http/route.h"
#include "work/outbox.h"

namespace marque::invoices {

inline constexpr Refusal not_issued{409, "invoices.not_issued",
                                    "An order has an invoice when it is confirmed, and this one has none"};
inline constexpr Refusal no_seller{409, "invoices.no_seller",
                                   "Nobody has said yet who sells in this market (marque market seller)"};
inline constexpr Refusal document_not_found{404, "invoices.document_not_found", "The order has no such document"};
inline constexpr Refusal press_busy{503, "invoices.busy", "Too many documents are being drawn; try again"};

struct DocumentView {
    static constexpr std::string_view doc =
        "An invoice, or a credit note that takes back some or all of one. Neither ever changes. "
        "`/orders/{id}/invoice?document={id}` shows it.";
    DocumentId id;
    Kind kind = Kind::invoice;
    std::string number;
    Timestamp issued_at;
    Money amount;
    Money tax;  // in the amount
    std::string currency;
};
RECORD(DocumentView, id, kind, number, issued_at, amount, tax, currency);

struct DocumentList {
    std::vector<DocumentView> items;
};
RECORD(DocumentList, items);

/// Issues what an order's state asks for and is not there yet: the invoice of one that is confirmed, the credit note
/// of one that is cancelled or refunded. Safe to repeat.
Task<void> settle_documents(db::Handle db, OrderId order);

/// The order's documents, oldest first; of this user's order only, where one is named.
Task<DocumentList> documents_of(http::Context& context, OrderId order, std::optional<UserId> owner);
/// The invoice, or another document that is named, as PDF in the request's language. Issues the invoice where that was
/// not done yet.
Task<http::Response> show_document(http::Context& context, OrderId order, std::optional<UserId> owner,
                                   std::optional<DocumentId> document);
/// What is to be put into the parcel, without any price.
Task<http::Response> show_packing_slip(http::Context& context, OrderId order);

/// Adds to the events' handlers: orders that are confirmed or cancelled, money that went back.
void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers);

/// /orders/{id}/invoice and /orders/{id}/documents.
[[nodiscard]] http::Routes routes();

}  // namespace marque::invoices
