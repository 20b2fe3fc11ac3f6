#pragma once
// Payments: one table of states for all methods, providers for cards, their webhooks, refunds, and what is done about
// events that got lost.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/money.h"
#include "core/text.h"
#include "features/payments/lifecycle.h"
#include "features/payments/settings.h"
#include "http/route.h"
#include "work/outbox.h"

namespace boost::asio {
class io_context;
}

namespace marque::payments {

inline constexpr Refusal not_paid_by_hand{409, "payments.not_paid", "The provider has not taken this payment"};
inline constexpr Refusal payment_not_found{404, "payments.not_found", "There is no such payment"};
inline constexpr Refusal not_payable{409, "payments.not_payable", "This payment cannot be paid any more"};
inline constexpr Refusal provider_unavailable{503, "payments.provider_unavailable",
                                              "The payment provider does not answer; try again"};
inline constexpr Refusal nothing_to_refund{409, "payments.nothing_to_refund", "Nothing was paid for this order"};
inline constexpr Refusal refund_too_much{409, "payments.refund_too_much", "More than is left of what was paid"};
inline constexpr Refusal refund_not_found{404, "payments.refund_not_found", "There is no such refund"};
inline constexpr Refusal refund_not_by_hand{409, "payments.refund_not_by_hand", "The provider gives this refund back"};
inline constexpr Refusal refund_not_waiting{409, "payments.refund_not_waiting",
                                            "This refund does not wait for a second manager"};
inline constexpr Refusal second_pair_of_eyes{403, "payments.second_pair_of_eyes",
                                             "A refund is approved by another manager than the one who asked for it"};
inline constexpr Refusal payment_busy{409, "payments.busy", "Somebody else is changing this payment; try again"};

struct PaymentView {
    static constexpr std::string_view doc =
        "What is owed for an order and how it is paid. `provider` is `mock` in development only: no money moves. "
        "`client_secret` goes to Stripe's own elements in the buyer's browser; `action_url` is the page of a bank to "
        "send the buyer to, `qr_payload` the same as text of a QR code for the banks' apps.";
    Uuid id;
    OrderId order_id;
    std::string method;
    Status status = Status::pending;
    Money amount;
    std::string currency;
    Money captured;
    Money refunded;
    std::string provider;
    bool is_test = false;
    std::optional<std::string> payment_intent_id;
    std::optional<std::string> client_secret;
    std::optional<std::string> action_url;
    std::optional<std::string> qr_payload;
    std::optional<std::string> failure;
    std::optional<Timestamp> expires_at;
};
RECORD(PaymentView, id, order_id, method, status, amount, currency, captured, refunded, provider, is_test,
       payment_intent_id, client_secret, action_url, qr_payload, failure, expires_at);

struct RefundView {
    static constexpr std::string_view doc =
        "Money that goes back. `state` is `waiting` until a second manager has approved it, `pending` until the "
        "provider has taken it, `sent` until it is done, `by_hand` where a manager gives it back and then says so.";
    Uuid id;
    OrderId order_id;
    Money amount;
    std::string currency;
    std::string reason;
    std::string requested_by;
    std::optional<std::string> approved_by;
    std::string state;
    std::optional<std::string> failure;
    Timestamp created_at;
    std::optional<Timestamp> done_at;
};
RECORD(RefundView, id, order_id, amount, currency, reason, requested_by, approved_by, state, failure, created_at,
       done_at);

struct RefundInput {
    static constexpr std::string_view doc = "Without an amount all that is left goes back.";
    std::optional<json::AmountText> amount;
    Text<3, 500> reason;
};
RECORD(RefundInput, amount, reason);

/// For managers, in the market they manage. `manager` is who acts, as histories name them.
Task<PaymentView> payment_for_manager(http::Context& context, OrderId order);
/// The money was handed over or arrived; of a card the provider is asked, and believed alone.
Task<PaymentView> confirm_by_hand(http::Context& context, Uuid payment, std::string manager);
/// Where all that would go back of the payment is more than `four_eyes_above_minor`, the refund waits.
Task<http::Response> request_refund(http::Context& context, OrderId order, const RefundInput& input,
                                    std::string manager, std::optional<std::int64_t> four_eyes_above_minor);
/// The second manager's word on a refund that waits: it is carried out, or (by whoever says so) never will be.
Task<RefundView> approve_refund(http::Context& context, Uuid refund, std::string manager);
Task<RefundView> reject_refund(http::Context& context, Uuid refund, std::string manager);
Task<RefundView> confirm_refund(http::Context& context, Uuid refund);
Task<std::vector<RefundView>> refunds_of(http::Context& context, OrderId order);

/// What the feature does with events: cash that was collected, orders that are cancelled, goods that came back.
void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers);

/// What a worker works with; all of it outlives the worker.
struct WorkerParts {
    const Config& config;
    const Settings& settings;
    /// Told of each event that was not what was agreed, and of each refund that failed: market and kind.
    std::function<void(const std::string&, const std::string&)> alarm;
};

class Desk;

/// Carries out, on one thread of each server: events of providers, refunds, orders whose time to pay is over, and
/// questions about payments of which nothing was heard. Servers share the work by leases.
class Worker {
public:
    Worker(boost::asio::io_context& context, Desk& desk, WorkerParts parts);
    /// Ends what is under way; whatever was not recorded is done again by whoever takes over.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Starts with a market; once for each.
    void serve(db::Handle db);

private:
    struct Lane;
    boost::asio::io_context& context_;
    Desk& desk_;
    WorkerParts parts_;
    std::vector<std::shared_ptr<Lane>> lanes_;
};

/// What one pass over a market's payments found, for `marque payments reconcile`.
struct Reconciliation {
    int taken = 0;  // that were due
    int asked = 0;
    int changed = 0;
    int unknown = 0;  // the provider did not answer
};
/// Asks the providers about every payment of the market that may still change, and applies what they say.
Task<Reconciliation> reconcile(db::Handle db, Desk& desk);

/// Buyers' payments and the providers' webhooks. `Settings` and `Desk` are found as services.
[[nodiscard]] http::Routes routes();

}  // namespace marque::payments
