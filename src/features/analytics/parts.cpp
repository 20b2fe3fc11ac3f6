// Parts of revenue: of kept days as they were kept, of all others from orders.
#include "features/analytics/parts.h"

namespace marque::analytics {
namespace {

template <class Row>
void add_row(std::map<std::string, PartFigures>& parts, const Row& row) {
    auto& part = parts[row.key];
    part.figures.add(
        {row.total_orders, row.cancelled_orders, row.gross_minor, row.cancelled_minor, row.refunded_minor});
    part.pieces += row.pieces;
}

}  // namespace

std::vector<std::string> kept_kinds() { return {"hour", "city", "payment_method", "product"}; }

Task<std::map<std::string, PartFigures>> parts_of(db::Handle db, std::string zone, std::string kind, Day from, Day to) {
    const auto kept_rows = co_await db.rows(sql.kept, from, to, zone);
    std::vector<Day> kept;
    std::set<Day> known;
    for (const auto& row : kept_rows) {
        kept.push_back(row.day);
        known.insert(row.day);
    }
    std::map<std::string, PartFigures> parts;
    const auto kept_parts = co_await db.rows(sql.kept_parts, kept, kind);
    for (const auto& row : kept_parts) add_row(parts, row);
    const auto spans = missing_spans(from, to, known);
    for (const auto& span : spans) {
        const auto computed = co_await db.rows(sql.parts, span.from, span.to, zone, std::vector{kind});
        for (const auto& row : computed) {
            if (!known.contains(row.day)) add_row(parts, row);
        }
    }
    co_return parts;
}

}  // namespace marque::analytics
