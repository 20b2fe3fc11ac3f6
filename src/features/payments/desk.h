#pragma once
// The providers of one thread: who takes a market's cards.

#include <map>
#include <memory>

#include "features/payments/bank.h"
#include "features/payments/stripe.h"

namespace boost::asio {
class io_context;
}

namespace marque::payments {

/// No money: in development only, where nothing else is set up, and plainly marked as what it is.
class Mock : public Provider {
public:
    [[nodiscard]] std::string_view name() const override { return "mock"; }
    [[nodiscard]] bool is_live() const override { return false; }
    Task<Answer> open(Charge charge) override;
    Task<Answer> ask(Charge charge) override;
    Task<Answer> close(Charge charge) override;
    Task<ReversalAnswer> give_back(Reversal reversal) override;
};

/// Lives and is used on one thread.
class Desk {
public:
    Desk(boost::asio::io_context& context, const Settings& settings, const Config& config);
    /// Who takes cards in the market now; nullptr where nobody does.
    [[nodiscard]] Provider* for_cards(const MarketInfo& market);
    /// Who was asked for a payment once; nullptr where that is not set up any more.
    [[nodiscard]] Provider* by_name(MarketCode market, std::string_view name);
    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] const Config& config() const { return config_; }

private:
    const Settings& settings_;
    const Config& config_;
    work::HttpClient client_;
    Mock mock_;
    std::unique_ptr<Stripe> stripe_;
    std::map<MarketCode, std::unique_ptr<Bank>> banks_;
};

}  // namespace marque::payments
