// From token to caller: the token's market says where to look first, the users table decides (ruling 5).
#include "features/identity/identity.h"
#include "features/identity/queries.h"

namespace marque::identity {
namespace {

/// Below a second, so that "within a second" holds with the query's own time added.
constexpr std::chrono::milliseconds known_for{900};
/// A thread remembers this many callers; beyond, it starts over rather than grow.
constexpr std::size_t known_max = 20'000;

http::GateRefusal refusal_of(TokenFault fault) {
    return {fault == TokenFault::expired ? &expired_token : &invalid_token, {}};
}

}  // namespace

Task<std::expected<http::Caller, http::GateRefusal>> Authenticator::authenticate(http::Context& context,
                                                                                 std::string_view token) {
    // A token that is known letter by letter was verified when it became known.
    const auto known = known_.find(token);
    if (known != known_.end() && known->second.good_until > context.now) co_return known->second.caller;
    const auto claims = key_.verify(token, context.now);
    if (!claims) co_return std::unexpected(refusal_of(claims.error()));
    auto caller = co_await look_up(context, *claims);
    if (caller) {
        if (known_.size() >= known_max) known_.clear();
        const Timestamp expires{Timestamp::Point{std::chrono::seconds{claims->expires_s}}};
        known_[std::string{token}] = {*caller, std::min(expires, Timestamp{context.now.point() + known_for})};
    }
    co_return caller;
}

void Authenticator::forget(const Uuid& session) {
    std::erase_if(known_, [&](const auto& entry) { return entry.second.caller.session == session; });
}

Task<std::expected<http::Caller, http::GateRefusal>> Authenticator::look_up(http::Context& context,
                                                                            const Claims& claims) {
    auto& cluster = context.thread.cluster;
    const auto& markets = context.thread.markets;
    const MarketCode hint = claims.market_hint.empty() ? markets.default_market : claims.market_hint;
    if (!cluster.has(hint)) co_return std::unexpected(http::GateRefusal{&invalid_token, {}});

    auto account = co_await cluster.market(hint).find(sql.account, claims.user, claims.session);
    if (!account) {
        // Within one database ids are unique over markets, so an account that was moved by hand is still this person.
        for (const auto& market : cluster.markets()) {
            if (account || market == hint || !cluster.same_database(market, hint)) continue;
            account = co_await cluster.market(market).find(sql.account, claims.user, claims.session);
        }
    }
    if (!account) co_return std::unexpected(http::GateRefusal{&user_not_found, {}});
    if (!account->session_good) co_return std::unexpected(http::GateRefusal{&session_ended, {}});
    if (account->moved_to && !context.thread.config.breaks("trust_market_hint")) {
        const MarketCode target = *account->moved_to;
        const bool reachable = cluster.has(target) && cluster.same_database(hint, target);
        if (!reachable) co_return std::unexpected(http::GateRefusal{&market_changed, {}});
        const std::string phone = account->phone;
        account = co_await cluster.market(target).find(sql.account, claims.user, claims.session);
        // Not there yet: the move is under way, and the next login or the repeated command completes it. Another phone:
        // the number was taken, so it is another person, and the customer has a number of their own there.
        const bool arrived = account && account->phone == phone && !account->moved_to;
        if (!arrived) co_return std::unexpected(http::GateRefusal{&market_changed, {}});
    }
    if (!account->is_active) co_return std::unexpected(http::GateRefusal{&account_blocked, {}});
    co_return http::Caller{account->id, account->market, claims.session.value_or(Uuid{}),
                           account->language.value_or("")};
}

}  // namespace marque::identity
