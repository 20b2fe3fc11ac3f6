// The table of settings and its readers.
#include "core/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "core/text.h"

extern char** environ;  // POSIX: the process environment

namespace marque {
namespace {

struct Setting {
    std::string_view name;
    std::string_view default_value;
    std::string_view meaning;
    bool secret;
    /// Puts the text into the config, or says what was expected.
    std::function<std::string(Config&, const std::string&)> read;
};

using Reader = std::function<std::string(Config&, const std::string&)>;

Reader text(std::string Config::* member) {
    return [member](Config& config, const std::string& value) {
        config.*member = value;
        return std::string{};
    };
}

Reader number(int Config::* member, int low, int high) {
    return [member, low, high](Config& config, const std::string& value) {
        const auto parsed = parse_integer(value);
        if (!parsed || *parsed < low || *parsed > high) {
            return fmt::format("must be a whole number from {} to {}", low, high);
        }
        config.*member = static_cast<int>(*parsed);
        return std::string{};
    };
}

Reader flag(bool Config::* member) {
    return [member](Config& config, const std::string& value) {
        const std::string word = lowered(value);
        config.*member = word == "true" || word == "1" || word == "yes" || word == "on";
        const bool known =
            config.*member || word == "false" || word == "0" || word == "no" || word == "off" || word.empty();
        return known ? std::string{} : std::string{"must be true or false"};
    };
}

Reader one_of(std::string Config::* member, std::vector<std::string> words) {
    return [member, words = std::move(words)](Config& config, const std::string& value) {
        for (const auto& word : words) {
            if (word != value) continue;
            config.*member = value;
            return std::string{};
        }
        return fmt::format("must be one of: {}", fmt::join(words, ", "));
    };
}

/// "a,b" or ["a","b"] (R113).
Reader list(std::vector<std::string> Config::* member) {
    return [member](Config& config, const std::string& value) {
        std::string plain;
        for (const char c : value) {
            if (c != '[' && c != ']' && c != '"' && c != '\'') plain += c;
        }
        std::vector<std::string> items;
        std::string_view rest = plain;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            const auto item = trimmed(rest.substr(0, comma));
            if (!item.empty()) items.emplace_back(item);
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
        config.*member = std::move(items);
        return std::string{};
    };
}

bool is_host(std::string_view text) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view{"-.:[]_"}.contains(c);
    };
    return !text.empty() && std::ranges::all_of(text, is_letter);
}

/// As a browser writes it in `Origin`: scheme, host and a port that is not the scheme's own; nothing behind.
bool is_origin(std::string_view text) {
    const auto scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos) return false;
    const auto scheme = text.substr(0, scheme_end);
    const auto host = text.substr(scheme_end + 3);
    if (scheme == "https") return is_host(host) && !host.ends_with(":443");
    return scheme == "http" && is_host(host) && !host.ends_with(":80");
}

Reader origins(std::vector<std::string> Config::* member) {
    return [member](Config& config, const std::string& value) {
        if (auto mistake = list(member)(config, value); !mistake.empty()) return mistake;
        for (const auto& origin : config.*member) {
            if (is_origin(origin)) continue;
            return fmt::format(
                "\"{}\" is no origin: write it like https://shop.example, in small letters, without a "
                "path and without the usual port",
                origin);
        }
        return std::string{};
    };
}

Reader url_or_empty(std::string Config::* member) {
    return [member](Config& config, const std::string& value) {
        std::string_view origin = value;
        if (origin.ends_with('/')) origin.remove_suffix(1);
        if (!value.empty() && !is_origin(origin)) return std::string{"must be like https://shop.example"};
        config.*member = origin;
        return std::string{};
    };
}

Reader market_or_empty(std::string Config::* member) {
    return [member](Config& config, const std::string& value) {
        if (!value.empty() && !MarketCode::parse(value)) return std::string{"must be a market code, like kg"};
        config.*member = value;
        return std::string{};
    };
}

