#pragma once
// What the environment says of payments: which providers are ready for which market, and what forbids serving.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"

namespace marque::payments {

struct StripeSettings {
    std::string secret_key;
    std::string api_base;
    int timeout_ms = 8'000;
    [[nodiscard]] bool is_live() const;
};

/// A market's bank: a page to which the buyer is sent, calls back, and answers questions.
struct BankSettings {
    std::string merchant;
    std::string secret;  // signs what we send and what the bank sends
    std::string page_url;
    std::string status_url;
    std::string refund_url;
    std::string return_url;  // where the buyer comes back to; {order} is filled in
    bool test = false;       // no money moves
    // Of the payload of a QR code that every bank's app of the country reads (ELQR); none without a host.
    std::string qr_host;
    std::string qr_service;
    std::string qr_account;
    std::string qr_category = "5651";  // ISO 18245: family clothing
    std::string qr_name;
    int timeout_ms = 8'000;
};

/// A secret that signs webhooks: for events of all markets, or of one.
struct WebhookSecret {
    std::string secret;
    std::optional<MarketCode> market;
};

struct Settings {
    std::optional<StripeSettings> stripe;
    std::map<MarketCode, BankSettings> banks;
    std::vector<WebhookSecret> webhook_secrets;
    bool development = false;
    bool mock_wanted = false;  // PAYMENT_PROVIDER=mock
    /// Whether Stripe would move real money.
    [[nodiscard]] bool live() const { return stripe && stripe->is_live(); }
};

/// Reads PAYMENT_…, STRIPE_… and PAYMENT_GATEWAY_<MARKET>_…; each mistake is one sentence that names the variable.
[[nodiscard]] std::expected<Settings, std::vector<std::string>> read_settings(const Config& config);

/// Who takes cards in the market: "stripe", "local_bank", "mock" (in development only), or empty.
[[nodiscard]] std::string_view card_provider(const Settings& settings, const MarketInfo& market);

/// What forbids serving outside development (ruling 26): a live market that offers cards and could not take them, or
/// whose events anybody could forge.
[[nodiscard]] std::vector<std::string> reasons_not_to_serve(const Settings& settings,
                                                            const std::vector<MarketInfo>& markets);

}  // namespace marque::payments
