// The endpoints of /manager/staff. Grants lie in the market of the manager's account, so the managed market's staff is
// gathered from all; a lock of the managed market lets changes of it follow each other.
#include "features/management/staff.h"

#include <algorithm>

#include "features/identity/identity.h"
#include "features/management/staff_queries.h"
#include "work/idempotency.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::NoContent;
using http::Rendered;

constexpr std::int32_t members_max = 1'000;

struct StaffList {
    std::vector<StaffMember> items;
};
RECORD(StaffList, items);

struct Invitation {
    TypedPhone phone;
    std::optional<Text<1, 255>> full_name;
    RoleCode role;
};
RECORD(Invitation, phone, full_name, role);

struct RoleChoice {
    RoleCode role;
};
RECORD(RoleChoice, role);

StaffState state_of(const StaffRow& row) {
    if (!row.is_active) return StaffState::blocked;
    return row.last_login ? StaffState::active : StaffState::invited;
}

const StaffMember* find_member(const std::vector<StaffMember>& members, const StaffId& id) {
    const auto found = std::ranges::find(members, id, &StaffMember::id);
    return found == members.end() ? nullptr : &*found;
}

PermissionSet set_of_member(const StaffMember& member) {
    PermissionSet set;
    for (const auto& name : member.permissions) set.add(name.value());
    return set;
}

bool is_last_admin(const std::vector<StaffMember>& members, const StaffMember& member) {
    return member.role == "admin" && std::ranges::none_of(members, [&](const StaffMember& other) {
               return other.id != member.id && other.role == "admin" && other.state != StaffState::blocked;
           });
}

/// The lock of the managed market, and the transaction that writes where the account lies, which may be the same.
struct Change {
    db::Transaction lock;
    std::optional<db::Transaction> away;
    [[nodiscard]] db::Transaction& writing() { return away ? *away : lock; }
};

Task<Change> begin_change(Context& context, MarketCode home) {
    auto lock = co_await context.db.begin();
    lock.query(staff_sql.lock, context.market->code);
    co_await lock.flush();
    Change change{std::move(lock), std::nullopt};
    if (home == context.market->code) co_return change;
    auto away = co_await context.in_market(home).begin();
    change.away = std::move(away);
    co_return change;
}

Task<void> commit(Change change, StaffId id, std::optional<std::string> before, std::optional<std::string> after) {
    if (change.away) {
        co_await change.away->commit();
        change.lock.query(staff_sql.tell, id.to_text(), before, after);
    }
    co_await change.lock.commit();
}

/// Where the person lives: as a login would find the account, or in the phone's own market where there is none yet.
Task<MarketCode> home_of(Context& context, Phone phone) {
    const MarketInfo* own = context.thread.markets.find_by_phone(phone.to_text());
    std::optional<MarketCode> elsewhere;
    for (const auto& market : context.thread.markets.markets) {
        const auto account = co_await context.in_market(market.code).find(staff_sql.accounts, phone.to_text());
        if (!account || account->moved_to) continue;
        if (own != nullptr && market.code == own->code) co_return market.code;
        elsewhere = market.code;
    }
    if (elsewhere) co_return *elsewhere;
    if (own != nullptr) co_return own->code;
    throw Refused{http::invalid_input, {}, {{"phone", "belongs to no market that is served"}}};
}

Task<StaffList> list(Context& context) {
    auto members = co_await members_of(context);
    co_return StaffList{std::move(members)};
}

/// Refuses what the change of somebody's role (to nothing where it is taken away) would break.
void require_changeable(const Context& context, const std::vector<StaffMember>& members, const StaffMember& member,
                        std::string_view role) {
    require_no_more_than_own(context, set_of_member(member));
    if (role != "admin" && is_last_admin(members, member)) throw Refused{last_admin};
}

Task<Rendered<Created<StaffMember>>> invite(Context& context, Body<Invitation> body) {
    const Invitation& invitation = body.value;
    const auto permissions = co_await permissions_of_role(context, invitation.role);
    require_no_more_than_own(context, permissions);
    const Phone phone = identity::phone_of(context, invitation.phone, "phone");
    const MarketCode home = co_await home_of(context, phone);
    work::Idempotency once{home, context.user().user,
                           "POST /api/v1/manager/staff from " + context.user().market.to_text(),
                           context.request.header("Idempotency-Key"), context.request.body};
    auto change = co_await begin_change(context, home);
    db::Transaction& writing = change.writing();
    once.look_up(writing);
    const auto name = invitation.full_name ? std::optional{invitation.full_name->to_text()} : std::nullopt;
    const auto opened = writing.query(staff_sql.open_account, home, phone.to_text(), name);
    co_await writing.flush();
    if (const auto stored = once.found()) {
        co_return Rendered<Created<StaffMember>>{http::replayed(stored->status, stored->body)};
    }
    const StaffId id{home, *opened.find()};
    const auto members = co_await members_of(context);
    const StaffMember* before = find_member(members, id);
    if (before != nullptr) require_changeable(context, members, *before, invitation.role.to_text());
    writing.execute(staff_sql.grant, home, id.user(), context.market->code, invitation.role.to_text(),
                    manager_name(context));
    const auto rows = writing.query(staff_sql.members, context.market->code, members_max);
    co_await writing.flush();
    const auto after = rows.rows();
    const auto row = std::ranges::find(after, id.user(), &StaffRow::user);
    check(row != after.end(), "a market has more staff than can be listed");
    const StaffMember member{.id = id,
                             .phone = row->phone,
                             .full_name = row->full_name,
                             .role = row->role,
                             .permissions = names_of(permissions),
                             .state = state_of(*row),
                             .granted_by = row->granted_by,
                             .granted_at = row->granted_at,
                             .last_login = row->last_login};
    http::Response response;
    response.status = 201;
    json::write(response.body, member);
    once.store(writing, response.status, response.body);
    co_await commit(std::move(change), id, before != nullptr ? std::optional{before->role} : std::nullopt, row->role);
    co_return Rendered<Created<StaffMember>>{std::move(response)};
}

