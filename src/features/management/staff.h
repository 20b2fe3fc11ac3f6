#pragma once
// Who manages a market: people, their roles, and roles of the market's own.

#include "core/id.h"
#include "core/phone.h"
#include "core/text.h"
#include "features/management/roles.h"

namespace marque::management {

/// A manager as paths name them: the market of the account and its number, "kg-4".
class StaffId {
public:
    static constexpr TextFacts facts{
        .pattern = "^[A-Za-z]{2,8}-[1-9][0-9]{0,18}$", .min_length = 4, .max_length = 28, .example = "kg-4"};

    StaffId() = default;
    StaffId(MarketCode market, UserId user) : market_(market), user_(user) {}
    [[nodiscard]] static Parsed<StaffId> parse(std::string_view text);
    [[nodiscard]] std::string to_text() const { return market_.to_text() + "-" + user_.to_text(); }
    [[nodiscard]] MarketCode market() const { return market_; }
    [[nodiscard]] UserId user() const { return user_; }
    friend bool operator==(const StaffId&, const StaffId&) = default;

private:
    MarketCode market_;
    UserId user_;
};

/// `invited`: has never logged in.
enum class StaffState { invited, active, blocked };
ENUMERATION(StaffState, invited, active, blocked);

struct StaffMember {
    StaffId id;
    std::string phone;
    std::optional<std::string> full_name;
    std::string role;
    std::vector<PermissionName> permissions;
    StaffState state = StaffState::invited;
    std::optional<std::string> granted_by;
    Timestamp granted_at;
    std::optional<Timestamp> last_login;
};
RECORD(StaffMember, id, phone, full_name, role, permissions, state, granted_by, granted_at, last_login);

/// What the role allows in the managed market; refuses (http::invalid_input) what is no role there.
Task<PermissionSet> permissions_of_role(http::Context& context, RoleCode role);
/// Refuses (beyond_your_rights) where somebody would hand out, or touch, more than they have themselves.
void require_no_more_than_own(const http::Context& context, PermissionSet permissions);
/// Everybody who manages the managed market, wherever their account is.
Task<std::vector<StaffMember>> members_of(http::Context& context);

inline constexpr Refusal beyond_your_rights{403, "staff.beyond_your_rights",
                                            "Nobody grants, changes or takes away more than they may do themselves"};
inline constexpr Refusal staff_not_found{404, "staff.not_found", "Nobody of this market's staff has this id"};
inline constexpr Refusal last_admin{409, "staff.last_admin", "A market keeps at least one admin"};
inline constexpr Refusal role_not_found{404, "staff.role_not_found", "This market has no role of its own by this code"};
inline constexpr Refusal role_in_use{409, "staff.role_in_use", "Somebody still has this role"};
inline constexpr Refusal stale_role{409, "staff.stale_role", "The role was changed meanwhile; read it again"};

/// /manager/staff and /manager/roles.
[[nodiscard]] http::Routes staff_routes();
[[nodiscard]] http::Routes role_routes();

}  // namespace marque::management
