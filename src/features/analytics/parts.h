#pragma once
// Revenue cut into parts: by hour, city, payment method, product and category; and who bought, what runs out.

#include <map>
#include <set>

#include "features/analytics/analytics.h"
#include "features/analytics/queries.h"

namespace marque::analytics {

enum class Part { hour, city, payment_method, product, category };
ENUMERATION(Part, hour, city, payment_method, product, category)

/// The kinds that are kept by day; categories are made of products, so that a product's move to another one counts.
[[nodiscard]] std::vector<std::string> kept_kinds();

struct Span {
    Day from;
    Day to;
};
/// Statements that one look at a period may take for days that are not kept.
inline constexpr std::size_t spans_max = 4;
/// The days from `from` to `to` that are not known, in a few runs of days.
[[nodiscard]] std::vector<Span> missing_spans(Day from, Day to, const std::set<Day>& known);

struct PartFigures {
    Figures figures;
    std::int64_t pieces = 0;  // of products
};

/// What each key of a kind that is kept had from `from` to `to`.
Task<std::map<std::string, PartFigures>> parts_of(db::Handle db, std::string zone, std::string kind, Day from, Day to);

}  // namespace marque::analytics