Task<StaffMember> change_role(Context& context, StaffId id, Body<RoleChoice> body) {
    const std::string role = body.value.role.to_text();
    const auto permissions = co_await permissions_of_role(context, body.value.role);
    require_no_more_than_own(context, permissions);
    if (context.thread.markets.find(id.market()) == nullptr) throw Refused{staff_not_found};
    auto change = co_await begin_change(context, id.market());
    const auto members = co_await members_of(context);
    const StaffMember* before = find_member(members, id);
    if (before == nullptr) throw Refused{staff_not_found};
    require_changeable(context, members, *before, role);
    StaffMember after = *before;
    after.role = role;
    after.permissions = names_of(permissions);
    after.granted_by = manager_name(context);
    change.writing().execute(staff_sql.grant, id.market(), id.user(), context.market->code, role,
                             manager_name(context));
    co_await commit(std::move(change), id, before->role, role);
    co_return after;
}

Task<NoContent> remove(Context& context, StaffId id) {
    if (context.thread.markets.find(id.market()) == nullptr) throw Refused{staff_not_found};
    auto change = co_await begin_change(context, id.market());
    const auto members = co_await members_of(context);
    const StaffMember* member = find_member(members, id);
    if (member == nullptr) throw Refused{staff_not_found};
    require_changeable(context, members, *member, "");
    change.writing().execute(staff_sql.revoke, id.user(), context.market->code);
    co_await commit(std::move(change), id, member->role, std::nullopt);
    co_return NoContent{};
}

}  // namespace

Parsed<StaffId> StaffId::parse(std::string_view text) {
    const auto dash = text.find('-');
    const auto market = MarketCode::parse(text.substr(0, dash));
    const auto user =
        dash == std::string_view::npos ? Parsed<UserId>{std::unexpected("")} : UserId::parse(text.substr(dash + 1));
    if (!market || !user) return std::unexpected("must be a manager's id, like \"kg-4\"");
    return StaffId{*market, *user};
}

Task<PermissionSet> permissions_of_role(Context& context, RoleCode role) {
    if (const auto known = built_in_role(role.to_text())) co_return *known;
    const auto rows = co_await context.db.rows(staff_sql.roles);
    const auto row = std::ranges::find(rows, role.to_text(), &OwnRoleRow::code);
    if (row == rows.end()) throw Refused{http::invalid_input, {}, {{"role", "is no role of this market"}}};
    co_return set_of(row->permissions);
}

void require_no_more_than_own(const Context& context, PermissionSet permissions) {
    if (context.permissions.has_all(permissions)) return;
    std::string missing;
    for (const auto& name : names_of(permissions.without(context.permissions))) {
        missing += (missing.empty() ? "" : ", ") + name.to_text();
    }
    throw Refused{beyond_your_rights, "You do not have " + missing + " in this market yourself"};
}

Task<std::vector<StaffMember>> members_of(Context& context) {
    const auto roles = co_await context.db.rows(staff_sql.roles);
    std::vector<StaffMember> members;
    for (const auto& market : context.thread.markets.markets) {
        const auto rows =
            co_await context.in_market(market.code).rows(staff_sql.members, context.market->code, members_max);
        for (const auto& row : rows) {
            auto permissions = built_in_role(row.role);
            const auto own = std::ranges::find(roles, row.role, &OwnRoleRow::code);
            if (!permissions && own != roles.end()) permissions = set_of(own->permissions);
            members.push_back({.id = {market.code, row.user},
                               .phone = row.phone,
                               .full_name = row.full_name,
                               .role = row.role,
                               .permissions = names_of(permissions.value_or(PermissionSet{})),
                               .state = state_of(row),
                               .granted_by = row.granted_by,
                               .granted_at = row.granted_at,
                               .last_login = row.last_login});
        }
    }
    co_return members;
}

http::Routes staff_routes() {
    using http::Access;
    const std::vector<const Refusal*> changes{&staff_not_found, &beyond_your_rights, &last_admin};
    return {
        http::get<"/api/v1/manager/staff", list>({.summary = "Everybody who manages the managed market, and as what",
                                                  .access = Access::manager(Permission::staff_read),
                                                  .statements_max = 20}),
        http::post<"/api/v1/manager/staff", invite>(
            {.summary = "Invite somebody by phone: the rights are there at the first login with a code",
             .access = Access::manager(Permission::staff_write),
             .refuses = {&beyond_your_rights, &last_admin, &work::idempotency_key_malformed,
                         &work::idempotency_key_reused},
             .statements_max = 42,
             .second_factor = true}),
        http::put<"/api/v1/manager/staff/{id}", change_role>({.summary = "Give somebody of the staff another role",
                                                              .access = Access::manager(Permission::staff_write),
                                                              .refuses = changes,
                                                              .statements_max = 32,
                                                              .second_factor = true}),
        http::del<"/api/v1/manager/staff/{id}", remove>(
            {.summary = "Take somebody's rights in the managed market away, at once",
             .access = Access::manager(Permission::staff_write),
             .refuses = changes,
             .statements_max = 32,
             .second_factor = true}),
    };
}

}  // namespace marque::management
