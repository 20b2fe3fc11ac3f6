// The endpoints of /manager/security: what a market asks of its managers beyond their roles.
#include "features/management/second_factor.h"
#include "features/management/second_factor_queries.h"
#include "features/management/staff.h"
#include "json/types.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;

constexpr Refusal enrol_first{409, "security.enrol_first",
                              "Enrol a second factor yourself before the market asks for one"};
constexpr Refusal stale{409, "security.stale", "It was changed meanwhile; read it again"};

struct Security {
    bool second_factor_required = false;
    std::optional<Money> four_eyes_above;
    std::int32_t version = 0;
};
RECORD(Security, second_factor_required, four_eyes_above, version);

/// `version` is the one that was read, 0 where nothing was ever set.
struct SecurityInput {
    bool second_factor_required = false;
    std::optional<json::AmountText> four_eyes_above;
    std::int32_t version = 0;
};
RECORD(SecurityInput, second_factor_required, four_eyes_above, version);

Security view_of(const SecurityRow& row, Currency currency) {
    Security view{.second_factor_required = row.second_factor_required, .version = row.version};
    if (row.four_eyes_above_minor) view.four_eyes_above = Money{*row.four_eyes_above_minor, currency};
    return view;
}

Task<Security> get_security(Context& context) {
    const auto row = co_await context.db.find(factor_sql.security);
    co_return view_of(row.value_or(SecurityRow{}), context.market->currency);
}

Task<Security> set_security(Context& context, Body<SecurityInput> body) {
    const SecurityInput& input = body.value;
    std::optional<std::int64_t> above_minor;
    if (input.four_eyes_above) {
        const auto amount = input.four_eyes_above->in(context.market->currency);
        if (!amount || amount->minor() < 0) {
            throw Refused{http::invalid_input, {}, {{"four_eyes_above", "must be an amount from 0 on"}}};
        }
        above_minor = amount->minor();
    }
    const auto own = co_await context.in_market(context.user().market)
                         .find(factor_sql.state, context.user().user, context.user().session);
    if (input.second_factor_required && !(own && own->is_enrolled)) throw Refused{enrol_first};
    const auto written = co_await context.db.write(factor_sql.set_security, context.market->code,
                                                   input.second_factor_required, above_minor, input.version);
    if (written.empty()) throw Refused{stale};
    co_return view_of(written.front(), context.market->currency);
}

}  // namespace

http::Routes security_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/security", get_security>(
            {.summary = "What the managed market asks of its managers beyond their roles",
             .access = Access::manager(Permission::markets_read),
             .statements_max = 2}),
        http::put<"/api/v1/manager/security", set_security>(
            {.summary = "Ask for a second factor, and for a second manager where a refund is above an amount",
             .access = Access::manager(Permission::markets_write),
             .refuses = {&enrol_first, &stale},
             .statements_max = 6,
             .second_factor = true}),
    };
}

}  // namespace marque::management
