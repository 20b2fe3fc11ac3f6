#pragma once
// Stripe's Payment Intents over its real HTTP API: what is sent, and what its answers and events say.

#include "features/payments/provider.h"
#include "features/payments/settings.h"
#include "json/value.h"
#include "work/http_client.h"

namespace marque::payments {

/// An event as far as we look at it.
struct StripeEvent {
    std::string id;
    std::string type;
    bool live = false;
    Timestamp created;
    std::string object;  // "payment_intent", "charge", "refund", "dispute" or another
    Report report;       // of the payment; of a charge or refund: what went back
    bool tells_status = false;
    bool tells_refunds = false;
    std::optional<Uuid> refund;  // our refund that it is about
    std::optional<ReversalReport> reversal;
    std::optional<std::string> dispute;  // Stripe's word for where it stands
};

/// An event from its body; the text says why it is none. Signatures are checked before.
[[nodiscard]] Parsed<StripeEvent> read_stripe_event(std::string_view body);

class Stripe : public Provider {
public:
    Stripe(work::HttpClient& client, const StripeSettings& settings) : client_(client), settings_(settings) {}
    [[nodiscard]] std::string_view name() const override { return "stripe"; }
    [[nodiscard]] bool is_live() const override { return settings_.is_live(); }
    Task<Answer> open(Charge charge) override;
    Task<Answer> ask(Charge charge) override;
    Task<Answer> close(Charge charge) override;
    Task<ReversalAnswer> give_back(Reversal reversal) override;

private:
    [[nodiscard]] work::HttpCall call(std::string_view method, std::string_view path, std::string body) const;
    Task<Answer> find_made(Charge charge);
    Task<ReversalAnswer> find_given_back(Reversal reversal);

    work::HttpClient& client_;
    const StripeSettings& settings_;
};

}  // namespace marque::payments
