// Reading and judging them.
#include "features/payments/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace marque::payments {
namespace {

constexpr std::string_view bank_prefix = "PAYMENT_GATEWAY_";
constexpr std::string_view secret_prefix = "STRIPE_WEBHOOK_SECRET_";

/// Secrets go to https only, or to a helper on this very machine.
bool is_safe_url(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:");
}

void check_url(std::string_view name, std::string_view url, std::vector<std::string>& mistakes) {
    if (url.empty() || is_safe_url(url)) return;
    mistakes.push_back(fmt::format("{}: must begin with https:// (http:// only for 127.0.0.1 or localhost)", name));
}

void read_stripe(const Config& config, Settings& settings, std::vector<std::string>& mistakes) {
    const auto& key = config.stripe_secret_key;
    if (key.empty()) return;
    const bool known = key.starts_with("sk_test_") || key.starts_with("sk_live_") || key.starts_with("rk_test_") ||
                       key.starts_with("rk_live_");
    if (!known) mistakes.emplace_back("STRIPE_SECRET_KEY: must begin with sk_test_, sk_live_, rk_test_ or rk_live_");
    const auto& publishable = config.stripe_publishable_key;
    if (!publishable.empty() && !publishable.starts_with("pk_test_") && !publishable.starts_with("pk_live_"))
        mistakes.emplace_back("STRIPE_PUBLISHABLE_KEY: must begin with pk_test_ or pk_live_");
    check_url("STRIPE_API_BASE", config.stripe_api_base, mistakes);
    settings.stripe = StripeSettings{key, config.stripe_api_base, config.payment_timeout_s * 1'000};
}

void add_secrets(std::string_view list, std::optional<MarketCode> market, Settings& settings) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        const auto secret = trimmed(list.substr(0, comma));
        if (!secret.empty()) settings.webhook_secrets.push_back({std::string{secret}, market});
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
}

void read_secrets(const Config& config, Settings& settings, std::vector<std::string>& mistakes) {
    add_secrets(config.stripe_webhook_secret, std::nullopt, settings);
    for (const auto& [name, value] : config.stripe_webhook_secrets) {
        const auto market = MarketCode::parse(std::string_view{name}.substr(secret_prefix.size()));
        if (!market) mistakes.push_back(fmt::format("{}: the market {}", name, market.error()));
        if (market) add_secrets(value, *market, settings);
    }
}

using Fields = std::map<std::string, std::string>;

void read_bank(const std::string& name, Fields fields, BankSettings& bank, std::vector<std::string>& mistakes) {
    const auto take = [&](const char* field, std::string& into) {
        if (const auto found = fields.extract(field); !found.empty()) into = found.mapped();
    };
    take("MERCHANT", bank.merchant);
    take("SECRET", bank.secret);
    take("PAGE_URL", bank.page_url);
    take("STATUS_URL", bank.status_url);
    take("REFUND_URL", bank.refund_url);
    take("RETURN_URL", bank.return_url);
    take("QR_HOST", bank.qr_host);
    take("QR_SERVICE", bank.qr_service);
    take("QR_ACCOUNT", bank.qr_account);
    take("QR_CATEGORY", bank.qr_category);
    take("QR_NAME", bank.qr_name);
    std::string test;
    take("TEST", test);
    bank.test = test == "true" || test == "1";
    for (const auto& [field, value] : fields) mistakes.push_back(fmt::format("{}_{}: is no setting", name, field));
    const std::pair<const char*, const std::string&> needed[] = {
        {"MERCHANT", bank.merchant}, {"PAGE_URL", bank.page_url}, {"STATUS_URL", bank.status_url}};
    for (const auto& [field, value] : needed) {
        if (value.empty()) mistakes.push_back(fmt::format("{}_{}: is missing", name, field));
    }
    if (bank.secret.size() < 16) {
        mistakes.push_back(name + "_SECRET: must have at least 16 characters: anybody could mark an order paid");
    }
    check_url(name + "_PAGE_URL", bank.page_url, mistakes);
    check_url(name + "_STATUS_URL", bank.status_url, mistakes);
    check_url(name + "_REFUND_URL", bank.refund_url, mistakes);
}

void read_banks(const Config& config, Settings& settings, std::vector<std::string>& mistakes) {
    std::map<std::string, Fields> fields_by_market;
    for (const auto& [name, value] : config.payment_gateways) {
        const auto rest = std::string_view{name}.substr(bank_prefix.size());
        const auto end = rest.find('_');
        if (end == std::string_view::npos) {
            mistakes.push_back(name + ": must be PAYMENT_GATEWAY_<MARKET>_<SETTING>");
        } else {
            fields_by_market[std::string{rest.substr(0, end)}][std::string{rest.substr(end + 1)}] = value;
        }
    }
    for (auto& [word, fields] : fields_by_market) {
        const std::string name = std::string{bank_prefix} + word;
        const auto market = MarketCode::parse(word);
        BankSettings bank;
        bank.timeout_ms = config.payment_timeout_s * 1'000;
        if (!market) mistakes.push_back(fmt::format("{}_…: the market {}", name, market.error()));
        read_bank(name, std::move(fields), bank, mistakes);
        if (market) settings.banks[*market] = std::move(bank);
    }
}

}  // namespace

bool StripeSettings::is_live() const {
    return secret_key.starts_with("sk_live_") || secret_key.starts_with("rk_live_");
}

std::expected<Settings, std::vector<std::string>> read_settings(const Config& config) {
    Settings settings;
    settings.development = config.development();
    settings.mock_wanted = config.payment_provider == "mock";
    std::vector<std::string> mistakes;
    read_stripe(config, settings, mistakes);
    read_secrets(config, settings, mistakes);
    read_banks(config, settings, mistakes);
    if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
    return settings;
}

std::string_view card_provider(const Settings& settings, const MarketInfo& market) {
    if (!settings.mock_wanted) {
        for (const auto& word : market.payment_gateways) {
            if (word == "local_bank" && settings.banks.contains(market.code)) return "local_bank";
            if (word == "stripe" && settings.stripe) return "stripe";
        }
    }
    return settings.development ? "mock" : "";
}

std::vector<std::string> reasons_not_to_serve(const Settings& settings, const std::vector<MarketInfo>& markets) {
    std::vector<std::string> reasons;
    if (settings.development) return reasons;
    for (const auto& market : markets) {
        const bool takes_cards = std::ranges::find(market.payment_methods, "card") != market.payment_methods.end();
        if (market.state != "live" || !takes_cards) continue;
        const std::string name{market.code.upper()};
        const auto provider = card_provider(settings, market);
        if (provider.empty()) {
            const std::string missing =
                market.payment_gateways.front() == "local_bank"
                    ? fmt::format("PAYMENT_GATEWAY_{}_MERCHANT, _SECRET, _PAGE_URL and _STATUS_URL", name)
                    : "STRIPE_SECRET_KEY";
            reasons.push_back(fmt::format("market {} takes cards by {}: set {}", name,
                                          fmt::join(market.payment_gateways, " or "), missing));
        }
        const bool can_verify = std::ranges::any_of(settings.webhook_secrets, [&](const WebhookSecret& secret) {
            return !secret.market || *secret.market == market.code;
        });
        if (provider == "stripe" && !can_verify) {
            reasons.push_back(
                fmt::format("STRIPE_WEBHOOK_SECRET is missing for market {}: anybody could mark an order paid", name));
        }
    }
    return reasons;
}

}  // namespace marque::payments
