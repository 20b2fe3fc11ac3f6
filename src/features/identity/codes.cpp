// Sending and redeeming one-time codes. What decides is read under locks and written before they end.
#include "features/identity/codes.h"

#include <fmt/format.h>

#include <map>

#include "core/log.h"
#include "core/random.h"
#include "features/identity/code_limits.h"
#include "features/identity/code_message.h"
#include "features/identity/code_queries.h"
#include "features/identity/identity.h"
#include "features/identity/seal.h"
#include "work/events.h"

namespace marque::identity {
namespace {

using http::Context;

constexpr std::string_view test_code = "123456";
/// Where the events of codes go that are not sent: nobody handles them, and they cost what others cost.
constexpr std::string_view withheld_topic = "sms.withheld";
constexpr std::int32_t pruned_max = 2'000;
/// The alarm of reliability.md section E.
constexpr int watched_codes = 200;
constexpr int completed_percent_min = 10;

std::string digested_text(const Uuid& challenge, const OtpCode& code) {
    return challenge.to_text() + ":" + code.to_text();
}

/// Under any secret that is still good: secrets may change while a code is on its way.
bool is_code_of(const Context& context, const CodeRow& row, const OtpCode& code) {
    bool right = false;
    for (const auto& digest : context.service<TokenKey>().digests("otp", digested_text(row.id, code))) {
        right = equal_in_constant_time(row.code_hmac, digest) || right;
    }
    return right;
}

Refused over_quota(const Refusal& refusal, const Quota& quota) {
    Refused refused{refusal};
    refused.quota = quota;
    return refused;
}

Refused later(const Refusal& refusal, int seconds) {
    Refused refused{refusal};
    refused.retry_after_s = std::max(1, seconds);
    return refused;
}

Refused locked(const Config& config, int seconds) {
    return over_quota(too_many_failures, {.policy = "phone-failures",
                                          .uses_max = config.code_limits.failures_per_day,
                                          .window_s = 86'400,
                                          .left_s = seconds});
}

void log_refusal(const Context& context, const MarketInfo& market, std::string_view limit) {
    log::info("auth.code_refused",
              {{"request_id", context.request_id}, {"market", market.code.to_text()}, {"limit", std::string{limit}}});
}

/// Throws where a limit is reached; of several the one that lasts longest.
void refuse_over_limits(const Context& context, const MarketInfo& market, const std::vector<WindowRow>& windows,
                        const BudgetRow& budget) {
    if (budget.locked_s > 0) {
        log_refusal(context, market, "locked");
        throw locked(context.thread.config, budget.locked_s);
    }
    const WindowRow* longest = nullptr;
    for (const auto& window : windows) {
        if (window.uses <= window.uses_max) continue;
        if (longest == nullptr || window.left_s > longest->left_s) longest = &window;
    }
    if (longest != nullptr) {
        log_refusal(context, market, longest->kind);
        throw over_quota(too_many_codes, quota_of(longest->kind, longest->uses_max, longest->left_s));
    }
    if (budget.verdict == "exhausted") {
        log::error("auth.sms_budget_exhausted",
                   {{"request_id", context.request_id}, {"market", market.code.to_text()}});
        throw later(codes_paused, budget.budget_left_s);
    }
}

/// In the language asked for, as far as the phone's market speaks it, whatever market the request was for.
const Language& language_of(const Context& context, const MarketInfo& market) {
    if (!context.asked_language.empty()) return market.language_or_default(context.asked_language);
    return market.accepted_language(context.request.header("Accept-Language"));
}

/// Negative control: what a server counts that keeps its counts to itself.
struct OwnMemory {
    std::map<std::string, int> failures;
    std::map<std::string, int> attempts;
};

OwnMemory& own_memory() {
    static thread_local OwnMemory memory;
    return memory;
}

/// What is known of a guess before it is looked at.
struct Guess {
    FailuresRow phone;
    std::optional<CodeRow> code;
    int market_failures = 0;
    int market_left_s = 0;
};

void believe_own_memory(Guess& guess, const Phone& phone) {
    guess.phone = {.failures = own_memory().failures[phone.to_text()]};
    if (guess.code) guess.code->attempts = own_memory().attempts[guess.code->id.to_text()];
}

/// Throws unless the guess may be compared at all. A guess at no code, or at one that was tried too often, does not
/// count against the phone: nothing can be learnt by it, and anybody could lock anybody.
void refuse_guess(const Context& context, const MarketInfo& market, const Guess& guess) {
    const auto& limits = context.thread.config.code_limits;
    if (guess.phone.locked_s > 0 || guess.phone.failures >= limits.failures_per_day) {
        throw locked(context.thread.config, guess.phone.locked_s > 0 ? guess.phone.locked_s : 3'600);
    }
    if (limits.market_failures_max > 0 && guess.market_failures >= limits.market_failures_max) {
        log::error("auth.checks_paused", {{"request_id", context.request_id}, {"market", market.code.to_text()}});
        throw later(too_many_failures, guess.market_left_s);
    }
    if (!guess.code || guess.code->attempts >= limits.tries_max) throw Refused{wrong_code};
}

/// Writes a wrong guess down; it counts once this has returned, and only then is anybody told.
Task<void> count_wrong(Context& context, const MarketInfo& market, Phone phone, Guess guess,
                       db::Transaction transaction) {
    const auto& config = context.thread.config;
    const int locked_s = lock_s(config.code_limits, guess.phone.failures, guess.phone.lockouts);
    if (config.breaks("counter_in_memory")) {
        ++own_memory().failures[phone.to_text()];
        ++own_memory().attempts[guess.code->id.to_text()];
        co_return;
    }
    transaction.execute(code_sql.count_attempt, guess.code->id);
    transaction.execute(code_sql.count_failure, market.code, phone, locked_s);
    transaction.execute(code_sql.count_market_failure, market.code, config.code_limits.market_failures_max);
    co_await transaction.commit();
    if (locked_s > 0) {
        log::warning("auth.phone_locked", {{"request_id", context.request_id},
                                           {"market", market.code.to_text()},
                                           {"hours", std::to_string(locked_s / 3'600)}});
    }
}

}  // namespace

Parsed<OtpCode> OtpCode::parse(std::string_view text) {
    const bool digits = text.find_first_not_of("0123456789") == std::string_view::npos;
    if (text.size() != facts.max_length || !digits) return std::unexpected("must be six digits");
    OtpCode code;
    code.digits_ = text;
    return code;
}

OtpCode OtpCode::random() {
    OtpCode code;
    code.digits_ = fmt::format("{:06}", random_below(1'000'000));
    return code;
}

bool is_test_login(const Config& config, const Phone& phone, const OtpCode& code) {
    if (!config.development() || code.to_text() != test_code) return false;
    return std::ranges::find(config.test_phones, phone.to_text()) != config.test_phones.end();
}

Task<Uuid> send_code(Context& context, const MarketInfo& market, Phone phone) {
    const auto& config = context.thread.config;
    const Budget budget = budget_of(config.code_limits);
    const SendWindows windows = windows_of(config, phone, context.request.remote_address);
    db::Handle db = context.in_market(market.code);
    db::Transaction transaction = co_await db.begin();
    const auto counted = transaction.query(code_sql.count_send, market.code, phone, windows.kinds, windows.subjects,
                                           windows.uses_max, windows.lengths_s);
    const auto spent = transaction.query(code_sql.spend_budget, market.code, phone, budget.hour, budget.day,
                                         budget.hour_for_strangers, budget.day_for_strangers);
    co_await transaction.flush();
    const auto decided = spent.find();
    check(decided.has_value(), "the budget gave no answer");
    refuse_over_limits(context, market, counted.rows(), *decided);
    if (config.breaks("early_return") && !decided->has_account) co_return Uuid::random();

    const Uuid challenge = Uuid::random();
    const OtpCode code = OtpCode::random();
    const std::string text = code_message(code.to_text(), language_of(context, market), config.site_host());
    const work::SmsMessage message{phone.to_text(), sealed_text(context.service<TokenKey>(), text),
                                   config.otp_lifetime_s};
    // The pepper is the server's, so a copy of the database alone does not give a code away.
    const std::string digest = context.service<TokenKey>().digest("otp", digested_text(challenge, code));
    const bool withheld = decided->verdict == "withheld";
    transaction.execute(code_sql.insert_code, market.code, challenge, phone, digest, config.otp_lifetime_s);
    transaction.execute(code_sql.watch_phone, market.code, phone);
    work::emit_json(transaction, market.code, withheld ? withheld_topic : work::SmsMessage::topic,
                    json::written(message));
    co_await transaction.commit();
    log::write(withheld ? log::Level::warning : log::Level::info,
               withheld ? "auth.code_withheld" : "auth.code_accepted",
               {{"request_id", context.request_id}, {"market", market.code.to_text()}});
    co_return challenge;
}

Task<UserRow> redeem_code(Context& context, const MarketInfo& market, Phone phone, OtpCode code,
                          std::optional<Uuid> challenge) {
    db::Handle db = context.in_market(market.code);
    db::Transaction transaction = co_await db.begin();
    // The phone's row first: who holds it is the only one who guesses at this phone, on any server.
    const auto phone_row = transaction.query(code_sql.lock_phone, phone);
    const auto code_row = transaction.query(code_sql.lock_code, phone, challenge);
    const auto market_row = transaction.query(code_sql.market_failures);
    co_await transaction.flush();
    Guess guess{.phone = phone_row.find().value_or(FailuresRow{}), .code = code_row.find()};
    if (const auto failures = market_row.find()) {
        guess.market_failures = failures->uses;
        guess.market_left_s = failures->left_s;
    }
    if (context.thread.config.breaks("counter_in_memory")) believe_own_memory(guess, phone);
    refuse_guess(context, market, guess);
    if (!is_code_of(context, *guess.code, code)) {
        co_await count_wrong(context, market, phone, guess, std::move(transaction));
        throw Refused{wrong_code};
    }
    transaction.execute(code_sql.consume_code, guess.code->id);
    if (guess.phone.lockouts > 0) transaction.execute(code_sql.end_lockouts, phone);
    const auto user =
        transaction.query(sql.enter, market.code, phone, market.languages.front(), market.currency.to_text(), 0);
    co_await transaction.commit();
    co_return user.rows().front();
}

Task<CodeFigures> tend_codes(db::Handle db) {
    co_await db.execute(code_sql.prune_windows, pruned_max);
    co_await db.execute(code_sql.prune_codes, pruned_max);
    co_await db.execute(code_sql.prune_phones, pruned_max);
    const auto row = co_await db.find(code_sql.completion);
    CodeFigures figures{.sent = row->sent, .completed = row->completed};
    figures.alarming = row->sent >= watched_codes && row->completed * 100 < completed_percent_min * row->sent;
    co_return figures;
}

}  // namespace marque::identity
