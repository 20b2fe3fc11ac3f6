#pragma once
// The seam to whoever takes money from cards: Stripe, a market's bank, or nobody in development.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/task.h"
#include "core/text.h"
#include "features/payments/lifecycle.h"

namespace marque::payments {

/// What a provider must know of a payment. Nothing in it ever changes, so a repeated call is the same call.
struct Charge {
    Uuid payment;
    MarketCode market;
    OrderId order;
    std::string order_number;
    Money amount;
    std::int32_t attempt = 1;  // part of the idempotency key; 1 unless the provider is known to have made nothing
    Timestamp created_at;
    Timestamp expires_at;   // nobody need pay any more after that
    std::string reference;  // the provider's own id, empty until it gave one
};

/// What a provider says of a payment, in our words; from an answer or from an event.
struct Report {
    Status status = Status::pending;  // open states, cancelled or paid; what went back is told by `refunded_minor`
    std::string reference;
    std::optional<Uuid> payment;       // as it was told to the provider
    std::optional<MarketCode> market;  // likewise
    std::int64_t amount_minor = 0;
    std::string currency;  // "USD"
    bool live = false;
    std::int64_t refunded_minor = 0;
    std::optional<Timestamp> at;  // when that was so, by the provider's clock
    std::string failure;          // for people: why a card was declined
    std::string client_secret;    // what the buyer's browser goes on with
    std::string action_url;       // a page of the provider's where the buyer pays
};

/// Why there is none: a word for logs, and whether it is certain that the call had no effect.
struct Trouble {
    std::string what;
    bool surely_nothing = false;  // the provider has looked and has none, so another attempt may be made
};
using Answer = std::expected<Report, Trouble>;

/// Money that goes back.
struct Reversal {
    Uuid refund;
    Charge charge;
    Money amount;
    std::int32_t attempt = 1;
};

struct ReversalReport {
    enum class State { succeeded, pending, failed };
    State state = State::pending;
    std::string reference;
    std::string failure;
};
using ReversalAnswer = std::expected<ReversalReport, Trouble>;

class Provider {
public:
    virtual ~Provider() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// Whether money really moves.
    [[nodiscard]] virtual bool is_live() const = 0;
    /// Makes the intent, or finds the one made before with the same payment and attempt.
    virtual Task<Answer> open(Charge charge) = 0;
    /// What became of it; its reference is known.
    virtual Task<Answer> ask(Charge charge) = 0;
    /// Sees to it that nobody can pay it any more; paid, where somebody has.
    virtual Task<Answer> close(Charge charge) = 0;
    /// False where somebody must give money back by hand.
    [[nodiscard]] virtual bool can_give_back() const { return true; }
    /// Gives money back, or finds that it did with the same refund and attempt.
    virtual Task<ReversalAnswer> give_back(Reversal reversal) = 0;
};

}  // namespace marque::payments
