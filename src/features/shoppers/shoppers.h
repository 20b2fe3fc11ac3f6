#pragma once
// Who shops: a customer with an account, or a guest who is known by the token in X-Cart-Token and by nothing else.
// And how much one address may begin as a guest.

#include <memory>
#include <optional>
#include <string_view>

#include "core/config.h"
#include "http/flood_limiter.h"
#include "http/route.h"

namespace marque::shoppers {

inline constexpr Refusal malformed_cart_token{400, "shoppers.malformed_cart_token", "X-Cart-Token must be a UUID"};
inline constexpr Refusal too_many_guests{429, "shoppers.too_many_guests",
                                         "Too many guests have begun to shop from this address; try again later"};
inline constexpr Refusal too_many_guest_orders{429, "shoppers.too_many_guest_orders",
                                               "Too many orders without an account from this address; try again later"};

struct Shopper {
    /// What cart and wishlist are kept under. A guest's is a digest: whoever reads the database has no token.
    Uuid key;
    std::optional<UserId> user;
    /// A guest's own: the one that came, or a new one to be told to them.
    std::optional<Uuid> token;

    [[nodiscard]] bool is_guest() const { return !user.has_value(); }
};

/// The key of a customer; the same as marque_shopper_key() of the database.
[[nodiscard]] Uuid key_of(UserId user);
/// The key of a guest: never one of a customer.
[[nodiscard]] Uuid key_of_guest(const Uuid& token);

/// The guest's token of a request, whoever else is logged in. Refuses (malformed_cart_token) what is none.
[[nodiscard]] std::optional<Uuid> cart_token_of(const http::Context& context);
/// Who shops: the caller where there is one, whatever the token says; else the guest of the token, or a new guest. A
/// guest's answer gets X-Cart-Token, and no cache may keep it.
[[nodiscard]] Shopper shopper_of(http::Context& context);

/// What one address may begin as a guest in an hour; counted in this server's memory, like all floods.
class GuestLimits {
public:
    explicit GuestLimits(const Config& config);

    /// Whether a guest may begin a cart or wishlist now. Does not count.
    [[nodiscard]] bool may_begin(const http::Context& context, const Shopper& shopper) const;
    /// A guest has begun one.
    void count_begun(const http::Context& context);
    /// The refusal of who may not.
    [[nodiscard]] Refused refusal_to_begin(const http::Context& context) const;
    /// Counts an order that a guest is about to place; refuses (too_many_guest_orders) where there were too many.
    void require_order(const http::Context& context);

private:
    std::unique_ptr<http::FloodLimiter> begun_;  // none: no limit
    std::unique_ptr<http::FloodLimiter> orders_;
};

}  // namespace marque::shoppers
