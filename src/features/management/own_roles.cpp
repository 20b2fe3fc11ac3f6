// The endpoints of /manager/roles: the server's own, and those a market makes of the same permissions.
#include <algorithm>

#include "features/management/staff.h"
#include "features/management/staff_queries.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::NoContent;

constexpr std::size_t roles_max = 50;
constexpr Refusal too_many_roles{409, "staff.too_many_roles", "A market has at most 50 roles of its own"};

struct RoleView {
    std::string code;
    std::string name;
    bool is_built_in = false;
    std::vector<PermissionName> permissions;
    std::int32_t version = 1;
};
RECORD(RoleView, code, name, is_built_in, permissions, version);

struct RoleList {
    std::vector<RoleView> items;
    std::vector<PermissionName> permissions;
};
RECORD(RoleList, items, permissions);

/// `version` is the one that was read; what is new has none.
struct RoleInput {
    Text<1, 100> name;
    std::vector<PermissionName> permissions;
    std::optional<Version> version;
};
RECORD(RoleInput, name, permissions, version);

RoleView view_of(const OwnRoleRow& row) {
    return {
        .code = row.code, .name = row.name, .permissions = names_of(set_of(row.permissions)), .version = row.version};
}

Task<RoleList> list(Context& context) {
    RoleList list{.permissions = names_of(PermissionSet::all())};
    for (const auto code : built_in_roles) {
        list.items.push_back({.code = std::string{code},
                              .name = std::string{code},
                              .is_built_in = true,
                              .permissions = names_of(*built_in_role(code))});
    }
    const auto rows = co_await context.db.rows(staff_sql.roles);
    for (const auto& row : rows) list.items.push_back(view_of(row));
    co_return list;
}

/// A role of the market's own, for whoever may touch it: its holders' rights change with it.
Task<std::optional<OwnRoleRow>> find_role(Context& context, RoleCode code) {
    auto rows = co_await context.db.rows(staff_sql.roles);
    const auto found = std::ranges::find(rows, code.to_text(), &OwnRoleRow::code);
    if (found == rows.end()) {
        if (rows.size() >= roles_max) throw Refused{too_many_roles};
        co_return std::nullopt;
    }
    require_no_more_than_own(context, set_of(found->permissions));
    co_return std::move(*found);
}

Task<RoleView> put(Context& context, RoleCode code, Body<RoleInput> body) {
    const RoleInput& input = body.value;
    if (built_in_role(code.to_text())) {
        throw Refused{http::invalid_input, {}, {{"code", "is a role of the server's own, which cannot be changed"}}};
    }
    PermissionSet wanted;
    for (const auto& name : input.permissions) wanted.add(name.value());
    require_no_more_than_own(context, wanted);
    const auto before = co_await find_role(context, code);
    std::vector<std::string> words;
    for (const auto& name : names_of(wanted)) words.push_back(name.to_text());
    const auto version = input.version ? std::optional{input.version->value()} : std::nullopt;
    const auto written = co_await context.db.write(staff_sql.put_role, context.market->code, code.to_text(),
                                                   input.name.to_text(), words, version);
    if (written.empty()) throw Refused{stale_role};
    co_return view_of(written.front());
}

Task<NoContent> remove(Context& context, RoleCode code) {
    auto transaction = co_await context.db.begin();
    transaction.query(staff_sql.lock, context.market->code);
    co_await transaction.flush();
    const auto role = co_await find_role(context, code);
    if (!role) throw Refused{role_not_found};
    const auto members = co_await members_of(context);
    if (std::ranges::find(members, code.to_text(), &StaffMember::role) != members.end()) throw Refused{role_in_use};
    transaction.execute(staff_sql.remove_role, code.to_text());
    co_await transaction.commit();
    co_return NoContent{};
}

}  // namespace

http::Routes role_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/roles", list>(
            {.summary = "The server's roles and the managed market's own, and all permissions there are",
             .access = Access::manager(Permission::staff_read),
             .statements_max = 2}),
        http::put<"/api/v1/manager/roles/{code}", put>(
            {.summary = "Add a role of the market's own, or replace it in the version that was read",
             .access = Access::manager(Permission::staff_write),
             .refuses = {&beyond_your_rights, &stale_role, &too_many_roles},
             .statements_max = 7,
             .second_factor = true}),
        http::del<"/api/v1/manager/roles/{code}", remove>(
            {.summary = "Remove a role of the market's own that nobody has",
             .access = Access::manager(Permission::staff_write),
             .refuses = {&beyond_your_rights, &role_not_found, &role_in_use, &too_many_roles},
             .statements_max = 22,
             .second_factor = true}),
    };
}

}  // namespace marque::management
