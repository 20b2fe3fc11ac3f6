// Opening, prolonging and ending sessions. Only hashes of refresh tokens are stored; a successor is derived from its
// predecessor and the server's secret, so that it can be told twice without being kept.
#include "features/identity/sessions.h"

#include <fmt/format.h>

#include <csignal>

#include "core/digest.h"
#include "core/log.h"
#include "core/random.h"
#include "features/identity/enter.h"
#include "features/identity/identity.h"
#include "features/identity/session_queries.h"
#include "features/identity/session_table.h"

namespace marque::identity {
namespace {

using http::Context;

/// 43 letters of 62 are 256 bits.
constexpr std::size_t secret_letters = 43;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// 132 bits: nobody guesses a tag, and the token stays short.
constexpr std::size_t tag_letters = 22;
constexpr std::size_t refresh_bytes_max = 256;
constexpr std::size_t device_bytes_max = 200;

std::string body_of(const RefreshToken& token) {
    return fmt::format("{}.{}.{}", token.market.to_text(), token.session.to_text(), token.secret);
}

std::string tag_of(const std::string& digest) { return digest.substr(0, tag_letters); }

std::string successor_of(const TokenKey& key, std::string_view secret) {
    return key.digest("refresh successor", secret);
}

/// The request's User-Agent where it is text; it is shown to the owner of the account and to nobody else.
std::optional<std::string> device_of(const Context& context) {
    auto agent = context.request.header("User-Agent").substr(0, device_bytes_max);
    while (!agent.empty() && !utf8_length(agent)) agent.remove_suffix(1);
    if (agent.empty()) return std::nullopt;
    return std::string{agent};
}

/// The answer of log-in and refresh alike.
LoggedIn handed_out(const Context& context, const UserRow& user, std::int32_t version, const RefreshToken& refresh) {
    const auto& key = context.service<TokenKey>();
    const std::int32_t lifetime_s = context.thread.config.access_token_minutes * 60;
    const Claims claims{user.id, user.market, refresh.session, context.now.unix_s() + lifetime_s, version};
    return {.access_token = key.sign(claims, context.now),
            .refresh_token = refresh.to_text(key),
            .token_type = "bearer",
            .expires_in = lifetime_s,
            .user = view_of(user)};
}

/// A session and what the database says of it now.
struct Found {
    MarketCode market;
    RefreshRow row;
};

Task<std::optional<Found>> find_session(Context& context, const RefreshToken& token) {
    if (!context.thread.cluster.has(token.market)) co_return std::nullopt;
    auto row = co_await context.in_market(token.market).find(session_sql.refresh_state, token.session);
    if (!row) co_return std::nullopt;
    co_return Found{token.market, std::move(*row)};
}

/// The secret that is good now: the token's own, or its successor where the token was replaced a moment ago.
/// Nothing: the token is older than that.
std::optional<std::string> good_secret(const TokenKey& key, const RefreshRow& row, const std::string& secret) {
    const std::string hash = sha256_hex(secret);
    if (row.refresh_hash == hash) return secret;
    if (!row.in_grace || row.previous_refresh_hash != hash) return std::nullopt;
    for (auto& successor : key.digests("refresh successor", secret)) {
        if (row.refresh_hash == sha256_hex(successor)) return std::move(successor);
    }
    return std::nullopt;
}

/// A token of ours that is neither the session's current one nor the one just replaced: two people have it.
Task<void> end_family(Context& context, const Found& found, const Uuid& session) {
    db::Handle db = context.in_market(found.market);
    co_await db.execute(session_sql.end, session, found.row.user_id, "reuse");
    context.service<SessionTable>().forget(found.row.user_id);
    log::warning("auth.refresh_reused", {{"request_id", context.request_id},
                                         {"market", found.market.to_text()},
                                         {"user", found.row.user_id.to_text()}});
}

/// A session identifier that every try with the same secret arrives at.
Uuid derived_session(const TokenKey& key, std::string_view secret) {
    std::string hex = sha256_hex(key.digest("moved session", secret)).substr(0, 32);
    hex[12] = '8';  // RFC 9562: version 8, "custom"
    hex[16] = 'a';
    return *Uuid::parse(fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                                    hex.substr(16, 4), hex.substr(20)));
}

/// The account lives in another market now, known by its phone (ruling 5): a session is opened there, and the old one
/// ends. Everything is derived from the old secret, so a repetition finds what the first try made.
Task<LoggedIn> follow_account(Context& context, const Found& found, const Uuid& old_session, std::string secret) {
    const auto& key = context.service<TokenKey>();
    const auto phone = Phone::parse(found.row.phone);
    check(phone.has_value(), "an account whose phone cannot be read");
    const UserRow user = co_await enter_account(context, found.market, *phone);
    if (!user.is_active) throw Refused{account_blocked};

    db::Handle target = context.in_market(user.market);
    const RefreshToken next{user.market, derived_session(key, secret), successor_of(key, secret)};
    const std::string hash = sha256_hex(next.secret);
    co_await target.write(session_sql.open, user.market, next.session, user.id, hash, device_of(context),
                          context.thread.config.refresh_token_minutes);
    const auto row = co_await target.find(session_sql.refresh_state, next.session);
    if (!row || !row->live || row->refresh_hash != hash) throw Refused{invalid_refresh};
    db::Handle home = context.in_market(found.market);
    co_await home.execute(session_sql.end, old_session, found.row.user_id, "moved");
    context.service<SessionTable>().forget(found.row.user_id);
    log::info("auth.session_moved",
              {{"request_id", context.request_id}, {"market", user.market.to_text()}, {"user", user.id.to_text()}});
    co_return handed_out(context, user, row->version, next);
}

/// The successor of a secret that is good, stored; by this request or by one that came just before with the same token.
Task<std::string> rotate(Context& context, const Found& found, const RefreshToken& token) {
    const auto& key = context.service<TokenKey>();
    db::Handle db = context.in_market(found.market);
    std::string successor = successor_of(key, token.secret);
    const auto rotated = co_await db.write(session_sql.rotate, token.session, sha256_hex(token.secret),
                                           sha256_hex(successor), context.thread.config.refresh_token_minutes);
    if (context.thread.config.breaks("die_after_refresh")) ::raise(SIGKILL);
    if (!rotated.empty()) co_return successor;
    const auto now = co_await db.find(session_sql.refresh_state, token.session);
    auto good = now && now->live ? good_secret(key, *now, token.secret) : std::nullopt;
    if (!good || *good == token.secret) throw Refused{invalid_refresh};
    co_return std::move(*good);
}

}  // namespace

