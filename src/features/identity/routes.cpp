// The endpoints of /auth: send a code, verify it, see yourself, log out.
#include <fmt/format.h>

#include "core/log.h"
#include "core/phone.h"
#include "core/random.h"
#include "features/identity/identity.h"
#include "features/identity/queries.h"
#include "work/outbox.h"

namespace marque::identity {
namespace {

using http::Body;
using http::Context;

constexpr Refusal unsupported_phone{422, "auth.unsupported_phone", "This phone's country is not served"};
constexpr Refusal wrong_code{401, "auth.wrong_code", "The code is wrong or has expired"};
constexpr Refusal too_many_codes{429, "auth.too_many_codes", "A code was sent already; wait before asking for another"};
constexpr Refusal too_many_failures{429, "auth.too_many_failures", "Too many wrong codes; try again later"};

/// Six codes' worth of patience: limits of reliability.md section E for one phone.
constexpr std::int64_t codes_per_day_max = 10;
constexpr std::int32_t failures_per_day_max = 10;

/// Six digits from an SMS.
class OtpCode {
public:
    static constexpr TextFacts facts{.pattern = "^[0-9]{6}$", .min_length = 6, .max_length = 6, .example = "123456"};
    OtpCode() = default;
    static Parsed<OtpCode> parse(std::string_view text) {
        const bool digits = text.find_first_not_of("0123456789") == std::string_view::npos;
        if (text.size() != 6 || !digits) return std::unexpected("must be six digits");
        OtpCode code;
        code.digits_ = text;
        return code;
    }
    [[nodiscard]] const std::string& to_text() const { return digits_; }

private:
    std::string digits_;
};

struct SendVerification {
    std::optional<Phone> phone;
    std::optional<Phone> phone_number;
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
    std::optional<Phone> phone;
    std::optional<Phone> phone_number;
    std::optional<OtpCode> verification_code;
    std::optional<OtpCode> code;
    std::optional<Uuid> challenge_id;
};
RECORD(VerifyCode, phone, phone_number, verification_code, code, challenge_id);

struct UserView {
    UserId id;
    std::string phone;
    MarketCode market;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    std::optional<std::string> profile_image_url;
    std::optional<std::string> language;
    std::optional<std::string> currency;
    bool is_verified = false;
    bool is_active = false;
    Timestamp created_at;
    std::optional<Timestamp> last_login;
};
RECORD(UserView, id, phone, market, full_name, email, profile_image_url, language, currency, is_verified, is_active,
       created_at, last_login);

struct LoggedIn {
    std::string access_token;
    std::string refresh_token;
    std::string token_type;
    std::int32_t expires_in = 0;
    UserView user;
};
RECORD(LoggedIn, access_token, refresh_token, token_type, expires_in, user);

UserView view_of(const UserRow& row) {
    return {row.id,       row.phone,    row.market,      row.full_name, row.email,      row.profile_image_url,
            row.language, row.currency, row.is_verified, row.is_active, row.created_at, row.last_login};
}

/// Either spelling of a field (ruling 21), or a refusal naming the first.
template <class T>
const T& either(const std::optional<T>& first, const std::optional<T>& second, std::string_view name) {
    if (first) return *first;
    if (second) return *second;
    throw Refused{http::invalid_input, fmt::format("{}: is required", name), {{std::string{name}, "is required"}}};
}

bool is_test_login(const Context& context, const Phone& phone, const OtpCode& code) {
    if (!context.thread.config.development() || code.to_text() != "123456") return false;
    const auto& phones = context.thread.config.test_phones;
    return std::ranges::find(phones, phone.to_text()) != phones.end();
}

std::string code_digest(const Context& context, const Uuid& challenge, std::string_view code) {
    return context.service<TokenKey>().digest("otp", challenge.to_text() + ":" + std::string{code});
}

/// WebOTP's last line lets phones offer the code for this shop's site only.
std::string sms_text(std::string_view code, std::string_view language) {
    if (language == "ru") return fmt::format("Marque: ваш код {}. Никому его не сообщайте.", code);
    if (language == "ky") return fmt::format("Marque: кодуңуз {}. Аны эч кимге айтпаңыз.", code);
    return fmt::format("Marque: your code is {}. Do not share it.", code);
}

Task<VerificationSent> send_verification(Context& context, Body<SendVerification> body) {
    const Phone phone = either(body.value.phone, body.value.phone_number, "phone");
    const auto& market = home_market(context, phone);
    const auto& config = context.thread.config;
    db::Handle db = context.thread.cluster.market(market.code);

    const auto state = co_await db.find(sql.send_state, phone);
    const std::int64_t waited_s = state->seconds_since_last.value_or(INT32_MAX);
    if (waited_s < config.otp_resend_s || state->sent_last_day >= codes_per_day_max) {
        Refused refused{too_many_codes};
        refused.retry_after_s =
            waited_s < config.otp_resend_s ? static_cast<int>(config.otp_resend_s - waited_s) : 3'600;
        throw refused;
    }
    const Uuid challenge = Uuid::random();
    const std::string code = random_letters("0123456789", 6);
    db::Transaction transaction = co_await db.begin();
    transaction.execute(sql.insert_code, market.code, challenge, phone, code_digest(context, challenge, code),
                        config.otp_lifetime_s);
    const work::SmsMessage message{phone.to_text(), sms_text(code, market.language_or_default(context.language))};
    work::emit(transaction, market.code, message);
    co_await transaction.commit();
    co_return VerificationSent{challenge.to_text(), phone.to_text(), market.code.to_text(), config.otp_lifetime_s,
                               config.otp_resend_s};
}

/// Refuses unless the code is the one sent to the phone; each guess counts before it is compared.
Task<void> check_code(Context& context, db::Handle db, const Phone& phone, const OtpCode& code,
                      const std::optional<Uuid>& challenge) {
    const auto failures = co_await db.find(sql.failures, phone);
    if (failures.value_or(0) >= failures_per_day_max) throw Refused{too_many_failures};
    const auto attempts = co_await db.write(sql.take_attempt, phone, challenge);
    const bool right =
        !attempts.empty() &&
        equal_in_constant_time(attempts[0].code_hmac, code_digest(context, attempts[0].id, code.to_text()));
    if (!right) {
        co_await db.execute(sql.count_failure, db.market(), phone);
        throw Refused{wrong_code};
    }
    const auto consumed = co_await db.write(sql.consume_code, attempts[0].id);
    if (consumed.empty()) throw Refused{wrong_code};
}

Task<LoggedIn> verify_code(Context& context, Body<VerifyCode> body) {
    const Phone phone = either(body.value.phone, body.value.phone_number, "phone");
    const OtpCode code = either(body.value.verification_code, body.value.code, "verification_code");
    const auto& config = context.thread.config;
    auto& cluster = context.thread.cluster;
    const MarketInfo* market = &home_market(context, phone);
    if (!is_test_login(context, phone, code)) {
        co_await check_code(context, cluster.market(market->code), phone, code, body.value.challenge_id);
    }
    auto users =
        co_await cluster.market(market->code)
            .write(sql.upsert_user, market->code, phone, market->languages.front(), market->currency.to_text());
    if (users[0].moved_to) {
        // The home row points on to the market the customer was moved to by hand (ruling 6).
        market = context.thread.markets.find(*users[0].moved_to);
        check(market != nullptr, "an account points to a market that is not served");
        const std::string currency = market->currency.to_text();
        db::Handle target = cluster.market(market->code);
        users = co_await target.write(sql.upsert_user, market->code, phone, market->languages.front(), currency);
    }
    const UserRow& user = users[0];
    if (!user.is_active) throw Refused{account_blocked};

    const auto& key = context.service<TokenKey>();
    const Uuid session = Uuid::random();
    const std::string refresh = market->code.to_text() + "." +
                                random_letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 43);
    db::Handle db = cluster.market(market->code);
    const std::string refresh_hash = key.digest("refresh", refresh);
    co_await db.execute(sql.insert_session, market->code, session, user.id, refresh_hash, config.refresh_token_minutes);
    const std::int32_t lifetime_s = config.access_token_minutes * 60;
    const Claims claims{user.id, market->code, session, context.now.unix_s() + lifetime_s};
    log::info("auth.logged_in", {{"request_id", context.request_id},
                                 {"market", market->code.to_text()},
                                 {"user", user.id.to_text()},
                                 {"phone", config.breaks("log_phone") ? phone.to_text() : phone.masked()}});
    co_return LoggedIn{key.sign(claims, context.now), refresh, "bearer", lifetime_s, view_of(user)};
}

Task<UserView> profile(Context& context) {
    const auto user = co_await context.db.find(sql.user, context.user().user);
    if (!user) throw Refused{user_not_found};
    co_return view_of(*user);
}

Task<http::NoContent> logout(Context& context) {
    co_await context.db.execute(sql.end_session, context.user().session);
    context.service<Authenticator>().forget(context.user().session);
    co_return http::NoContent{};
}

struct SmsList {
    std::vector<SmsRow> items;
};
RECORD(SmsList, items);

/// Shown in development only: what would have gone out as SMS, newest first, over all markets.
Task<SmsList> development_sms(Context& context) {
    SmsList list;
    for (const auto& market : context.thread.cluster.markets()) {
        auto rows = co_await context.thread.cluster.market(market).rows(development_sql.recent_sms);
        std::ranges::move(rows, std::back_inserter(list.items));
    }
    std::ranges::sort(list.items, std::ranges::greater{}, &SmsRow::created_at);
    co_return list;
}

}  // namespace

