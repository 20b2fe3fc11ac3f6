// Permissions and their names: the enumerator's word with a point between thing and act.
#include "core/permission.h"

#include <algorithm>

namespace marque {

std::string permission_word(Permission permission) {
    std::string word{enum_word(permission)};
    std::ranges::replace(word, '_', '.');
    return word;
}

Parsed<PermissionName> PermissionName::parse(std::string_view text) {
    for (int number = 1; number < permission_count; ++number) {
        const auto permission = static_cast<Permission>(number);
        if (permission_word(permission) == text) return PermissionName{permission};
    }
    return std::unexpected("must be a permission, such as orders.read");
}

std::vector<PermissionName> names_of(PermissionSet set) {
    std::vector<PermissionName> names;
    for (int number = 1; number < permission_count; ++number) {
        const auto permission = static_cast<Permission>(number);
        if (set.has(permission)) names.emplace_back(permission);
    }
    return names;
}

PermissionSet set_of(const std::vector<std::string>& words) {
    PermissionSet set;
    for (const auto& word : words) {
        if (const auto name = PermissionName::parse(word)) set.add(name->value());
    }
    return set;
}

}  // namespace marque
