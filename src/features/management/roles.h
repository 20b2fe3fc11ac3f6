#pragma once
// What roles allow, and what management's own files tell each other.

#include <array>
#include <optional>
#include <string_view>

#include "core/parse.h"
#include "core/permission.h"
#include "core/version.h"
#include "features/management/management.h"

namespace marque::management {

/// What a role of the server's own allows; nothing for a name that is none of them.
[[nodiscard]] std::optional<PermissionSet> built_in_role(std::string_view role);
inline constexpr std::array<std::string_view, 5> built_in_roles{"admin", "manager", "support", "content", "viewer"};

/// The code of a role: one of the server's own, or of the market's.
class RoleCode {
public:
    static constexpr TextFacts facts{
        .pattern = "^[a-z][a-z0-9_]*$", .min_length = 2, .max_length = 40, .example = "support"};

    RoleCode() = default;
    [[nodiscard]] static Parsed<RoleCode> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }
    friend bool operator==(const RoleCode&, const RoleCode&) = default;

private:
    explicit RoleCode(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// Who acts, as histories name them: "manager:kg/4".
[[nodiscard]] std::string manager_name(const http::Context& context);

[[nodiscard]] http::Routes order_routes();
/// Many orders at once, and where one goes.
[[nodiscard]] http::Routes order_change_routes();
[[nodiscard]] http::Routes return_routes();
[[nodiscard]] http::Routes payment_routes();
[[nodiscard]] http::Routes review_routes();
[[nodiscard]] http::Routes banner_routes();
[[nodiscard]] http::Routes explain_routes();
/// /manager/promotions and /manager/shipping.
[[nodiscard]] http::Routes commerce_routes();
/// /manager/products, /manager/skus and /manager/categories.
[[nodiscard]] http::Routes catalog_routes();

}  // namespace marque::management
