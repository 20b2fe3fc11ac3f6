// Reading the environment and .env, and what outside development must be set.
#include "core/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "core/settings.h"
#include "core/text.h"

extern char** environ;  // POSIX: the process environment

namespace marque {
namespace {

constexpr std::string_view market_url_prefix = "DATABASE_URL_MARQUE_";
constexpr std::string_view sms_gateway_prefix = "SMS_GATEWAY_";
constexpr std::string_view payment_gateway_prefix = "PAYMENT_GATEWAY_";
constexpr std::string_view mail_from_prefix = "MAIL_FROM_";
constexpr std::string_view webhook_secret_prefix = "STRIPE_WEBHOOK_SECRET_";

/// One line of .env as name and value; nothing for blank lines and comments.
std::optional<std::pair<std::string, std::string>> env_line(std::string_view line, const std::string& where) {
    line = trimmed(line);
    if (line.empty() || line.front() == '#') return std::nullopt;
    if (line.starts_with("export ")) line = trimmed(line.substr(7));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        throw std::runtime_error(where + ": expected NAME=value");
    }
    auto value = trimmed(line.substr(equals + 1));
    const bool quoted =
        value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
    if (quoted) {
        value = value.substr(1, value.size() - 2);
    } else if (const auto comment = value.find(" #"); comment != std::string_view::npos) {
        value = trimmed(value.substr(0, comment));
    }
    return std::pair{std::string{trimmed(line.substr(0, equals))}, std::string{value}};
}

}  // namespace

bool Config::breaks([[maybe_unused]] std::string_view name) const {
#ifdef MARQUE_BREAKABLE
    for (const auto& entry : break_switches) {
        if (entry == name) return true;
    }
#endif
    return false;
}

std::string Config::site_host() const {
    if (!shop_host.empty()) return shop_host;
    if (cors_origins.empty()) return "localhost";
    const std::string& origin = cors_origins.front();
    const auto scheme = origin.find("://");
    const std::string authority = origin.substr(scheme == std::string::npos ? 0 : scheme + 3);
    return authority.substr(0, authority.find(':'));
}

Environment read_environment(const std::string& directory) {
    Environment values;
    const std::string path = directory + "/.env";
    std::ifstream file{path};
    std::string line;
    for (int number_of_line = 1; std::getline(file, line); ++number_of_line) {
        if (auto entry = env_line(line, fmt::format("{}:{}", path, number_of_line))) {
            values[std::move(entry->first)] = std::move(entry->second);
        }
    }
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view pair{*entry};
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos) values[std::string{pair.substr(0, equals)}] = pair.substr(equals + 1);
    }
    return values;
}

std::expected<Config, std::vector<std::string>> parse_config(const Environment& environment) {
    Config config;
    std::vector<std::string> mistakes;
    for (const auto& setting : settings()) {
        const auto given = environment.find(setting.name);
        const std::string value{given == environment.end() ? setting.default_value : std::string_view{given->second}};
        const std::string mistake = setting.read(config, value);
        if (!mistake.empty()) mistakes.push_back(fmt::format("{}: {}", setting.name, mistake));
    }
    for (const auto& [name, value] : environment) {
        if (name.starts_with(sms_gateway_prefix) && !value.empty()) config.sms_gateways[name] = value;
        if (name.starts_with(payment_gateway_prefix) && !value.empty()) config.payment_gateways[name] = value;
        if (name.starts_with(mail_from_prefix) && !value.empty()) config.mail_from_by_market[name] = value;
        if (name.starts_with(webhook_secret_prefix) && !value.empty()) config.stripe_webhook_secrets[name] = value;
        if (!name.starts_with(market_url_prefix) || value.empty()) continue;
        const auto code = MarketCode::parse(std::string_view{name}.substr(market_url_prefix.size()));
        if (!code) {
            mistakes.push_back(fmt::format("{}: the part after {} {}", name, market_url_prefix, code.error()));
        } else {
            config.market_database_urls[*code] = value;
        }
    }
#ifndef MARQUE_BREAKABLE
    if (!config.break_switches.empty()) mistakes.emplace_back("MARQUE_BREAK: this build has no such switches");
#endif
    if (config.requests_per_minute < 0) config.requests_per_minute = config.development() ? 0 : 12'000;
    if (config.guest_carts_per_hour < 0) config.guest_carts_per_hour = config.development() ? 0 : 300;
    if (config.guest_orders_per_hour < 0) config.guest_orders_per_hour = config.development() ? 0 : 60;
    if (config.host.empty()) config.host = config.development() ? "127.0.0.1" : "0.0.0.0";
    if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
    return config;
}

