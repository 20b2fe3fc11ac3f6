// Documents as people get them: found, issued where that was not done yet, drawn aside.
#include <fmt/format.h>

#include "features/invoices/invoices.h"
#include "features/invoices/pdf.h"
#include "features/invoices/queries.h"
#include "json/read.h"
#include "work/aside.h"

namespace marque::invoices {
namespace {

using http::Context;
using http::Response;

/// "KG-2026-000017", of credit notes "KG-2026-C000017".
std::string number_text(MarketCode market, Kind kind, std::int32_t year, std::int32_t number) {
    return fmt::format("{}-{}-{}{:06}", market.upper(), year, kind == Kind::credit_note ? "C" : "", number);
}

Content content_of(const db::JsonText& text) {
    auto content = json::read_text<Content>(text.text);
    check(content.has_value(), "a document whose content cannot be read");
    return std::move(*content);
}

std::string day_of(Timestamp moment, const std::string& time_zone) {
    const std::string digits = local_date_digits(moment, time_zone);
    return fmt::format("{}-{}-{}", digits.substr(0, 4), digits.substr(4, 2), digits.substr(6, 2));
}

Document document_of(MarketCode market, const DocumentRow& row) {
    Document document{.kind = *row.kind,
                      .number = number_text(market, *row.kind, row.year, row.number),
                      .amount_minor = row.amount_minor,
                      .tax_minor = row.tax_minor,
                      .content = content_of(row.content)};
    document.day = day_of(row.issued_at, document.content.time_zone);
    const auto& content = document.content;
    if (content.corrects_year && content.corrects_number) {
        document.corrects = number_text(market, Kind::invoice, *content.corrects_year, *content.corrects_number);
    }
    return document;
}

Task<std::vector<DocumentRow>> rows_of(Context& context, OrderId order, std::optional<UserId> owner) {
    auto rows = co_await context.db.rows(sql.of_order, order, owner);
    if (rows.empty()) throw Refused{orders::order_not_found};
    co_return rows;
}

bool may_have_invoice(orders::Status status) {
    return status != orders::Status::pending && status != orders::Status::cancelled;
}

Task<std::vector<DocumentRow>> settled_rows(Context& context, OrderId order, std::optional<UserId> owner) {
    auto rows = co_await rows_of(context, order, owner);
    if (rows.front().id || !may_have_invoice(rows.front().order_status)) co_return rows;
    try {
        co_await settle_documents(context.db, order);
    } catch (const db::Error& error) {
        if (!error.is_lock_timeout()) throw;
        throw Refused{orders::order_busy};
    }
    co_return co_await rows_of(context, order, owner);
}

/// Draws on the thread for that, while this one goes on; refuses (press_busy) where too many wait already.
Task<Response> drawn(std::function<std::string()> draw, std::string file_name) {
    auto pdf = co_await work::made_aside(std::move(draw));
    if (!pdf) throw Refused{press_busy};
    Response response;
    response.content_type = "application/pdf";
    response.add_header("Content-Disposition", fmt::format("inline; filename=\"{}.pdf\"", file_name));
    response.body = std::move(*pdf);
    co_return response;
}

}  // namespace

Task<DocumentList> documents_of(Context& context, OrderId order, std::optional<UserId> owner) {
    const auto rows = co_await settled_rows(context, order, owner);
    DocumentList list;
    for (const auto& row : rows) {
        if (!row.id) continue;
        const Document document = document_of(context.market->code, row);
        const auto currency = Currency::parse(document.content.currency);
        check(currency.has_value(), "a document in an unknown currency");
        list.items.push_back({*row.id, document.kind, document.number, row.issued_at,
                              Money{document.amount_minor, *currency}, Money{document.tax_minor, *currency},
                              document.content.currency});
    }
    co_return list;
}

Task<Response> show_document(Context& context, OrderId order, std::optional<UserId> owner,
                             std::optional<DocumentId> wanted) {
    const auto rows = co_await settled_rows(context, order, owner);
    const auto is_wanted = [&](const DocumentRow& row) {
        return wanted ? row.id == wanted : row.kind == std::optional{Kind::invoice};
    };
    const auto row = std::ranges::find_if(rows, is_wanted);
    if (row == rows.end()) {
        if (wanted) throw Refused{document_not_found};
        throw Refused{may_have_invoice(rows.front().order_status) ? no_seller : not_issued};
    }
    Document document = document_of(context.market->code, *row);
    const std::string number = document.number;
    const std::string issued_at = row->issued_at.to_text();
    std::function<std::string()> draw = [document = std::move(document), language = context.language, issued_at] {
        return pdf_of(invoice_pages(document, language, width_of), document.number, issued_at);
    };
    co_return co_await drawn(std::move(draw), number);
}

Task<Response> show_packing_slip(Context& context, OrderId order) {
    const auto text = co_await context.db.find(sql.slip, order);
    if (!text) throw Refused{orders::order_not_found};
    Content content = content_of(*text);
    const std::string name = content.order_number + "-packing-slip";
    const std::string drawn_at = context.now.to_text();
    std::function<std::string()> draw = [content = std::move(content), language = context.language, drawn_at] {
        return pdf_of(slip_pages(content, language, width_of), content.order_number, drawn_at);
    };
    co_return co_await drawn(std::move(draw), name);
}

}  // namespace marque::invoices
