#pragma once
// The shop's pages for people: home, categories, products and search as finished HTML, made from the catalogue in
// memory, and the files (scripts, styles, fonts) that make them look well and come alive.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "features/catalog/catalog.h"
#include "http/route.h"
#include "http/static_files.h"

namespace marque::storefront {

/// Somebody whom development lets in with a code that everybody knows.
struct TrialLogin {
    std::string phone;
    std::string markets;  // "KG, US"
    bool is_manager = false;
};

/// What all pages share: the built files and what browsers may load. Made once, read by all threads.
class Site {
public:
    /// Who takes cards in a market: "stripe", "local_bank", "mock", or empty.
    using CardTaker = std::function<std::string_view(const MarketInfo&)>;
    /// `trial_logins` are shown on the start page: development's only.
    Site(const Config& config, CardTaker card_taker, std::vector<TrialLogin> trial_logins);

    [[nodiscard]] const http::StaticFiles& files() const { return files_; }
    /// Lives as long as the site, as every Response needs it.
    [[nodiscard]] std::string_view policy() const { return policy_; }
    /// Of the page on which cards are paid: Stripe's own fields come from Stripe.
    [[nodiscard]] std::string_view policy_with_stripe() const { return policy_with_stripe_; }
    [[nodiscard]] const catalog::feeds::Pages& pages() const { return pages_; }
    /// Who takes cards on the pages of a market; empty where nobody does.
    [[nodiscard]] std::string_view cards_in(const MarketInfo& market) const;
    [[nodiscard]] const std::string& stripe_key() const { return stripe_key_; }
    [[nodiscard]] const std::vector<TrialLogin>& trial_logins() const { return trial_logins_; }

private:
    http::StaticFiles files_;
    std::string policy_;
    std::string policy_with_stripe_;
    std::string stripe_key_;
    CardTaker card_taker_;
    std::vector<TrialLogin> trial_logins_;
    catalog::feeds::Pages pages_;
};

/// Where pictures come from, as a list of sources of a policy: this server, where uploads lie and, of imported ones,
/// elsewhere by HTTPS.
[[nodiscard]] std::string picture_sources(const Config& config);

/// A page that says that something went wrong, in the visitor's market and language where these are known.
[[nodiscard]] http::Response refusal_page(http::Context& context, int status);

[[nodiscard]] http::Routes routes();

}  // namespace marque::storefront
