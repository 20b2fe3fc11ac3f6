// Enrolling and proving. Tries are counted and steps of the clock spent under a lock of the factor's row, so that
// neither a second server nor a second click gets more of them.
#include "features/management/second_factor.h"

#include <algorithm>
#include <array>

#include "core/random.h"
#include "features/identity/identity.h"
#include "features/management/second_factor_queries.h"
#include "features/management/staff.h"
#include "features/management/totp.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::NoContent;

constexpr std::size_t secret_bytes = 20;  // RFC 4226 wants at least 16, the length of the hash is advised
constexpr int recovery_codes = 10;
constexpr Refusal already_enrolled{409, "second_factor.already_enrolled",
                                   "There is a second factor already: take it away first"};
constexpr Refusal not_begun{409, "second_factor.not_begun", "There is no second factor to be proved"};
constexpr Refusal wrong_code{403, "second_factor.wrong_code", "The code is wrong, too old, or was used before"};
constexpr Refusal too_many_tries{429, "second_factor.too_many_tries", "Too many wrong codes; wait some minutes"};

struct SecondFactor {
    bool is_enrolled = false;
    bool is_required = false;
    std::optional<Timestamp> valid_until;
    std::int64_t recovery_codes_left = 0;
};
RECORD(SecondFactor, is_enrolled, is_required, valid_until, recovery_codes_left);

struct Enrolment {
    static constexpr std::string_view doc =
        "Told this once: the secret in base32, and the address that authenticator apps read from a QR code.";
    std::string secret;
    std::string otpauth_url;
};
RECORD(Enrolment, secret, otpauth_url);

struct Confirmation {
    Text<6, 6> code;
};
RECORD(Confirmation, code);

struct Confirmed {
    static constexpr std::string_view doc =
        "Told this once: each recovery code is good for one proof without the device.";
    std::vector<std::string> recovery_codes;
};
RECORD(Confirmed, recovery_codes);

struct Proof {
    std::optional<Text<6, 6>> code;
    std::optional<Text<11, 11>> recovery_code;
};
RECORD(Proof, code, recovery_code);

db::Handle home(Context& context) { return context.in_market(context.user().market); }

const identity::TokenKey& key_of(const Context& context) { return context.service<identity::TokenKey>(); }

/// What is hashed: a code is nothing in another account's row.
std::string code_text(const Context& context, std::string_view code) {
    return context.user().market.to_text() + "/" + context.user().user.to_text() + "/" + std::string{code};
}
constexpr std::string_view recovery_purpose = "recovery code";

Task<FactorState> state_of(Context& context) {
    const auto session =
        context.thread.config.breaks("unbound_step_up") ? std::nullopt : std::optional{context.user().session};
    const auto state = co_await home(context).find(factor_sql.state, context.user().user, session);
    co_return state.value_or(FactorState{});
}

Task<bool> is_required(Context& context) {
    const auto row = co_await context.in_market(context.market->code).find(factor_sql.security);
    co_return row && row->second_factor_required;
}

Task<SecondFactor> get_factor(Context& context) {
    const auto state = co_await state_of(context);
    const bool required = co_await is_required(context);
    co_return SecondFactor{state.is_enrolled, required, state.valid_until, state.recovery_codes_left};
}

Task<Enrolment> enrol(Context& context) {
    std::string secret(secret_bytes, '\0');
    fill_random({reinterpret_cast<unsigned char*>(secret.data()), secret.size()});
    const MarketCode market = context.user().market;
    const auto begun = co_await home(context).write(factor_sql.begin, market, context.user().user,
                                                    identity::sealed_text(key_of(context), secret));
    if (begun.empty()) throw Refused{already_enrolled};
    co_return Enrolment{base32(secret), otpauth_url("Marque", StaffId{market, context.user().user}.to_text(), secret)};
}

/// The factor's row, locked; refuses where there is none, or tries are spent.
Task<FactorRow> lock_factor(Context& context, db::Transaction& transaction) {
    const auto found = transaction.query(factor_sql.lock, context.user().user, second_factor_pause_minutes);
    co_await transaction.flush();
    const auto row = found.find();
    if (!row) throw Refused{not_begun};
    if (row->failures >= second_factor_tries_max && row->pause_left_s > 0) {
        Refused refused{too_many_tries};
        refused.retry_after_s = row->pause_left_s;
        throw refused;
    }
    co_return *row;
}

/// The wrong code counts, whatever becomes of the request.
Task<void> refuse_code(Context& context, db::Transaction transaction, FactorRow row) {
    transaction.execute(factor_sql.fail, context.user().user, row.pause_left_s > 0);
    co_await transaction.commit();
    throw Refused{wrong_code};
}

std::optional<std::int64_t> step_of(const Context& context, const FactorRow& row, std::string_view code) {
    const auto secret = identity::opened_text(key_of(context), row.secret_sealed);
    check(secret.has_value(), "a second factor was sealed under a secret that is gone");
    const std::int64_t used = context.thread.config.breaks("replay_totp") ? 0 : row.used_step;
    return totp_step_of(*secret, code, context.now.unix_s(), used);
}