std::string RefreshToken::to_text(const TokenKey& key) const {
    const std::string body = body_of(*this);
    return fmt::format("{}.{}", body, tag_of(key.digest("refresh token", body)));
}

std::optional<RefreshToken> RefreshToken::read(const TokenKey& key, std::string_view text) {
    if (text.size() > refresh_bytes_max) return std::nullopt;
    const auto first = text.find('.');
    const auto second = text.find('.', first + 1);
    const auto last = text.rfind('.');
    if (first == std::string_view::npos || second == std::string_view::npos || last <= second) return std::nullopt;
    const auto body = text.substr(0, last);
    const auto digests = key.digests("refresh token", body);
    const auto is_tag = [&](const auto& digest) {
        return equal_in_constant_time(text.substr(last + 1), tag_of(digest));
    };
    if (std::ranges::none_of(digests, is_tag)) return std::nullopt;
    const auto market = MarketCode::parse(body.substr(0, first));
    auto session = Uuid::parse(body.substr(first + 1, second - first - 1));
    if (!market || !session) return std::nullopt;
    return RefreshToken{*market, std::move(*session), std::string{body.substr(second + 1)}};
}

Task<LoggedIn> start_session(Context& context, UserRow user) {
    const RefreshToken refresh{user.market, Uuid::random(), random_letters(alphabet, secret_letters)};
    const std::string hash = sha256_hex(refresh.secret);
    db::Handle db = context.in_market(user.market);
    const auto version = co_await db.write(session_sql.open, user.market, refresh.session, user.id, hash,
                                           device_of(context), context.thread.config.refresh_token_minutes);
    check(!version.empty(), "a session was opened on no account");
    if (context.thread.config.breaks("log_phone")) log::info("auth.phone", {{"phone", user.phone}});
    log::info("auth.logged_in",
              {{"request_id", context.request_id}, {"market", user.market.to_text()}, {"user", user.id.to_text()}});
    co_return handed_out(context, user, version[0], refresh);
}

Task<LoggedIn> refresh_session(Context& context, RefreshToken token) {
    const auto found = co_await find_session(context, token);
    if (!found || !found->row.live) throw Refused{invalid_refresh};
    if (!found->row.is_active) throw Refused{account_blocked};
    const auto good = good_secret(context.service<TokenKey>(), found->row, token.secret);
    if (!good) {
        co_await end_family(context, *found, token.session);
        throw Refused{invalid_refresh};
    }
    if (found->row.moved_to) co_return co_await follow_account(context, *found, token.session, *good);
    RefreshToken next{found->market, token.session, *good};
    if (*good == token.secret) next.secret = co_await rotate(context, *found, token);
    const auto user = co_await context.in_market(found->market).find(sql.user, found->row.user_id);
    check(user.has_value(), "a session of no account");
    co_return handed_out(context, *user, found->row.version, next);
}

Task<bool> end_session(Context& context, Uuid session) {
    const auto& caller = context.user();
    const auto ended = co_await context.db.execute(session_sql.end, session, caller.user, "ended");
    context.service<SessionTable>().forget(caller.user);
    co_return ended > 0;
}

Task<void> log_out(Context& context) {
    auto& cluster = context.thread.cluster;
    const auto& caller = context.user();
    const std::optional<UserId> whoever;
    auto ended = co_await context.db.execute(session_sql.end, caller.session, whoever, "logout");
    // The session is in another market of this database where the account was moved and nobody has refreshed since.
    for (const auto& market : cluster.markets()) {
        if (ended > 0 || market == caller.market || !cluster.same_database(market, caller.market)) continue;
        ended = co_await context.in_market(market).execute(session_sql.end, caller.session, whoever, "logout");
    }
    context.service<SessionTable>().forget(caller.user);
}

}  // namespace marque::identity