const MarketInfo& home_market(const http::Context& context, const Phone& phone) {
    const auto& markets = context.thread.markets;
    if (const auto* market = markets.find_by_phone(phone.to_text())) return *market;
    if (const auto code = MarketCode::parse(context.thread.config.unknown_phone_market)) {
        if (const auto* market = markets.find(*code)) return *market;
    }
    std::vector<std::string> prefixes;
    for (const auto& market : markets.markets) std::ranges::copy(market.phone_prefixes, std::back_inserter(prefixes));
    const std::string served = fmt::format("must start with one of: {}", fmt::join(prefixes, ", "));
    throw Refused{unsupported_phone, "This phone's country is not served: it " + served, {{"phone", served}}};
}

Task<void> show_development_sms(db::Handle db, const work::Event& event) {
    const auto message = json::read_text<work::SmsMessage>(event.payload);
    check(message.has_value(), "an SMS event that cannot be read");
    co_await db.execute(sql.show_sms, event.market, message->phone, message->message);
}

http::Routes routes(const Config& config) {
    using http::Access;
    http::Routes table{
        http::post<"/api/v1/auth/send-verification", send_verification>(
            {.summary = "Send a log-in code by SMS",
             .access = Access::guest,
             .refuses = {&unsupported_phone, &too_many_codes},
             .statements_max = 3}),
        http::post<"/api/v1/auth/verify-code", verify_code>(
            {.summary = "Verify the code and log in; a new phone gets an account",
             .access = Access::guest,
             .refuses = {&unsupported_phone, &wrong_code, &too_many_failures, &account_blocked},
             .statements_max = 6}),
        http::get<"/api/v1/auth/profile", profile>(
            {.summary = "The account of the caller", .refuses = {&user_not_found}, .statements_max = 2}),
        http::post<"/api/v1/auth/logout", logout>(
            {.summary = "End this login at once", .refuses = {}, .statements_max = 2}),
    };
    if (config.development()) {
        table.push_back(http::get<"/dev/sms", development_sms>({.summary = "SMS that development did not send",
                                                                .access = Access::open,
                                                                .refuses = {},
                                                                .statements_max = 2}));
    }
    return table;
}

}  // namespace marque::identity