void queue_success(db::Transaction& transaction, const Context& context, std::int64_t step) {
    const auto& caller = context.user();
    transaction.execute(factor_sql.succeed, caller.user, step);
    transaction.execute(factor_sql.step_up, caller.market, caller.session, caller.user, step_up_minutes);
}

/// "k3jw9-x2mpa": fifty bits each.
std::string new_recovery_code() {
    constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    return random_letters(alphabet, 5) + "-" + random_letters(alphabet, 5);
}

Task<Confirmed> confirm(Context& context, Body<Confirmation> body) {
    auto transaction = co_await home(context).begin();
    const auto row = co_await lock_factor(context, transaction);
    if (row.is_enrolled) throw Refused{already_enrolled};
    const auto step = step_of(context, row, body.value.code.to_text());
    if (!step) {
        co_await refuse_code(context, std::move(transaction), row);
        co_return Confirmed{};
    }
    Confirmed confirmed;
    std::vector<std::string> hashes;
    for (int i = 0; i < recovery_codes; ++i) {
        confirmed.recovery_codes.push_back(new_recovery_code());
        hashes.push_back(key_of(context).digest(recovery_purpose, code_text(context, confirmed.recovery_codes.back())));
    }
    queue_success(transaction, context, *step);
    transaction.execute(factor_sql.keep_codes, context.user().market, context.user().user, hashes);
    co_await transaction.commit();
    co_return confirmed;
}

/// Whether the recovery code was one of the account's; it is none any more.
Task<bool> use_recovery_code(Context& context, db::Transaction& transaction, std::string code) {
    const auto used = transaction.query(factor_sql.use_code, context.user().user,
                                        key_of(context).digests(recovery_purpose, code_text(context, code)));
    co_await transaction.flush();
    co_return used.find().has_value();
}

Task<SecondFactor> verify(Context& context, Body<Proof> body) {
    const Proof& proof = body.value;
    if (proof.code.has_value() == proof.recovery_code.has_value()) {
        throw Refused{http::invalid_input, {}, {{"code", "must be given, or recovery_code, and not both"}}};
    }
    auto transaction = co_await home(context).begin();
    const auto row = co_await lock_factor(context, transaction);
    if (!row.is_enrolled) throw Refused{not_begun};
    std::optional<std::int64_t> step;
    if (proof.code) {
        step = step_of(context, row, proof.code->to_text());
    } else {
        const bool good = co_await use_recovery_code(context, transaction, proof.recovery_code->to_text());
        if (good) step = row.used_step;
    }
    if (!step) {
        co_await refuse_code(context, std::move(transaction), row);
        co_return SecondFactor{};
    }
    queue_success(transaction, context, *step);
    co_await transaction.commit();
    co_return co_await get_factor(context);
}

Task<NoContent> remove(Context& context) {
    co_await home(context).execute(factor_sql.remove, context.user().user);
    co_return NoContent{};
}

}  // namespace

Task<std::optional<http::GateRefusal>> refuse_without_second_factor(Context& context) {
    const auto state = co_await state_of(context);
    if (state.is_enrolled && state.valid_until) co_return std::nullopt;
    if (state.is_enrolled) co_return http::GateRefusal{&http::second_factor_required, {}};
    const bool required = co_await is_required(context);
    if (required) co_return http::GateRefusal{&http::second_factor_missing, {}};
    co_return std::nullopt;
}

http::Routes second_factor_routes() {
    const auto any = http::Access::manager(Permission::any);
    const std::vector<const Refusal*> proves{&not_begun, &wrong_code, &too_many_tries};
    auto confirms = proves;
    confirms.push_back(&already_enrolled);
    return {
        http::get<"/api/v1/manager/second-factor", get_factor>(
            {.summary = "Whether the caller has a second factor, and until when this login has proved it",
             .access = any,
             .statements_max = 3}),
        http::post<"/api/v1/manager/second-factor", enrol>(
            {.summary = "Begin to enrol a second factor: a secret for an authenticator app, to be confirmed by a code",
             .access = any,
             .refuses = {&already_enrolled},
             .statements_max = 2}),
        http::post<"/api/v1/manager/second-factor/confirm", confirm>(
            {.summary = "Confirm the second factor by its first code; answers the recovery codes",
             .access = any,
             .refuses = confirms,
             .statements_max = 5}),
        http::post<"/api/v1/manager/second-factor/verify", verify>(
            {.summary = "Prove the second factor for the next minutes of this login",
             .access = any,
             .refuses = proves,
             .statements_max = 8}),
        http::del<"/api/v1/manager/second-factor", remove>({.summary = "Take the caller's own second factor away",
                                                            .access = any,
                                                            .statements_max = 4,
                                                            .second_factor = true}),
    };
}

}  // namespace marque::management