std::vector<std::string> fail_closed_reasons(const Config& config) {
    std::vector<std::string> reasons;
    if (!config.jwt_secret.empty() && config.jwt_secret.size() < 32) {
        reasons.emplace_back("JWT_SECRET is shorter than 32 characters: tokens could be forged");
    }
    for (const auto& secret : config.jwt_secrets_previous) {
        if (secret.size() >= 32) continue;
        reasons.emplace_back("JWT_SECRET_PREVIOUS holds a secret shorter than 32 characters: tokens could be forged");
    }
    if (config.jwt_algorithm == "EdDSA" && config.jwt_private_key.empty()) {
        reasons.emplace_back("JWT_PRIVATE_KEY is missing: JWT_ALGORITHM=EdDSA needs an Ed25519 key");
    }
    if (config.file_storage_provider == "s3") {
        const std::pair<std::string_view, const std::string&> needed[] = {
            {"FILE_STORAGE_S3_ENDPOINT", config.s3_endpoint},
            {"FILE_STORAGE_S3_REGION", config.s3_region},
            {"FILE_STORAGE_S3_BUCKET", config.s3_bucket},
            {"FILE_STORAGE_S3_ACCESS_KEY", config.s3_access_key},
            {"FILE_STORAGE_S3_SECRET_KEY", config.s3_secret_key}};
        for (const auto& [name, value] : needed) {
            if (value.empty()) reasons.push_back(fmt::format("{} is missing: FILE_STORAGE_PROVIDER=s3 needs it", name));
        }
    }
    if (config.development()) return reasons;
    if (config.jwt_secret.empty()) reasons.emplace_back("JWT_SECRET is missing: set 32 or more random characters");
    if (config.database_url.empty() && config.market_database_urls.empty()) {
        reasons.emplace_back("DATABASE_URL is missing (or DATABASE_URL_MARQUE_<MARKET> for each market)");
    }
    if (config.cors_origins.empty()) {
        reasons.emplace_back("CORS_ORIGINS is empty, which would allow every origin: list the shop's own");
    }
    if (config.webhook_allow_loopback) {
        reasons.emplace_back("WEBHOOK_ALLOW_LOOPBACK=true lets managers reach what listens on this machine: unset it");
    }
    if (config.payment_provider == "mock") reasons.emplace_back("PAYMENT_PROVIDER=mock gives goods away: use stripe");
    if (config.stripe_webhook_secret.empty() && config.stripe_webhook_secrets.empty()) {
        reasons.emplace_back("STRIPE_WEBHOOK_SECRET is missing: anybody could mark an order paid");
    }
    return reasons;
}

std::vector<SettingValue> describe_config(const Environment& environment) {
    std::vector<SettingValue> rows;
    const auto shown = [](const Setting& setting, const std::string& value) {
        return setting.secret && !value.empty() ? std::string{"********"} : value;
    };
    for (const auto& setting : settings()) {
        const auto given = environment.find(setting.name);
        const std::string value{given == environment.end() ? setting.default_value : std::string_view{given->second}};
        rows.push_back({std::string{setting.name}, shown(setting, value), std::string{setting.default_value},
                        std::string{setting.meaning}});
    }
    for (const auto& [name, value] : environment) {
        if (name.starts_with(sms_gateway_prefix)) {
            rows.push_back({name, value.empty() ? "" : "********", "", "the market's SMS gateway (features/sms)"});
        }
        if (name.starts_with(payment_gateway_prefix)) {
            rows.push_back({name, value.empty() ? "" : "********", "", "the market's bank (docs/payments.md)"});
        }
        if (name.starts_with(mail_from_prefix)) rows.push_back({name, value, "", "the market's own sender of mail"});
        if (name.starts_with(webhook_secret_prefix)) {
            rows.push_back({name, value.empty() ? "" : "********", "", "signs Stripe's webhooks of one market"});
        }
        if (!name.starts_with(market_url_prefix)) continue;
        rows.push_back({name, value.empty() ? "" : "********", "", "the market's own database; its rows live there"});
    }
    return rows;
}

}  // namespace marque
