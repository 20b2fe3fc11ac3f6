#pragma once
// What a grant's role allows beyond looking, and what management's own files tell each other.

#include <array>
#include <span>
#include <string_view>

#include "features/management/management.h"

namespace marque::management {

inline constexpr Refusal role_forbids{403, "manager.role_forbids", "Your role in this market does not allow this"};

inline constexpr std::array<std::string_view, 2> leading_roles{"admin", "manager"};
inline constexpr std::array<std::string_view, 4> moderating_roles{"admin", "manager", "support", "content"};
inline constexpr std::array<std::string_view, 3> order_roles{"admin", "manager", "support"};
inline constexpr std::array<std::string_view, 3> content_roles{"admin", "manager", "content"};

/// Refuses (role_forbids) where the caller's grant for the managed market has none of these roles.
Task<void> require_role(http::Context& context, std::span<const std::string_view> roles);

/// The count of changes that a caller has read; another one makes the write stale.
class Version {
public:
    static constexpr IntegerFacts facts{.minimum = 1, .maximum = 2'147'483'647, .example = 1};

    constexpr Version() = default;
    [[nodiscard]] static Parsed<Version> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be a version, from 1 on");
        return Version{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    explicit constexpr Version(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 1;
};

/// Who acts, as histories name them: "manager:kg/4".
[[nodiscard]] std::string manager_name(const http::Context& context);

[[nodiscard]] http::Routes order_routes();
[[nodiscard]] http::Routes return_routes();
[[nodiscard]] http::Routes payment_routes();
[[nodiscard]] http::Routes review_routes();
[[nodiscard]] http::Routes banner_routes();
/// /manager/promotions and /manager/shipping.
[[nodiscard]] http::Routes commerce_routes();

}  // namespace marque::management
