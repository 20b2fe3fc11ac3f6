// The server's own roles. A market may have others beside them, made of the same permissions (manager_roles).
#include "features/management/roles.h"

#include <algorithm>

namespace marque::management {
namespace {

using enum Permission;

/// Looks at everything but who may do what and who did what.
constexpr PermissionSet viewer{orders_read,  payments_read, customers_read, content_read, promotions_read,
                               markets_read, reports_read,  jobs_read,      messages_read};
constexpr PermissionSet support{orders_read,   orders_write,    payments_read, customers_read, content_read,
                                reviews_write, promotions_read, markets_read,  jobs_read,      messages_read};
constexpr PermissionSet content{content_read, content_write, reviews_write, catalog_write, promotions_read,
                                markets_read, jobs_read,     jobs_run,      messages_read, messages_write};
/// Who is sent what the market knows is up to admins, as who works for it is.
constexpr PermissionSet manager = PermissionSet::all().without({staff_write, webhooks_write});

}  // namespace

std::optional<PermissionSet> built_in_role(std::string_view role) {
    if (role == "admin") return PermissionSet::all();
    if (role == "manager") return manager;
    if (role == "support") return support;
    if (role == "content") return content;
    if (role == "viewer") return viewer;
    return std::nullopt;
}

Parsed<RoleCode> RoleCode::parse(std::string_view text) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    const bool fits = text.size() >= facts.min_length && text.size() <= facts.max_length && text.front() >= 'a' &&
                      text.front() <= 'z' && std::ranges::all_of(text, allowed);
    if (!fits) return std::unexpected("must be 2 to 40 small letters, digits and _, a letter first");
    return RoleCode{std::string{text}};
}

}  // namespace marque::management
