// Rights are read from the database on every request: what was granted or taken away holds at once on every server, and
// the token knows nothing of it.
#include "features/management/management.h"

#include <algorithm>

#include "features/management/audit.h"
#include "features/management/jobs.h"
#include "features/management/order_lists.h"
#include "features/management/queries.h"
#include "features/management/roles.h"
#include "features/management/second_factor.h"
#include "features/management/staff.h"

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

/// What a grant allows in its market. A role that is gone allows nothing. Roles of the market's own cost a question
/// that no route's statements_max counts.
Task<PermissionSet> permissions_of(Context& context, GrantRow grant) {
    if (const auto known = built_in_role(grant.role)) co_return *known;
    db::Handle there = context.thread.cluster.market(grant.granted_market);
    const auto row = co_await there.find(sql.role_permissions, grant.role);
    co_return row ? set_of(row->permissions) : PermissionSet{};
}

bool is_served(const Context& context, const GrantRow& grant) {
    return context.thread.markets.find(grant.granted_market) != nullptr;
}

std::string forbidden_text(Permission permission, MarketCode market) {
    return "Your role in " + std::string{market.upper()} + " does not include the permission " +
           permission_word(permission);
}

bool allows(const Context& context, PermissionSet permissions, Permission permission) {
    return permissions.has(permission) || context.thread.config.breaks("ignore_permissions");
}

struct MarketRights {
    MarketCode market;
    std::string role;
    std::vector<PermissionName> permissions;
};
RECORD(MarketRights, market, role, permissions);

struct Me {
    static constexpr std::string_view doc = "Who is logged in, and what each market allows them.";
    UserId id;
    MarketCode market;
    std::string phone;
    std::optional<std::string> full_name;
    MarketCode active_market;
    std::vector<MarketRights> markets;
};
RECORD(Me, id, market, phone, full_name, active_market, markets);

Task<Me> get_me(Context& context) {
    const auto& caller = context.user();
    const auto account = co_await home(context).find(sql.account, caller.user);
    if (!account) throw Refused{http::user_not_found};
    Me me{.id = caller.user,
          .market = caller.market,
          .phone = account->phone,
          .full_name = account->full_name,
          .active_market = context.market->code};
    const auto grants = co_await home(context).rows(sql.grants, caller.user);
    for (const auto& grant : grants) {
        if (!is_served(context, grant)) continue;
        const auto permissions = co_await permissions_of(context, grant);
        me.markets.push_back({grant.granted_market, grant.role, names_of(permissions)});
    }
    co_return me;
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

Task<std::optional<http::GateRefusal>> enter(Context& context, const http::Route& route) {
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
    const auto grant = std::ranges::find(grants, market, &GrantRow::granted_market);
    if (grant == grants.end()) co_return http::GateRefusal{&no_access, no_access_text(market)};
    context.market = context.thread.markets.find(market);
    check(context.market != nullptr, "a grant names a market that is not served");
    context.permission = route.options.access.permission();
    context.permissions = co_await permissions_of(context, *grant);
    if (!allows(context, context.permissions, context.permission)) {
        co_return http::GateRefusal{&role_forbids, forbidden_text(context.permission, market)};
    }
    if (route.options.second_factor) {
        auto refused = co_await refuse_without_second_factor(context);
        if (refused) co_return refused;
    }
    if (route.verb != http::Verb::get && !context.thread.config.breaks("forget_audit")) {
        context.bracket_of = [&context, &route](MarketCode code) { return audit_bracket(context, route, code); };
    }
    context.db = context.in_market(market);
    co_return std::nullopt;
}

Task<std::vector<MarketCode>> permitted_markets(Context& context) {
    co_return co_await permitted_markets(context, context.permission);
}

Task<std::vector<MarketCode>> permitted_markets(Context& context, Permission permission) {
    const auto grants = co_await home(context).rows(sql.grants, context.user().user);
    std::vector<MarketCode> markets;
    for (const auto& grant : grants) {
        if (!is_served(context, grant)) continue;
        const auto permissions = co_await permissions_of(context, grant);
        if (allows(context, permissions, permission)) markets.push_back(grant.granted_market);
    }
    co_return markets;
}

Task<void> require_access(Context& context, MarketCode market) {
    const auto grants = co_await home(context).rows(sql.grants, context.user().user);
    const auto grant = std::ranges::find(grants, market, &GrantRow::granted_market);
    if (grant == grants.end()) throw Refused{no_access, no_access_text(market)};
    const auto permissions = co_await permissions_of(context, *grant);
    if (allows(context, permissions, context.permission)) co_return;
    throw Refused{role_forbids, forbidden_text(context.permission, market)};
}

void require_permission(const Context& context, Permission permission) {
    if (allows(context, context.permissions, permission)) return;
    throw Refused{role_forbids, forbidden_text(permission, context.market->code)};
}

http::Routes routes() {
    using http::Access;
    http::Routes all{
        http::get<"/api/v1/manager/me", get_me>({.summary = "Who the caller is, and what each market allows them",
                                                 .access = Access::manager(Permission::any),
                                                 .refuses = {&http::user_not_found},
                                                 .statements_max = 4}),
        http::get<"/api/v1/manager/market", get_market>({.summary = "What the caller may manage, and the active market",
                                                         .access = Access::manager(Permission::any),
                                                         .statements_max = 3}),
        http::post<"/api/v1/manager/market", switch_market>(
            {.summary = "Switch the active market", .access = Access::manager(Permission::any), .statements_max = 4}),
    };
    for (const auto& routes :
         {order_list_routes(), order_routes(), order_change_routes(), return_routes(), payment_routes(),
          review_routes(), banner_routes(), job_routes(), routine_routes(), commerce_routes(), catalog_routes(),
          explain_routes(), audit_routes(), staff_routes(), role_routes(), second_factor_routes(), security_routes()})
        std::ranges::copy(routes, std::back_inserter(all));
    return all;
}

}  // namespace marque::management