const std::vector<Setting>& settings() {
    static const std::vector<Setting> table = {
        {"ENVIRONMENT", "development", "development opens demo conveniences; anything else fails closed", false,
         text(&Config::environment)},
        {"DEBUG", "false", "log every request, not only those that write", false, flag(&Config::debug)},
        {"HOST", "", "address to listen on; empty: 127.0.0.1 in development, 0.0.0.0 otherwise", false,
         text(&Config::host)},
        {"PORT", "8000", "port to listen on", false, number(&Config::port, 0, 65'535)},
        {"THREADS", "0", "worker threads; 0 takes one for each core", false, number(&Config::threads, 0, 256)},
        {"PUBLIC_URL", "", "where browsers reach the server; with https:// they are told to use nothing else", false,
         url_or_empty(&Config::public_url)},
        {"HEADER_TIMEOUT_SECONDS", "10", "a request's header must arrive within", false,
         number(&Config::header_timeout_s, 1, 600)},
        {"BODY_TIMEOUT_SECONDS", "30", "a request's body must arrive within", false,
         number(&Config::body_timeout_s, 1, 600)},
        {"IDLE_TIMEOUT_SECONDS", "60", "a connection without a request is closed after", false,
         number(&Config::idle_timeout_s, 1, 3'600)},
        {"WRITE_TIMEOUT_SECONDS", "30", "each 64 KiB of an answer must be taken within", false,
         number(&Config::write_timeout_s, 1, 600)},
        {"DATABASE_URL", "", "one PostgreSQL database for all markets; empty in development starts our own", true,
         text(&Config::database_url)},
        {"DB_CONNECTIONS", "40", "connections to one database at most", false,
         number(&Config::db_connections, 4, 1'000)},
        {"MARQUE_DATA_DIR", ".marque", "where development keeps its own PostgreSQL and generated secret", false,
         text(&Config::data_dir)},
        {"DEFAULT_MARKET", "kg", "market of guests who name none", false, market_or_empty(&Config::default_market)},
        {"UNKNOWN_PHONE_MARKET", "", "market for phones of no served prefix; empty refuses them", false,
         market_or_empty(&Config::unknown_phone_market)},
        {"TEST_PHONES", "+13128059851,+996505231255,+996700000001,+996700000002,+12025550143",
         "phones that may log in with code 123456, in development only", false, list(&Config::test_phones)},
        {"JWT_SECRET", "", "key of access tokens, 32 characters or more; development makes its own", true,
         text(&Config::jwt_secret)},
        {"JWT_ALGORITHM", "HS256", "signature of access tokens", false, one_of(&Config::jwt_algorithm, {"HS256"})},
        {"ACCESS_TOKEN_EXPIRE_MINUTES", "30", "life of an access token", false,
         number(&Config::access_token_minutes, 1, 1'440)},
        {"REFRESH_TOKEN_EXPIRE_MINUTES", "10080", "life of a login", false,
         number(&Config::refresh_token_minutes, 5, 525'600)},
        {"OTP_LIFETIME_SECONDS", "300", "how long a code from an SMS is good", false,
         number(&Config::otp_lifetime_s, 30, 600)},
        {"OTP_RESEND_SECONDS", "60", "wait before another code goes to the same phone", false,
         number(&Config::otp_resend_s, 0, 3'600)},
        {"CORS_ORIGINS", "", "browser origins: comma list or JSON list; empty allows all in development only", false,
         origins(&Config::cors_origins)},
        {"TRUSTED_PROXIES", "", "addresses or CIDR blocks whose X-Forwarded-For is believed", false,
         list(&Config::trusted_proxies)},
        {"PAYMENT_PROVIDER", "stripe", "card payments: stripe, or mock in development", false,
         one_of(&Config::payment_provider, {"stripe", "mock"})},
        {"STRIPE_SECRET_KEY", "", "Stripe's secret key (sk_test_… or sk_live_…)", true,
         text(&Config::stripe_secret_key)},
        {"STRIPE_WEBHOOK_SECRET", "", "secret that signs Stripe's webhooks (whsec_…)", true,
         text(&Config::stripe_webhook_secret)},
        {"FILE_STORAGE_PROVIDER", "local", "where uploads live", false,
         one_of(&Config::file_storage_provider, {"local"})},
        {"FILE_STORAGE_DIR", "./storage", "directory of uploads", false, text(&Config::file_storage_dir)},
        {"LOG_LEVEL", "info", "least severe log line written", false,
         one_of(&Config::log_level, {"debug", "info", "warning", "error"})},
        {"MARQUE_BREAK", "", "switches guarantees off for negative-control tests; refused by release builds", false,
         list(&Config::break_switches)},
    };
    return table;
}

constexpr std::string_view market_url_prefix = "DATABASE_URL_MARQUE_";

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
    if (config.host.empty()) config.host = config.development() ? "127.0.0.1" : "0.0.0.0";
    if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
    return config;
}

std::vector<std::string> fail_closed_reasons(const Config& config) {
    std::vector<std::string> reasons;
    if (!config.jwt_secret.empty() && config.jwt_secret.size() < 32) {
        reasons.emplace_back("JWT_SECRET is shorter than 32 characters: tokens could be forged");
    }
    if (config.development()) return reasons;
    if (config.jwt_secret.empty()) reasons.emplace_back("JWT_SECRET is missing: set 32 or more random characters");
    if (config.database_url.empty() && config.market_database_urls.empty()) {
        reasons.emplace_back("DATABASE_URL is missing (or DATABASE_URL_MARQUE_<MARKET> for each market)");
    }
    if (config.cors_origins.empty()) {
        reasons.emplace_back("CORS_ORIGINS is empty, which would allow every origin: list the shop's own");
    }
    if (config.payment_provider == "mock") reasons.emplace_back("PAYMENT_PROVIDER=mock gives goods away: use stripe");
    if (config.payment_provider == "stripe" && config.stripe_webhook_secret.empty()) {
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
        if (!name.starts_with(market_url_prefix)) continue;
        rows.push_back({name, value.empty() ? "" : "********", "", "the market's own database; its rows live there"});
    }
    return rows;
}

}  // namespace marque
