#pragma once
// Every setting of the server: one table of name, default, meaning and secrecy, read from the environment and .env.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/market.h"

namespace marque {

struct Config {
    std::string environment;  // development, production, …; everything but development fails closed
    bool debug = false;
    std::string host;
    int port = 8000;
    int threads = 0;
    std::string public_url;
    /// How long a client may take; see http::SessionLimits.
    int header_timeout_s = 10;
    int body_timeout_s = 30;
    int idle_timeout_s = 60;
    int write_timeout_s = 30;

    std::string database_url;
    std::map<MarketCode, std::string> market_database_urls;
    int db_connections = 40;
    std::string data_dir;

    std::string default_market;
    std::string unknown_phone_market;
    std::vector<std::string> test_phones;

    std::string jwt_secret;
    std::string jwt_algorithm;
    int access_token_minutes = 30;
    int refresh_token_minutes = 10'080;
    int otp_lifetime_s = 300;
    int otp_resend_s = 60;

    std::vector<std::string> cors_origins;
    std::vector<std::string> trusted_proxies;

    std::string payment_provider;
    std::string stripe_secret_key;
    std::string stripe_webhook_secret;
    std::string file_storage_provider;
    std::string file_storage_dir;

    std::string log_level;
    /// Names of deliberate breakages for negative-control tests; only builds with MARQUE_BREAKABLE obey.
    std::vector<std::string> break_switches;

    [[nodiscard]] bool public_https() const { return public_url.starts_with("https://"); }
    [[nodiscard]] bool development() const { return environment == "development"; }
    /// True where a negative-control test switched a guarantee off. Always false in release builds.
    [[nodiscard]] bool breaks([[maybe_unused]] std::string_view name) const;
};

/// One row of `marque config`.
struct SettingValue {
    std::string name;
    std::string value;  // masked where secret
    std::string default_value;
    std::string meaning;
};

/// Names and values, as the process environment and .env give them.
using Environment = std::map<std::string, std::string, std::less<>>;

/// The process environment over the lines of `directory`/.env (NAME=value, quotes, # comments, export). Throws
/// std::runtime_error naming the line when .env cannot be read as such.
[[nodiscard]] Environment read_environment(const std::string& directory);

/// Parsed settings, or every mistake found: one sentence each, naming the variable and what was expected.
[[nodiscard]] std::expected<Config, std::vector<std::string>> parse_config(const Environment& environment);

/// What forbids serving outside development (ruling 26); empty when nothing does.
[[nodiscard]] std::vector<std::string> fail_closed_reasons(const Config& config);

/// All settings with values in use, for `marque config`.
[[nodiscard]] std::vector<SettingValue> describe_config(const Environment& environment);

}  // namespace marque
