#pragma once
// A market's bank: the buyer is sent to its page with signed parameters, it calls back, and it can be asked. The
// protocol stands in docs/payments.md; a bank with another one gets an adapter of its own behind the same seam.

#include "features/payments/provider.h"
#include "features/payments/settings.h"
#include "work/http_client.h"

namespace marque::payments {

/// What the bank tells of a payment, by a callback or when it is asked.
struct BankNotice {
    std::string id;  // of the callback; the same one may come again
    Report report;
};

[[nodiscard]] Parsed<BankNotice> read_bank_notice(std::string_view body);

class Bank : public Provider {
public:
    Bank(work::HttpClient& client, const BankSettings& settings) : client_(client), settings_(settings) {}
    [[nodiscard]] std::string_view name() const override { return "local_bank"; }
    [[nodiscard]] bool is_live() const override { return !settings_.test; }
    [[nodiscard]] bool can_give_back() const override { return !settings_.refund_url.empty(); }
    [[nodiscard]] const BankSettings& settings() const { return settings_; }
    Task<Answer> open(Charge charge) override;
    Task<Answer> ask(Charge charge) override;
    Task<Answer> close(Charge charge) override;
    Task<ReversalAnswer> give_back(Reversal reversal) override;

private:
    work::HttpClient& client_;
    const BankSettings& settings_;
};

/// The address of the bank's page for a payment: parameters in alphabetical order, and their signature.
[[nodiscard]] std::string bank_page(const BankSettings& bank, const Charge& charge);

}  // namespace marque::payments
