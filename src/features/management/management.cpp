// Rights are read from the database on every request; the token knows nothing of them.
#include "features/management/management.h"

#include <algorithm>

#include "features/management/jobs.h"
#include "features/management/queries.h"
#include "features/management/roles.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;

struct ManagerView {
    std::string role;
    bool can_manage_kg = false;
    bool can_manage_us = false;
    std::vector<MarketCode> accessible_markets;
    MarketCode active_market;
};
RECORD(ManagerView, role, can_manage_kg, can_manage_us, accessible_markets, active_market);

struct SwitchMarket {
    MarketCode market;
};
RECORD(SwitchMarket, market);

std::string no_access_text(MarketCode market) { return "No access to " + std::string{market.upper()} + " market"; }

/// The account's own market holds its grants, whatever market is being managed.
db::Handle home(Context& context) { return context.in_market(context.user().market); }

ManagerView view_of(const std::vector<GrantRow>& grants, MarketCode active) {
    ManagerView view{.role = grants.front().role, .active_market = active};
    for (const auto& grant : grants) {
        view.accessible_markets.push_back(grant.granted_market);
        view.can_manage_kg = view.can_manage_kg || grant.granted_market.upper() == "KG";
        view.can_manage_us = view.can_manage_us || grant.granted_market.upper() == "US";
        if (grant.role == "admin") view.role = grant.role;
    }
    return view;
}

bool permits(const std::vector<GrantRow>& grants, MarketCode market) {
    return std::ranges::find(grants, market, &GrantRow::granted_market) != grants.end();
}

Task<ManagerView> get_market(Context& context) {
    const auto grants = co_await home(context).rows(sql.grants, context.user().user);
    co_return view_of(grants, context.market->code);
}

Task<ManagerView> switch_market(Context& context, Body<SwitchMarket> body) {
    const auto grants = co_await home(context).rows(sql.grants, context.user().user);
    const MarketCode wanted = body.value.market;
    if (!permits(grants, wanted)) throw Refused{no_access, no_access_text(wanted)};
    co_await home(context).execute(sql.set_active, context.user().market, context.user().user, wanted);
    co_return view_of(grants, wanted);
}

/// Takes `market` out of the query, so that no handler's record has to know it.
std::string take_asked_market(Context& context) {
    const auto found = std::ranges::find(context.query, "market", &http::Pairs::value_type::first);
    if (found == context.query.end()) return {};
    std::string asked = std::move(found->second);
    context.query.erase(found);
    return asked;
}

}  // namespace

Task<std::optional<http::GateRefusal>> enter(Context& context) {
    const auto grants = co_await home(context).rows(sql.grants, context.user().user);
    if (grants.empty()) co_return http::GateRefusal{&not_a_manager, {}};
    const std::string asked = take_asked_market(context);
    MarketCode market = grants.front().granted_market;
    if (!asked.empty()) {
        const auto code = MarketCode::parse(asked);
        if (!code || context.thread.markets.find(*code) == nullptr) {
            co_return http::GateRefusal{&http::unknown_market, "There is no market \"" + asked + "\""};
        }
        market = *code;
    } else if (grants.front().active_market && permits(grants, *grants.front().active_market)) {
        market = *grants.front().active_market;
    }
    if (!permits(grants, market)) co_return http::GateRefusal{&no_access, no_access_text(market)};
    context.market = context.thread.markets.find(market);
    check(context.market != nullptr, "a grant names a market that is not served");
    context.db = context.in_market(market);
    co_return std::nullopt;
}

Task<std::vector<MarketCode>> permitted_markets(Context& context) {
    const auto grants = co_await home(context).rows(sql.grants, context.user().user);
    std::vector<MarketCode> markets;
    for (const auto& grant : grants) {
        if (context.thread.markets.find(grant.granted_market) != nullptr) markets.push_back(grant.granted_market);
    }
    co_return markets;
}

Task<void> require_access(Context& context, MarketCode market) {
    const auto permitted = co_await permitted_markets(context);
    if (std::ranges::find(permitted, market) == permitted.end()) throw Refused{no_access, no_access_text(market)};
}

Task<void> require_role(Context& context, std::span<const std::string_view> roles) {
    const auto grants = co_await home(context).rows(sql.grants, context.user().user);
    const auto grant = std::ranges::find(grants, context.market->code, &GrantRow::granted_market);
    const bool allowed = grant != grants.end() && std::ranges::find(roles, grant->role) != roles.end();
    if (!allowed) throw Refused{role_forbids};
}

http::Routes routes() {
    using http::Access;
    http::Routes all{
        http::get<"/api/v1/manager/market", get_market>({.summary = "What the caller may manage, and the active market",
                                                         .access = Access::manager,
                                                         .refuses = {&not_a_manager, &no_access},
                                                         .statements_max = 3}),
        http::post<"/api/v1/manager/market", switch_market>({.summary = "Switch the active market",
                                                             .access = Access::manager,
                                                             .refuses = {&not_a_manager, &no_access},
                                                             .statements_max = 4}),
    };
    for (const auto& routes : {order_routes(), return_routes(), payment_routes(), review_routes(), banner_routes(),
                               job_routes(), commerce_routes()})
        std::ranges::copy(routes, std::back_inserter(all));
    return all;
}

}  // namespace marque::management
