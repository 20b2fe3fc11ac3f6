#pragma once
// Twilio's Messages API: requests, answers, status callbacks and their signature.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "features/sms/provider.h"
#include "work/http_client.h"

namespace marque::sms {

struct TwilioSettings {
    std::string account_sid;
    std::string auth_token;
    std::string from;                   // or
    std::string messaging_service_sid;  // one of both
    std::string api_base;
    std::string public_url;  // empty: no status callbacks
    int timeout_s = 8;
};

class Twilio : public Provider {
public:
    Twilio(work::HttpClient& client, TwilioSettings settings) : client_(client), settings_(std::move(settings)) {}
    Task<Outcome> send(db::Handle db, Outgoing message) override;

private:
    work::HttpClient& client_;
    TwilioSettings settings_;
};

/// The call that sends a message; Twilio knows no key against repetitions, so that one whose answer was lost may come
/// twice.
[[nodiscard]] work::HttpCall twilio_call(const TwilioSettings& settings, const Outgoing& message);
[[nodiscard]] Outcome twilio_outcome(const work::HttpResult& result);

/// Where Twilio reports on a delivery, without the host: its market and number come back in the query.
[[nodiscard]] std::string twilio_callback_target(MarketCode market, std::int64_t delivery);
/// Base64 of HMAC-SHA1 over the URL and the sorted form, as Twilio's security page describes.
[[nodiscard]] std::string twilio_signature(std::string_view auth_token, std::string_view url,
                                           std::vector<std::pair<std::string, std::string>> form);
/// "MessageStatus" and "ErrorCode" of a callback.
[[nodiscard]] Report twilio_report(std::string_view message_status, std::string_view error_code);

}  // namespace marque::sms
