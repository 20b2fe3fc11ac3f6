// Requests and answers as Twilio documents them.
#include "features/sms/twilio.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "core/check.h"
#include "json/value.h"

namespace marque::sms {
namespace {

/// Twilio's longest ValidityPeriod, and what a form of it may not be below.
constexpr std::int32_t validity_max_s = 36'000;

/// Errors that are about the number: not a number, not reachable, no mobile, unsubscribed, on a block list.
constexpr std::int64_t number_errors[] = {21211, 21217, 21401, 21421, 21610, 21612, 21614};

const std::string* text_member(const json::Value& object, std::string_view name) {
    const auto* member = object.member(name);
    return member == nullptr ? nullptr : member->as<std::string>();
}

}  // namespace

work::HttpCall twilio_call(const TwilioSettings& settings, const Outgoing& message) {
    work::HttpCall call;
    call.url = fmt::format("{}/2010-04-01/Accounts/{}/Messages.json", settings.api_base, settings.account_sid);
    call.total_timeout_ms = settings.timeout_s * 1'000;
    call.user = settings.account_sid;
    call.password = settings.auth_token;
    call.headers = {"Content-Type: application/x-www-form-urlencoded", "Accept: application/json"};
    call.body = fmt::format("To={}&Body={}", work::form_encoded(message.phone), work::form_encoded(message.message));
    if (!settings.messaging_service_sid.empty()) {
        call.body += "&MessagingServiceSid=" + work::form_encoded(settings.messaging_service_sid);
    } else {
        call.body += "&From=" + work::form_encoded(settings.from);
    }
    call.body += fmt::format("&ValidityPeriod={}", std::clamp(message.useful_s, 1, validity_max_s));
    if (!settings.public_url.empty()) {
        const std::string url = settings.public_url + twilio_callback_target(message.market, message.delivery);
        call.body += "&StatusCallback=" + work::form_encoded(url);
    }
    return call;
}

Outcome twilio_outcome(const work::HttpResult& result) {
    using enum Outcome::Kind;
    if (!result) return {.kind = failed, .error = result.error().what};
    const auto body = json::parse(result->body);
    if (result->status == 201) {
        const std::string* sid = body ? text_member(*body, "sid") : nullptr;
        return {.kind = accepted, .provider_message_id = sid == nullptr ? std::nullopt : std::optional{*sid}};
    }
    const auto* code = body ? body->member("code") : nullptr;
    const auto* number = code == nullptr ? nullptr : code->as<std::int64_t>();
    if (number == nullptr) return {.kind = failed, .error = fmt::format("status {}", result->status)};
    const bool about_number = std::ranges::find(number_errors, *number) != std::end(number_errors);
    return {.kind = about_number ? refused : failed,
            .error = fmt::format("status {}, code {}", result->status, *number)};
}

Task<Outcome> Twilio::send(db::Handle, Outgoing message) {
    const auto result = co_await client_.send(twilio_call(settings_, message));
    co_return twilio_outcome(result);
}

std::string twilio_callback_target(MarketCode market, std::int64_t delivery) {
    return fmt::format("/api/v1/webhooks/sms/twilio?market={}&delivery={}", market.to_text(), delivery);
}

std::string twilio_signature(std::string_view auth_token, std::string_view url,
                             std::vector<std::pair<std::string, std::string>> form) {
    std::ranges::sort(form);
    std::string text{url};
    for (const auto& [name, value] : form) text += name + value;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    const auto* done = HMAC(EVP_sha1(), auth_token.data(), static_cast<int>(auth_token.size()),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
    check(done != nullptr, "HMAC-SHA1 failed");
    std::array<unsigned char, 64> base64{};
    const int size = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(length));
    return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size)};
}

Report twilio_report(std::string_view message_status, std::string_view error_code) {
    Report report;
    if (!error_code.empty() && error_code.size() < 10) report.error = fmt::format("code {}", error_code);
    for (const auto word : {"accepted", "scheduled", "queued", "sending"}) {
        if (message_status == word) report.status = "accepted";
    }
    if (message_status == "sent") report.status = "sent";
    if (message_status == "delivered" || message_status == "read") report.status = "delivered";
    for (const auto word : {"undelivered", "failed", "canceled"}) {
        if (message_status == word) report.status = "undelivered";
    }
    return report;
}

}  // namespace marque::sms
