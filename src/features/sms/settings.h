#pragma once
// What the environment says of SMS: which providers are ready, and what forbids serving.

#include <map>
#include <optional>

#include "core/config.h"
#include "features/sms/gateway.h"
#include "features/sms/twilio.h"

namespace marque::sms {

struct Settings {
    std::optional<TwilioSettings> twilio;
    std::map<MarketCode, GatewaySettings> gateways;
};

/// Reads TWILIO_… and SMS_GATEWAY_<MARKET>_…; every mistake is one sentence that names the variable.
[[nodiscard]] std::expected<Settings, std::vector<std::string>> read_settings(const Config& config);

/// The words of a market's sms_provider, in the order they are tried: "twilio,gateway".
[[nodiscard]] std::vector<std::string> provider_words(const MarketInfo& market);

/// True where the word names a provider that can send for the market.
[[nodiscard]] bool is_ready(const Settings& settings, const Config& config, MarketCode market, std::string_view word);

/// What forbids serving outside development (in the spirit of ruling 26): a live market without a way to send codes.
[[nodiscard]] std::vector<std::string> reasons_not_to_serve(const Settings& settings, const Config& config,
                                                            const std::vector<MarketInfo>& markets);

}  // namespace marque::sms
