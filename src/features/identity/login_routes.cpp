// The endpoints that log in: send a code, verify it.
#include "features/identity/login_routes.h"

#include <fmt/format.h>

#include "core/phone.h"
#include "features/identity/codes.h"
#include "features/identity/enter.h"
#include "features/identity/identity.h"
#include "features/identity/login.h"
#include "features/identity/phone_rules.h"
#include "features/identity/refresh_cookie.h"
#include "features/shoppers/shoppers.h"

namespace marque::identity {
namespace {

using http::Body;
using http::Context;

constexpr Refusal unsupported_phone{422, "auth.unsupported_phone", "This phone's country is not served"};
struct SendVerification {
    std::optional<TypedPhone> phone;
    std::optional<TypedPhone> phone_number;
};
RECORD(SendVerification, phone, phone_number);

struct VerificationSent {
    std::string challenge_id;
    std::string phone;
    std::string market;
    std::int32_t expires_in_s = 0;
    std::int32_t resend_in_s = 0;
};
RECORD(VerificationSent, challenge_id, phone, market, expires_in_s, resend_in_s);

struct VerifyCode {
    std::optional<TypedPhone> phone;
    std::optional<TypedPhone> phone_number;
    std::optional<OtpCode> verification_code;
    std::optional<OtpCode> code;
    std::optional<Uuid> challenge_id;
};
RECORD(VerifyCode, phone, phone_number, verification_code, code, challenge_id);

/// Either spelling of a field (ruling 21), or a refusal naming the first.
template <class T>
const T& either(const std::optional<T>& first, const std::optional<T>& second, std::string_view name) {
    if (first) return *first;
    if (second) return *second;
    throw Refused{http::invalid_input, fmt::format("{}: is required", name), {{std::string{name}, "is required"}}};
}

Task<VerificationSent> send_verification(Context& context, Body<SendVerification> body) {
    const Phone phone = phone_of(context, either(body.value.phone, body.value.phone_number, "phone"), "phone");
    const auto& market = home_market(context, phone);
    const auto& config = context.thread.config;
    const Uuid challenge = co_await send_code(context, market, phone);
    co_return VerificationSent{challenge.to_text(), phone.to_text(), market.code.to_text(), config.otp_lifetime_s,
                               config.otp_resend_s};
}

Task<LoggedIn> verify_code(Context& context, Body<VerifyCode> body) {
    const Phone phone = phone_of(context, either(body.value.phone, body.value.phone_number, "phone"), "phone");
    const OtpCode code = either(body.value.verification_code, body.value.code, "verification_code");
    const MarketInfo& market = home_market(context, phone);
    const bool was_guest = shoppers::cart_token_of(context).has_value();  // refused before the code is used up
    UserRow user;
    if (is_test_login(context.thread.config, phone, code)) {
        user = co_await find_or_make_account(context, phone, market);
    } else {
        user = co_await redeem_code(context, market, phone, code, body.value.challenge_id);
    }
    LoggedIn logged_in = co_await open_session(context, std::move(user));
    if (was_guest) {
        const auto& follower = context.service<LogInFollower>();
        logged_in.cart_joined = co_await follower.follow(context, logged_in.user.market, logged_in.user.id);
    }
    if (wants_cookie(context)) keep_in_cookie(context, logged_in);
    co_return logged_in;
}

}  // namespace

const MarketInfo& home_market(const http::Context& context, const Phone& phone) {
    const auto& markets = context.thread.markets;
    if (const auto* market = markets.find_by_phone(phone.to_text())) {
        return accepting(context, http::require_open(*market), phone, market->phone_regions);
    }
    if (const auto code = MarketCode::parse(context.thread.config.unknown_phone_market)) {
        if (const auto* market = markets.find(*code)) return accepting(context, http::require_open(*market), phone, {});
    }
    std::vector<std::string> prefixes;
    for (const auto& market : markets.markets) std::ranges::copy(market.phone_prefixes, std::back_inserter(prefixes));
    const std::string served = fmt::format("must start with one of: {}", fmt::join(prefixes, ", "));
    throw Refused{unsupported_phone, "This phone's country is not served: it " + served, {{"phone", served}}};
}

http::Routes login_routes() {
    using http::Access;
    return {
        http::post<"/api/v1/auth/send-verification", send_verification>(
            {.summary = "Send a log-in code by SMS",
             .access = Access::guest,
             .refuses = {&unsupported_phone, &phone_of_other_country, &phone_type_not_served, &too_many_codes,
                         &codes_paused, &too_many_failures},
             .statements_max = 6}),
        http::post<"/api/v1/auth/verify-code", verify_code>(
            {.summary = "Verify the code and log in; a new phone gets an account",
             .access = Access::guest,
             .refuses = {&unsupported_phone, &phone_of_other_country, &phone_type_not_served, &wrong_code,
                         &too_many_failures, &account_blocked, &shoppers::malformed_cart_token},
             .statements_max = 17}),
    };
}

}  // namespace marque::identity
