// Reading and judging them.
#include "features/sms/settings.h"

#include <fmt/format.h>

#include "core/text.h"

namespace marque::sms {
namespace {

constexpr std::string_view prefix = "SMS_GATEWAY_";

/// Codes and tokens go to https only, or to a helper on this very machine.
bool is_safe_url(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:");
}

void check_url(std::string_view name, std::string_view url, std::vector<std::string>& mistakes) {
    if (!url.empty() && !is_safe_url(url)) {
        mistakes.push_back(fmt::format("{}: must begin with https:// (http:// only for 127.0.0.1 or localhost)", name));
    }
}

void read_twilio(const Config& config, Settings& settings, std::vector<std::string>& mistakes) {
    const auto& sid = config.twilio_account_sid;
    if (sid.empty() && config.twilio_auth_token.empty()) return;
    if (!sid.starts_with("AC") || sid.size() != 34)
        mistakes.emplace_back("TWILIO_ACCOUNT_SID: must be AC and 32 letters");
    if (config.twilio_auth_token.empty()) mistakes.emplace_back("TWILIO_AUTH_TOKEN: is missing");
    if (config.twilio_from.empty() == config.twilio_messaging_service_sid.empty()) {
        mistakes.emplace_back("TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID: exactly one must be set");
    }
    check_url("TWILIO_API_BASE", config.twilio_api_base, mistakes);
    std::string public_url = config.public_url;
    while (public_url.ends_with('/')) public_url.pop_back();
    settings.twilio = TwilioSettings{.account_sid = sid,
                                     .auth_token = config.twilio_auth_token,
                                     .from = config.twilio_from,
                                     .messaging_service_sid = config.twilio_messaging_service_sid,
                                     .api_base = config.twilio_api_base,
                                     .public_url = std::move(public_url),
                                     .timeout_s = config.sms_timeout_s};
}

void read_gateways(const Config& config, Settings& settings, std::vector<std::string>& mistakes) {
    std::map<std::string, std::map<std::string, std::string>> fields_by_market;
    for (const auto& [name, value] : config.sms_gateways) {
        const auto rest = std::string_view{name}.substr(prefix.size());
        const auto end = rest.find('_');
        if (end == std::string_view::npos) {
            mistakes.push_back(name + ": must be SMS_GATEWAY_<MARKET>_<SETTING>");
        } else {
            fields_by_market[std::string{rest.substr(0, end)}][std::string{rest.substr(end + 1)}] = value;
        }
    }
    for (const auto& [word, fields] : fields_by_market) {
        const std::string name = std::string{prefix} + word;
        const auto market = MarketCode::parse(word);
        auto gateway = read_gateway(fields);
        if (!market) mistakes.push_back(fmt::format("{}_…: the market {}", name, market.error()));
        if (!gateway) {
            for (const auto& mistake : gateway.error()) mistakes.push_back(fmt::format("{}_…: {}", name, mistake));
        }
        if (!market || !gateway) continue;
        check_url(name + "_URL", gateway->url, mistakes);
        check_url(name + "_STATUS_URL", gateway->status_url, mistakes);
        gateway->timeout_s = config.sms_timeout_s;
        settings.gateways[*market] = std::move(*gateway);
    }
}

}  // namespace

std::expected<Settings, std::vector<std::string>> read_settings(const Config& config) {
    Settings settings;
    std::vector<std::string> mistakes;
    read_twilio(config, settings, mistakes);
    read_gateways(config, settings, mistakes);
    if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
    return settings;
}

std::vector<std::string> provider_words(const MarketInfo& market) {
    std::vector<std::string> words;
    std::string_view rest = market.sms_provider;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        if (const auto word = trimmed(rest.substr(0, comma)); !word.empty()) words.push_back(lowered(word));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return words;
}

bool is_ready(const Settings& settings, const Config& config, MarketCode market, std::string_view word) {
    if (word == "development") return config.development();
    if (word == "twilio") return settings.twilio.has_value();
    return word == "gateway" && settings.gateways.contains(market);
}

std::vector<std::string> reasons_not_to_serve(const Settings& settings, const Config& config,
                                              const std::vector<MarketInfo>& markets) {
    std::vector<std::string> reasons;
    if (config.development()) return reasons;
    for (const auto& market : markets) {
        if (market.state != "live") continue;
        const auto words = provider_words(market);
        const std::string name{market.code.upper()};
        if (words.empty()) reasons.push_back(fmt::format("market {} has no sms_provider: nobody could log in", name));
        for (const auto& word : words) {
            if (is_ready(settings, config, market.code, word)) continue;
            const std::string missing = word == "twilio" ? "set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM"
                                        : word == "gateway"
                                            ? fmt::format("set SMS_GATEWAY_{0}_URL and SMS_GATEWAY_{0}_BODY", name)
                                        : word == "development" ? "it sends nothing and only development has it"
                                                                : "there is no such provider";
            reasons.push_back(fmt::format("market {} sends SMS by {}: {}", name, word, missing));
        }
    }
    return reasons;
}

}  // namespace marque::sms
