#pragma once
// What a manager may be allowed to do, and sets of it. Roles are made of permissions (features/management/roles.h); the
// route table says which one each route of managers needs.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/parse.h"
#include "core/record.h"

namespace marque {

/// `any` is had by everybody who manages the market at all.
enum class Permission : std::uint8_t {
    any,
    orders_read,
    orders_write,
    payments_read,
    payments_write,
    refunds_write,
    customers_read,
    customers_write,
    catalog_write,
    prices_write,
    stock_write,
    content_read,
    content_write,
    reviews_write,
    promotions_read,
    promotions_write,
    markets_read,
    markets_write,
    reports_read,
    jobs_read,
    jobs_run,
    staff_read,
    staff_write,
    audit_read,
    messages_read,
    messages_write,
    webhooks_read,
    webhooks_write,
};
ENUMERATION(Permission, any, orders_read, orders_write, payments_read, payments_write, refunds_write, customers_read,
            customers_write, catalog_write, prices_write, stock_write, content_read, content_write, reviews_write,
            promotions_read, promotions_write, markets_read, markets_write, reports_read, jobs_read, jobs_run,
            staff_read, staff_write, audit_read, messages_read, messages_write, webhooks_read, webhooks_write);
inline constexpr int permission_count = static_cast<int>(Permission::webhooks_write) + 1;

/// "orders.read", as OpenAPI, roles and problems name it.
[[nodiscard]] std::string permission_word(Permission permission);

class PermissionSet {
public:
    constexpr PermissionSet() = default;
    constexpr PermissionSet(std::initializer_list<Permission> permissions) {
        for (const auto permission : permissions) add(permission);
    }
    [[nodiscard]] static constexpr PermissionSet all() {
        PermissionSet set;
        for (int number = 1; number < permission_count; ++number) set.add(static_cast<Permission>(number));
        return set;
    }
    constexpr void add(Permission permission) { bits_ |= bit(permission); }
    [[nodiscard]] constexpr PermissionSet without(PermissionSet others) const {
        PermissionSet set;
        set.bits_ = bits_ & ~others.bits_;
        return set;
    }
    [[nodiscard]] constexpr bool has(Permission permission) const {
        return permission == Permission::any || (bits_ & bit(permission)) != 0;
    }
    [[nodiscard]] constexpr bool has_all(PermissionSet others) const { return (others.bits_ & ~bits_) == 0; }

private:
    static_assert(permission_count < 32);
    [[nodiscard]] static constexpr std::uint32_t bit(Permission permission) {
        return permission == Permission::any ? 0 : std::uint32_t{1} << static_cast<int>(permission);
    }
    std::uint32_t bits_ = 0;
};

/// A permission as it is written: "orders.read".
class PermissionName {
public:
    static constexpr TextFacts facts{
        .pattern = "^[a-z]+\\.[a-z]+$", .min_length = 3, .max_length = 40, .example = "orders.read"};

    PermissionName() = default;
    explicit PermissionName(Permission permission) : permission_(permission) {}
    [[nodiscard]] static Parsed<PermissionName> parse(std::string_view text);
    [[nodiscard]] std::string to_text() const { return permission_word(permission_); }
    [[nodiscard]] Permission value() const { return permission_; }

private:
    Permission permission_ = Permission::any;
};

/// The names in a set, in the order of declaration.
[[nodiscard]] std::vector<PermissionName> names_of(PermissionSet set);
/// Words that name no permission (any more) count for nothing.
[[nodiscard]] PermissionSet set_of(const std::vector<std::string>& words);

}  // namespace marque
