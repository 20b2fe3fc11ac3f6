// The table of settings and its readers.
#include "core/settings.h"

#include <fmt/format.h>

#include "core/origin.h"
#include "core/text.h"

namespace marque {
namespace readers {

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

}  // namespace readers

namespace {

using readers::flag;
using readers::number;
using readers::text;

Reader number(int CodeLimits::* member, int low, int high) {
    return [member, low, high](Config& config, const std::string& value) {
        const auto parsed = parse_integer(value);
        if (!parsed || *parsed < low || *parsed > high) {
            return fmt::format("must be a whole number from {} to {}", low, high);
        }
        config.code_limits.*member = static_cast<int>(*parsed);
        return std::string{};
    };
}

/// Empty leaves the choice to the environment, and is told by -1 until that is known.
Reader number_or_empty(int Config::* member, int low, int high) {
    return [member, read = number(member, low, high)](Config& config, const std::string& value) {
        config.*member = -1;
        return value.empty() ? std::string{} : read(config, value);
    };
}

/// A name as it stands in a web address, without a port: what origin-bound codes name.
Reader host_or_empty(std::string Config::* member) {
    return [member](Config& config, const std::string& value) {
        const bool good = value.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
        if (!good || value.size() > 100) return std::string{"must be a host name, like shop.example"};
        config.*member = value;
        return std::string{};
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

/// "/{market}/{language}/{slug}" or "https://shop.example/{slug}".
Reader page_pattern(std::string Config::* member) {
    return [member](Config& config, const std::string& value) {
        const bool addressed = value.starts_with('/') || value.starts_with("https://") || value.starts_with("http://");
        std::string holes = value;
        for (const std::string_view hole : {"{slug}", "{market}", "{language}"}) {
            if (const auto at = holes.find(hole); at != std::string::npos) holes.erase(at, hole.size());
        }
        if (!addressed || value.find("{slug}") == std::string::npos ||
            holes.find_first_of("{} \"<>") != std::string::npos)
            return std::string{"must be like /{market}/{language}/{slug} or https://shop.example/{slug}"};
        config.*member = value;
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

/// "shop.kg=kg,us.shop.example=us": hosts are compared without port and in lower case.
Reader host_map() {
    return [](Config& config, const std::string& value) {
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            const auto entry = trimmed(rest.substr(0, comma));
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
            if (entry.empty()) continue;
            const auto equals = entry.find('=');
            const auto code = MarketCode::parse(equals == std::string_view::npos ? std::string_view{}
                                                                                 : trimmed(entry.substr(equals + 1)));
            const auto host = trimmed(entry.substr(0, equals));
            if (!code || host.empty()) return std::string{"must list HOST=MARKET, like shop.kg=kg,shop.us=us"};
            config.market_hosts[lowered(host)] = *code;
        }
        return std::string{};
    };
}

/// Limits of one-time codes; docs/limits.md says why they are what they are.
std::vector<Setting> code_settings() {
    return {
        {"CODE_TRIES", "5", "guesses at one code", false, number(&CodeLimits::tries_max, 1, 10)},
        {"CODE_FAILURES_PER_DAY", "10", "wrong codes of one phone in 24 hours before it is locked", false,
         number(&CodeLimits::failures_per_day, 1, 100)},
        {"CODE_LOCK_HOURS_MAX", "72", "longest lock of a phone; the first lasts 24 hours, each next one 24 more", false,
         number(&CodeLimits::lock_hours_max, 24, 720)},
        {"CODE_FAILURES_PER_MARKET", "300", "wrong codes of a market in an hour before checks pause; 0: no limit",
         false, number(&CodeLimits::market_failures_max, 0, 1'000'000)},
        {"CODES_PER_HOUR", "5", "codes sent to one phone in an hour", false, number(&CodeLimits::per_hour, 1, 1'000)},
        {"CODES_PER_DAY", "10", "codes sent to one phone in a day", false, number(&CodeLimits::per_day, 1, 1'000)},
        {"CODE_PHONES_PER_ADDRESS", "10", "phones an address may ask codes for in an hour; 0: no limit", false,
         number(&CodeLimits::phones_per_address, 0, 10'000)},
        {"CODE_PHONES_PER_NETWORK", "30", "the same for its /24, of IPv6 its /48; 0: no limit", false,
         number(&CodeLimits::phones_per_network, 0, 10'000)},
        {"CODES_PER_BLOCK", "20", "codes in ten minutes to numbers that share their first 7 digits; 0: no limit", false,
         number(&CodeLimits::per_block, 0, 10'000)},
        {"SMS_BUDGET_HOUR", "1000", "codes a market sends in an hour; 0: no limit", false,
         number(&CodeLimits::budget_hour, 0, 10'000'000)},
        {"SMS_BUDGET_DAY", "5000", "codes a market sends in a day; 0: no limit", false,
         number(&CodeLimits::budget_day, 0, 10'000'000)},
        {"SMS_BUDGET_RESERVED_PERCENT", "30", "part of both budgets that only phones with an account may use", false,
         number(&CodeLimits::reserved_percent, 0, 100)},
        {"CODE_TENDING_SECONDS", "60", "between two rounds of pruning and of watching how many codes are used", false,
         number(&CodeLimits::tending_s, 1, 3'600)},
    };
}

/// Where pictures that people send live, and how many.
std::vector<Setting> media_settings() {
    return {
        {"FILE_STORAGE_PROVIDER", "local", "where uploads live: local is FILE_STORAGE_DIR, s3 a bucket", false,
         one_of(&Config::file_storage_provider, {"local", "s3"})},
        {"FILE_STORAGE_DIR", "./storage", "directory of uploads, and of bodies while they arrive", false,
         text(&Config::file_storage_dir)},
        {"FILE_STORAGE_PUBLIC_URL", "",
         "where browsers find the bucket, like https://cdn.shop.example; empty: this server shows pictures itself",
         false, url_or_empty(&Config::file_storage_public_url)},
        {"FILE_STORAGE_S3_ENDPOINT", "", "S3's address, like https://s3.eu-central-1.amazonaws.com", false,
         url_or_empty(&Config::s3_endpoint)},
        {"FILE_STORAGE_S3_REGION", "us-east-1", "region that requests are signed for", false, text(&Config::s3_region)},
        {"FILE_STORAGE_S3_BUCKET", "", "bucket of uploads", false, text(&Config::s3_bucket)},
        {"FILE_STORAGE_S3_ACCESS_KEY", "", "access key id", true, text(&Config::s3_access_key)},
        {"FILE_STORAGE_S3_SECRET_KEY", "", "its secret", true, text(&Config::s3_secret_key)},
        {"FILE_STORAGE_S3_PATH_STYLE", "false", "true: the bucket stands in the path, false: in the host name", false,
         flag(&Config::s3_path_style)},
        {"FILE_STORAGE_S3_TIMEOUT_SECONDS", "10", "how long one request to the bucket may take", false,
         number(&Config::s3_timeout_s, 1, 60)},
        {"MEDIA_UPLOADS_PER_DAY", "40", "pictures a customer may send in a day", false,
         number(&Config::media_uploads_per_day, 1, 10'000)},
        {"MEDIA_TENDING_SECONDS", "1800", "between two looks for pictures that nobody shows", false,
         number(&Config::media_tending_s, 1, 86'400)},
    };
}

/// Services of others that the shop uses: payments, SMS.
std::vector<Setting> provider_settings() {
    return {
        {"PAYMENT_PROVIDER", "stripe", "card payments: stripe, or mock in development", false,
         one_of(&Config::payment_provider, {"stripe", "mock"})},
        {"STRIPE_SECRET_KEY", "", "Stripe's secret key (sk_test_… or sk_live_…)", true,
         text(&Config::stripe_secret_key)},
        {"STRIPE_PUBLISHABLE_KEY", "",
         "Stripe's key for browsers (pk_test_… or pk_live_…): the shop's own pages take cards by Stripe only with it",
         false, text(&Config::stripe_publishable_key)},
        {"STRIPE_WEBHOOK_SECRET", "", "secret that signs Stripe's webhooks (whsec_…)", true,
         text(&Config::stripe_webhook_secret)},
        {"STRIPE_API_BASE", "https://api.stripe.com", "where Stripe's API is", false, text(&Config::stripe_api_base)},
        {"PAYMENT_TIMEOUT_SECONDS", "8", "how long a payment provider may take to answer", false,
         number(&Config::payment_timeout_s, 1, 60)},
        {"PAYMENT_ASK_SECONDS", "60", "how long a payment of which nothing is heard is left alone before asking", false,
         number(&Config::payment_ask_s, 1, 86'400)},
        {"PUBLIC_URL", "",
         "where others reach this server, like https://api.shop.example: for callbacks; browsers keep to HTTPS", false,
         url_or_empty(&Config::public_url)},
        {"WEB_DIR", "", "where the built pages (storefront/, …) lie; empty: beside the program, as a build lays them",
         false, text(&Config::web_dir)},
        {"PRODUCT_PAGE", "/p/{slug}?market={market}&lang={language}",
         "a product's page, for sitemaps and feeds: a path below PUBLIC_URL or an address of the web shop, with "
         "{slug}, "
         "{market}, {language}",
         false, page_pattern(&Config::product_page)},
        {"CATEGORY_PAGE", "/c/{slug}?market={market}&lang={language}", "a category's page, likewise", false,
         page_pattern(&Config::category_page)},
        {"TWILIO_ACCOUNT_SID", "", "Twilio's account (AC…), for markets whose sms_provider names twilio", false,
         text(&Config::twilio_account_sid)},
        {"TWILIO_AUTH_TOKEN", "", "its token: sends, and proves that status callbacks are Twilio's", true,
         text(&Config::twilio_auth_token)},
        {"TWILIO_FROM", "", "sender: a Twilio number or name", false, text(&Config::twilio_from)},
        {"TWILIO_MESSAGING_SERVICE_SID", "", "or a messaging service (MG…) that chooses the sender", false,
         text(&Config::twilio_messaging_service_sid)},
        {"TWILIO_API_BASE", "https://api.twilio.com", "where Twilio's API is", false, text(&Config::twilio_api_base)},
        {"SMS_TIMEOUT_SECONDS", "8", "how long one SMS provider may take before the next is asked", false,
         number(&Config::sms_timeout_s, 1, 8)},
        {"SMS_STATUS_POLL_SECONDS", "15", "how often gateways with a status URL are asked for news", false,
         number(&Config::sms_status_poll_s, 1, 600)},
    };
}

std::vector<Setting> shop_settings() {
    return {
        {"BANNER_COUNTS_PER_MINUTE", "60",
         "views, and clicks, of one banner that count from one address in a minute, 0: no limit", false,
         number(&Config::banner_counts_per_minute, 0, 1'000'000)},
        {"CARD_HOLD_SECONDS", "1800", "how long an order that is paid by card holds its pieces unpaid", false,
         number(&Config::card_hold_s, 1, 86'400)},
        {"AUDIT_SECONDS", "60", "between two looks whether stock, ledger, orders and payments agree", false,
         number(&Config::audit_s, 1, 86'400)},
        {"SALES_COUNTING_SECONDS", "60", "between two additions of what was sold to products' counts of sales", false,
         number(&Config::sales_counting_s, 1, 86'400)},
    };
}

std::vector<Setting> guest_settings() {
    return {
        {"GUEST_CARTS_PER_HOUR", "",
         "carts and wishlists that guests of one address begin, 0: no limit; empty: none in development, else 300",
         false, number_or_empty(&Config::guest_carts_per_hour, 0, 1'000'000)},
        {"GUEST_ORDERS_PER_HOUR", "",
         "orders that guests of one address place, 0: no limit; empty: none in development, else 60", false,
         number_or_empty(&Config::guest_orders_per_hour, 0, 1'000'000)},
        {"BACK_IN_STOCK_SECONDS", "30", "between two looks whether something that customers wait for is in stock again",
         false, number(&Config::back_in_stock_s, 1, 86'400)},
        {"GUEST_DAYS", "60", "how long an untouched cart or wishlist of a guest is kept", false,
         number(&Config::guest_days, 1, 3'650)},
        {"GUEST_TENDING_SECONDS", "600", "between two looks for carts and wishlists of guests that are older", false,
         number(&Config::guest_tending_s, 1, 86'400)},
    };
}

const std::vector<Setting>& server_settings() {
    static const std::vector<Setting> table = {
        {"ENVIRONMENT", "development", "development opens demo conveniences; anything else fails closed", false,
         text(&Config::environment)},
        {"DEBUG", "false", "log every request, not only those that write", false, flag(&Config::debug)},
        {"HOST", "", "address to listen on; empty: 127.0.0.1 in development, 0.0.0.0 otherwise", false,
         text(&Config::host)},
        {"PORT", "8000", "port to listen on", false, number(&Config::port, 0, 65'535)},
        {"THREADS", "0", "worker threads; 0 takes one for each core", false, number(&Config::threads, 0, 256)},
        {"HEADER_TIMEOUT_SECONDS", "10", "a request's header must arrive within", false,
         number(&Config::header_timeout_s, 1, 600)},
        {"BODY_TIMEOUT_SECONDS", "30", "a request's body must arrive within", false,
         number(&Config::body_timeout_s, 1, 600)},
        {"IDLE_TIMEOUT_SECONDS", "60", "a connection without a request is closed after", false,
         number(&Config::idle_timeout_s, 1, 3'600)},
        {"WRITE_TIMEOUT_SECONDS", "30", "each 64 KiB of an answer must be taken within", false,
         number(&Config::write_timeout_s, 1, 600)},
        {"SHUTDOWN_DELAY_SECONDS", "0",
         "after SIGTERM: so long /health/ready is 503 and requests are still taken, for a proxy to turn away", false,
         number(&Config::shutdown_delay_s, 0, 60)},
        {"DATABASE_URL", "", "one PostgreSQL database for all markets; empty in development starts our own", true,
         text(&Config::database_url)},
        {"DB_CONNECTIONS", "40", "connections to one database at most, shared by its markets", false,
         number(&Config::db_connections, 4, 1'000)},
        {"MARQUE_DATA_DIR", ".marque", "where development keeps its own PostgreSQL and generated secret", false,
         text(&Config::data_dir)},
        {"DEFAULT_MARKET", "kg", "market of guests who name none", false, market_or_empty(&Config::default_market)},
        {"MARKET_HOSTS", "", "which host of a request means which market: shop.kg=kg,shop.us=us", false, host_map()},
        {"UNKNOWN_PHONE_MARKET", "", "market for phones of no served prefix; empty refuses them", false,
         market_or_empty(&Config::unknown_phone_market)},
        {"TEST_PHONES", "+13128059851,+996505231255,+996700000001,+996700000002,+12025550143",
         "phones that may log in with code 123456, in development only", false, list(&Config::test_phones)},
        {"JWT_SECRET", "", "key of access tokens, 32 characters or more; development makes its own", true,
         text(&Config::jwt_secret)},
        {"JWT_SECRET_PREVIOUS", "", "former values of JWT_SECRET, whose tokens are still believed: comma list", true,
         list(&Config::jwt_secrets_previous)},
        {"JWT_ALGORITHM", "HS256", "signature of access tokens: HS256, or EdDSA with JWT_PRIVATE_KEY", false,
         one_of(&Config::jwt_algorithm, {"HS256", "EdDSA"})},
        {"JWT_PRIVATE_KEY", "", "Ed25519 key of EdDSA: PEM, or the base64 between its lines", true,
         text(&Config::jwt_private_key)},
        {"JWT_PUBLIC_KEYS_PREVIOUS", "", "former Ed25519 keys whose tokens are still believed: comma list", true,
         list(&Config::jwt_public_keys_previous)},
        {"ACCESS_TOKEN_EXPIRE_MINUTES", "30", "life of an access token", false,
         number(&Config::access_token_minutes, 1, 1'440)},
        {"REFRESH_TOKEN_EXPIRE_MINUTES", "10080", "life of a login", false,
         number(&Config::refresh_token_minutes, 5, 525'600)},
        {"OTP_LIFETIME_SECONDS", "300", "how long a code from an SMS is good", false,
         number(&Config::otp_lifetime_s, 30, 600)},
        {"OTP_RESEND_SECONDS", "60", "wait before another code goes to the same phone", false,
         number(&Config::otp_resend_s, 0, 3'600)},
        {"SHOP_HOST", "", "web site named in SMS, so that phones fill codes in; empty: host of the first CORS origin",
         false, host_or_empty(&Config::shop_host)},
        {"REQUESTS_PER_MINUTE", "",
         "requests of one address at most, 0: no limit; empty: no limit in development, 12000 otherwise", false,
         number_or_empty(&Config::requests_per_minute, 0, 100'000'000)},
        {"CORS_ORIGINS", "", "browser origins: comma list or JSON list; empty allows all in development only", false,
         origins(&Config::cors_origins)},
        {"TRUSTED_PROXIES", "", "addresses or CIDR blocks whose X-Forwarded-For is believed", false,
         list(&Config::trusted_proxies)},
        {"LOG_LEVEL", "info", "least severe log line written", false,
         one_of(&Config::log_level, {"debug", "info", "warning", "error"})},
        {"MARQUE_BREAK", "", "switches guarantees off for negative-control tests; refused by release builds", false,
         list(&Config::break_switches)},
    };
    return table;
}

}  // namespace

const std::vector<Setting>& settings() {
    static const std::vector<Setting> table = [] {
        std::vector<Setting> all = server_settings();
        std::ranges::move(shop_settings(), std::back_inserter(all));
        std::ranges::move(provider_settings(), std::back_inserter(all));
        std::ranges::move(mail_settings(), std::back_inserter(all));
        std::ranges::move(media_settings(), std::back_inserter(all));
        std::ranges::move(code_settings(), std::back_inserter(all));
        std::ranges::move(guest_settings(), std::back_inserter(all));
        std::ranges::move(webhook_settings(), std::back_inserter(all));
        return all;
    }();
    return table;
}

}  // namespace marque
