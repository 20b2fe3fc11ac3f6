// Choosing among them; and the one that takes no money.
#include "features/payments/desk.h"

namespace marque::payments {
namespace {

Report mock_report(const Charge& charge, Status status) {
    Report report{.status = status,
                  .reference = "pi_mock_" + charge.payment.to_text(),
                  .payment = charge.payment,
                  .market = charge.market,
                  .amount_minor = charge.amount.minor(),
                  .currency = charge.amount.currency().to_text()};
    report.client_secret = report.reference + "_secret_mock";
    return report;
}

}  // namespace

Task<Answer> Mock::open(Charge charge) { co_return mock_report(charge, Status::requires_action); }

/// Whoever asks has paid: a front end in development comes to its end that way.
Task<Answer> Mock::ask(Charge charge) { co_return mock_report(charge, Status::paid); }

Task<Answer> Mock::close(Charge charge) { co_return mock_report(charge, Status::cancelled); }

Task<ReversalAnswer> Mock::give_back(Reversal reversal) {
    co_return ReversalReport{ReversalReport::State::succeeded, "re_mock_" + reversal.refund.to_text(), {}};
}

Desk::Desk(boost::asio::io_context& context, const Settings& settings, const Config& config)
    : settings_(settings), config_(config), client_(context) {
    if (settings.stripe) stripe_ = std::make_unique<Stripe>(client_, *settings.stripe);
    for (const auto& [market, bank] : settings.banks) banks_[market] = std::make_unique<Bank>(client_, bank);
}

Provider* Desk::for_cards(const MarketInfo& market) { return by_name(market.code, card_provider(settings_, market)); }

Provider* Desk::by_name(MarketCode market, std::string_view name) {
    if (name == "stripe") return stripe_.get();
    if (name == "mock") return settings_.development ? &mock_ : nullptr;
    const auto bank = banks_.find(market);
    return name == "local_bank" && bank != banks_.end() ? bank->second.get() : nullptr;
}

}  // namespace marque::payments
