// The log holds columns before and after by row, a row's version among them.
#include "features/management/stale.h"

#include <fmt/format.h>

#include "features/management/audit_queries.h"

namespace marque::management {

Task<Refused> told(http::Context& context, Refused stale, Wanted wanted) {
    const auto changes =
        co_await context.db.rows(audit_sql.changes_since, wanted.thing, wanted.thing_id, wanted.rows, wanted.versions);
    if (changes.empty()) co_return stale;
    std::vector<FieldError> errors = stale.errors();
    for (const auto& change : changes) {
        for (const auto& field : change.fields) {
            errors.push_back({field, fmt::format("changed by {} at {}", change.actor, change.at.to_text())});
        }
    }
    const auto& last = changes.front();
    std::string detail = fmt::format("Changed meanwhile by {} at {}: {}; read it again", last.actor, last.at.to_text(),
                                     fmt::join(last.fields, ", "));
    co_return Refused{stale.refusal(), std::move(detail), std::move(errors)};
}

}  // namespace marque::management
