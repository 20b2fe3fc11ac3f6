#pragma once
// Every setting of the server: one table of name, default, meaning and secrecy, read from the environment and .env.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/market.h"

namespace marque {

/// Limits of one-time codes (docs/limits.md); 0 switches one off where its setting allows that.
struct CodeLimits {
    int tries_max = 5;              // guesses at one code
    int failures_per_day = 10;      // wrong codes of one phone in any 24 hours
    int lock_hours_max = 72;        // locks after that last 24 hours, then 48, up to this
    int market_failures_max = 300;  // wrong codes of a market in an hour
    int per_hour = 5;               // codes to one phone
    int per_day = 10;
    int phones_per_address = 10;  // different phones an address may ask for in an hour
    int phones_per_network = 30;  // and a /24 or /48
    int per_block = 20;           // codes to numbers with the same first seven digits in ten minutes
    int budget_hour = 1'000;      // messages of a market
    int budget_day = 5'000;
    int reserved_percent = 30;  // of both, for phones that have an account
    int tending_s = 60;         // between two looks at old rows and at the share of codes that are used
};

struct Config {
    std::string environment;  // development, production, …; everything but development fails closed
    bool debug = false;
    int shutdown_delay_s = 0;  // told to stop, it still takes requests so long, and says 503 to /health/ready
    std::string host;
    int port = 8000;
    int threads = 0;
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
    std::map<std::string, MarketCode, std::less<>> market_hosts;  // lower-case host without port
    std::string unknown_phone_market;
    std::vector<std::string> test_phones;

    std::string jwt_secret;
    std::vector<std::string> jwt_secrets_previous;  // still believed, never signed with
    std::string jwt_algorithm;
    std::string jwt_private_key;                        // EdDSA
    std::vector<std::string> jwt_public_keys_previous;  // EdDSA: still believed
    int access_token_minutes = 30;
    int refresh_token_minutes = 10'080;
    int otp_lifetime_s = 300;
    int otp_resend_s = 60;
    CodeLimits code_limits;
    std::string shop_host;
    int requests_per_minute = 0;        // of one address; 0: no limit
    int banner_counts_per_minute = 60;  // views, and clicks, of one banner from one address; 0: no limit

    std::vector<std::string> cors_origins;
    std::vector<std::string> trusted_proxies;

    std::string payment_provider;
    std::string stripe_secret_key;
    std::string stripe_publishable_key;  // for browsers, which hand card numbers to Stripe themselves
    std::string stripe_webhook_secret;   // several, by comma, while they are rotated
    /// Settings STRIPE_WEBHOOK_SECRET_<MARKET> and PAYMENT_GATEWAY_<MARKET>_… by full name; features/payments reads
    /// them.
    std::map<std::string, std::string, std::less<>> stripe_webhook_secrets;
    std::map<std::string, std::string, std::less<>> payment_gateways;
    std::string stripe_api_base;
    int payment_timeout_s = 8;
    int payment_ask_s = 60;
    std::string file_storage_provider;
    std::string file_storage_dir;
    std::string file_storage_public_url;  // without a slash at its end; empty: this server shows pictures itself
    std::string s3_endpoint;
    std::string s3_region;
    std::string s3_bucket;
    std::string s3_access_key;
    std::string s3_secret_key;
    bool s3_path_style = false;
    int s3_timeout_s = 10;
    int media_uploads_per_day = 40;  // of one customer
    int media_tending_s = 1'800;     // between two looks for pictures that nobody shows

    int card_hold_s = 1'800;  // how long an order paid by card holds its pieces

    int audit_s = 60;               // between two looks whether stock, orders and payments agree
    int guest_carts_per_hour = 0;   // carts and wishlists begun by guests of one address; 0: no limit
    int guest_orders_per_hour = 0;  // of one address; 0: no limit
    int guest_days = 60;            // that what a guest left is kept
    int guest_tending_s = 600;      // between two looks for what is older
    int back_in_stock_s = 30;       // between two looks for what customers wait for
    int sales_counting_s = 60;      // between two additions of what was sold to products' counts

    std::string web_dir;  // where the built web pages lie; empty: beside the program
    std::string public_url;
    /// Where people see a product and a category: a path or an address with {slug}, {market}, {language}.
    std::string product_page;
    std::string category_page;
    std::string twilio_account_sid;
    std::string twilio_auth_token;
    std::string twilio_from;
    std::string twilio_messaging_service_sid;
    std::string twilio_api_base;
    int sms_timeout_s = 8;
    int sms_status_poll_s = 15;
    /// Settings SMS_GATEWAY_<MARKET>_… by full name, as given; features/sms reads them.
    std::map<std::string, std::string, std::less<>> sms_gateways;

    std::string log_level;
    /// Names of deliberate breakages for negative-control tests; only builds with MARQUE_BREAKABLE obey.
    std::vector<std::string> break_switches;

    std::string smtp_url;  // smtp://host:port or smtps://host:port; empty: no mail leaves
    std::string smtp_user;
    std::string smtp_password;
    std::string smtp_ca_file;  // whose certificates are believed; empty: the system's
    int smtp_timeout_s = 20;
    std::string mail_from;  // the sender's address
    /// Settings MAIL_FROM_<MARKET> by full name, as given; features/messages reads them.
    std::map<std::string, std::string, std::less<>> mail_from_by_market;
    bool webhook_allow_loopback = false;  // events go to http on this very machine, too: development only
    std::vector<int> webhook_retry_s;     // waits between the tries of an event, the last one again and again
    int webhook_give_up_s = 259'200;
    int webhook_timeout_s = 10;

    [[nodiscard]] bool public_https() const { return public_url.starts_with("https://"); }
    /// The web site that one-time codes are for: SHOP_HOST, else the host of the first CORS origin, else localhost.
    [[nodiscard]] std::string site_host() const;
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
