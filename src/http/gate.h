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

// What the check of a manager's rights can be refused for; every route of managers declares these.
inline constexpr Refusal not_a_manager{403, "manager.not_a_manager", "This account manages no market"};
inline constexpr Refusal no_access{403, "manager.no_access", "No access to this market"};

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
    /// For routes of managers: checks the caller's rights and rebinds context.market and context.db to the market
    /// being managed (ruling 15). Returns nothing when the way is free.
    virtual Task<std::optional<GateRefusal>> enter_management(Context& context) = 0;
};

}  // namespace marque::http
