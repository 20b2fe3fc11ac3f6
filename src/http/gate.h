#pragma once
// The seam between dispatch and the features that know people: identity fills in the caller, management the rights.

#include <expected>
#include <string>
#include <string_view>

#include "core/refusal.h"
#include "http/context.h"

namespace marque::http {

// What a token can be refused for; every route that takes one declares these.
inline constexpr Refusal invalid_token{401, "auth.invalid_token", "The access token is not valid"};
inline constexpr Refusal expired_token{401, "auth.expired_token", "The access token has expired"};
inline constexpr Refusal session_ended{401, "auth.session_ended", "This login has ended; log in again"};
inline constexpr Refusal market_changed{401, "auth.market_changed",
                                        "The account has moved to another market; log in again"};
inline constexpr Refusal account_blocked{403, "auth.account_blocked", "This account is blocked"};
inline constexpr Refusal user_not_found{404, "auth.user_not_found", "User not found"};

// What the check of a manager's rights can be refused for; OpenAPI adds these to every route of managers.
inline constexpr Refusal not_a_manager{403, "manager.not_a_manager", "This account manages no market"};
inline constexpr Refusal no_access{403, "manager.no_access", "No access to this market"};
inline constexpr Refusal role_forbids{403, "manager.role_forbids", "Your role in this market does not allow this"};

// What routes that ask for a second factor can be refused for; OpenAPI adds these to them.
inline constexpr Refusal second_factor_required{403, "manager.second_factor_required",
                                                "Prove your second factor first: POST /manager/second-factor/verify"};
inline constexpr Refusal second_factor_missing{
    403, "manager.second_factor_missing",
    "This market asks its managers for a second factor: enrol one by POST /manager/second-factor"};

struct Route;

/// Why a request may not pass; by value, because anybody can provoke it.
struct GateRefusal {
    const Refusal* refusal;
    std::string detail;
};

class Gate {
public:
    virtual ~Gate() = default;
    /// Who a bearer token belongs to, as the database has it now (ruling 5).
    virtual Task<std::expected<Caller, GateRefusal>> authenticate(Context& context, std::string_view token) = 0;
    /// For routes of managers: rebinds context.market and context.db to the market being managed (ruling 15) and checks
    /// that the caller may do there what the route needs. Returns nothing when the way is free.
    virtual Task<std::optional<GateRefusal>> enter_management(Context& context, const Route& route) = 0;
};

}  // namespace marque::http
