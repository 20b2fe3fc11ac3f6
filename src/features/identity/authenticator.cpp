// The token's market says where to look first, the users table decides (ruling 5), and memory answers in its place as
// long as it is known to be true.
#include "features/identity/authenticator.h"

#include "core/log.h"
#include "features/identity/identity.h"
#include "features/identity/session_queries.h"

namespace marque::identity {
namespace {

http::GateRefusal refusal_of(TokenFault fault) {
    return {fault == TokenFault::expired ? &expired_token : &invalid_token, {}};
}

/// Where to look first.
MarketCode place_of(const http::Context& context, const Claims& claims) {
    return claims.market_hint.empty() ? context.thread.markets.default_market : claims.market_hint;
}

/// Not worth failing a request for.
Task<void> mark_seen(db::Handle db, Uuid session) {
    try {
        co_await db.execute(session_sql.mark_seen, session);
    } catch (const std::exception& error) {
        log::debug("auth.not_marked_seen", {{"what", error.what()}});
    }
}

}  // namespace

std::expected<const Claims*, TokenFault> Authenticator::verify(std::string_view token, Timestamp now) {
    auto& place = verified_[std::hash<std::string_view>{}(token) % verified_max];
    if (equal_in_constant_time(place.token, token) && place.claims.expires_s > now.unix_s()) return &place.claims;
    auto claims = key_.verify(token, now);
    if (!claims) return std::unexpected(claims.error());
    place = {std::string{token}, std::move(*claims)};
    return &place.claims;
}

Task<std::expected<http::Caller, http::GateRefusal>> Authenticator::authenticate(http::Context& context,
                                                                                 std::string_view token) {
    const auto claims = verify(token, context.now);
    if (!claims) co_return std::unexpected(refusal_of(claims.error()));
    const Claims& said = **claims;
    if (said.session) {
        auto known = table_.find(said.user, *said.session, SessionTable::Clock::now());
        // What memory knows of another database than the token's is none of this token's business.
        const bool here = known && (known->market == said.market_hint ||
                                    context.thread.cluster.same_database(known->market, place_of(context, said)));
        if (here && known->version == said.version && known->expires > context.now) {
            co_return http::Caller{known->user, known->market, std::move(known->session), std::move(known->language)};
        }
    }
    co_return co_await look_up(context, said);
}

Task<std::expected<http::Caller, http::GateRefusal>> Authenticator::look_up(http::Context& context, Claims claims) {
    auto& cluster = context.thread.cluster;
    MarketCode place = place_of(context, claims);
    if (!cluster.has(place)) co_return std::unexpected(http::GateRefusal{&invalid_token, {}});

    const auto asked = table_.asking(claims.user, SessionTable::Clock::now());
    auto account = co_await cluster.market(place).find(session_sql.account, claims.user, claims.session);
    if (!account) {
        // Within one database ids are unique over markets, so an account that was moved by hand is still this person.
        for (const auto& market : cluster.markets()) {
            if (account || !cluster.same_database(market, place)) continue;
            account = co_await cluster.market(market).find(session_sql.account, claims.user, claims.session);
        }
    }
    if (!account) co_return std::unexpected(http::GateRefusal{&user_not_found, {}});
    if (!account->is_active) co_return std::unexpected(http::GateRefusal{&account_blocked, {}});
    const bool good = account->session_good && account->version == claims.version;
    if (!good) co_return std::unexpected(http::GateRefusal{&session_ended, {}});
    place = account->market;
    const Timestamp expires = *account->session_expires;
    if (account->unseen) co_await mark_seen(cluster.market(place), *claims.session);
    LiveSession live{account->id, *claims.session, place, account->language.value_or(""), claims.version, expires};
    if (account->moved_to && !context.thread.config.breaks("trust_market_hint")) {
        const MarketCode target = *account->moved_to;
        const bool reachable = cluster.has(target) && cluster.same_database(place, target);
        if (!reachable) co_return std::unexpected(http::GateRefusal{&market_changed, {}});
        const std::string phone = account->phone;
        account = co_await cluster.market(target).find(session_sql.account_of_phone, phone);
        // Not there yet: the move is under way, and the next login or refresh completes it.
        if (!account || account->moved_to) co_return std::unexpected(http::GateRefusal{&market_changed, {}});
        if (!account->is_active) co_return std::unexpected(http::GateRefusal{&account_blocked, {}});
        // Two accounts stand behind this caller until the next refresh; memory holds sessions of one.
        co_return http::Caller{account->id, account->market, std::move(live.session), account->language.value_or("")};
    }
    table_.insert(live, asked);
    co_return http::Caller{live.user, live.market, std::move(live.session), std::move(live.language)};
}

}  // namespace marque::identity
