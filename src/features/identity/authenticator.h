#pragma once
// From token to caller, mostly without the database: verified tokens are remembered by each thread, live logins by the
// process.

#include <string>
#include <string_view>
#include <vector>

#include "features/identity/session_table.h"
#include "features/identity/token.h"
#include "http/gate.h"

namespace marque::identity {

/// Finds the caller of a token; one for each thread.
class Authenticator {
public:
    Authenticator(const TokenKey& key, SessionTable& table) : key_(key), table_(table) {}
    Task<std::expected<http::Caller, http::GateRefusal>> authenticate(http::Context& context, std::string_view token);

private:
    /// A token that was verified, letter by letter. Found by its hash, and replaced by whatever falls into its place.
    struct Verified {
        std::string token;
        Claims claims;
    };
    static constexpr std::size_t verified_max = 2'048;

    /// The pointer is good until the next call.
    std::expected<const Claims*, TokenFault> verify(std::string_view token, Timestamp now);
    /// Asks the database, and tells the table.
    Task<std::expected<http::Caller, http::GateRefusal>> look_up(http::Context& context, Claims claims);

    const TokenKey& key_;
    SessionTable& table_;
    std::vector<Verified> verified_{verified_max};
};

}  // namespace marque::identity
